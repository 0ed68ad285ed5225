import { z } from "zod";

/**
 * A network that a run begins from, and what of it decides the run's own network and inputs. All of it is recorded, so
 * that whoever resumes, forks or predicts does not need its file.
 */
export const initSchema = z.strictObject({
  path: z.string().min(1).describe("A .safetensors file, or the folder of a run"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("Of the file of weights"),
  model: z.string().min(1).describe("The network that the weights are of"),
  stem: z.enum(["imagenet", "tiny"]).describe("What comes first in a ResNet-18 or 50").exactOptional(),
  mean: z
    .array(z.number())
    .describe("Of each channel of the images it was trained on, in 0..1")
    .exactOptional(),
  std: z.array(z.number().positive()).describe("Their deviation").exactOptional(),
  side: z.int().min(1).describe("The side of these images").exactOptional(),
});

/** A network that a run begins from. */
export type Init = Readonly<z.infer<typeof initSchema>>;
