import { z } from "zod";
import { backboneSchema } from "./backbones/backbone-steps.ts";
import { preparationError } from "./preparation-error.ts";

const schema = z.strictObject({
  kind: z.literal("embedding"),
  version: z.literal(1),
  /** Whether vectors are made of length 1 first. */
  unit: z.literal(true).exactOptional(),
  /** [D] */
  mean: z.array(z.number()).readonly(),
  /** [D] */
  std: z.array(z.number().positive()).readonly(),
  /** What makes vectors of images or texts, where a run was trained on these. */
  backbone: backboneSchema.exactOptional(),
});

/** How vectors become network input: x / ‖x‖ where they are made of length 1, then (x - mean) / std by dimension. */
export type EmbeddingSteps = Readonly<z.infer<typeof schema>>;

/**
 * A run's `preparation.json` as the steps of embeddings.
 *
 * @throws RunError with code "run" if it is something else
 */
export function parseEmbeddingSteps(record: unknown, path: string): EmbeddingSteps {
  const parsed = schema.safeParse(record);
  if (parsed.success && parsed.data.mean.length === parsed.data.std.length) return parsed.data;
  throw preparationError(path, "how embeddings become numbers");
}
