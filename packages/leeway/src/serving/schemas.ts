import { z } from "zod";
import { inputKinds } from "../catalogue/index.ts";
import type { Example, FormField, ModelForm } from "./model-form.ts";

/** What a client may ask of predictions, in the query or in headers that begin with `leeway-`. */
export const optionsSchema = z.strictObject({
  prior: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Class frequencies where the model is used: class=share,… for every class, the same as a JSON object, "training", or "auto" to estimate them of at least 50 examples. The class is then the most probable one.',
    ),
  top: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe("Only the probabilities of the so many most probable classes; by default of all."),
  decision: z
    .enum(["none"])
    .optional()
    .describe("none leaves out the decision that leeway decide chose for the model."),
});

/** One prediction, as every part of Leeway has it. */
export const predictionSchema = z
  .object({
    class: z.string().describe("What the method decides, or with a prior the most probable class."),
    probability: z.number().min(0).max(1).describe("Of that class."),
    decision: z
      .string()
      .nullable()
      .optional()
      .describe("The class by the thresholds or costs that leeway decide chose; null where it abstains."),
    abstained: z.boolean().optional().describe("Whether the decision abstains."),
    set: z.array(z.string()).readonly().optional().describe("The classes that cannot be ruled out."),
    probabilities: z.record(z.string(), z.number()).readonly().describe("Of every class, by its name."),
  })
  .readonly();

/** The answer to several examples. */
export const predictionsSchema = z.object({
  predictions: z.array(predictionSchema).describe("In the order of the examples."),
});

/** The one form of all refusals and faults. */
export const errorSchema = z.object({
  error: z.object({
    message: z.string().describe("What was expected, what came, and what to do."),
    row: z.int().min(1).optional().describe("The example that is wrong, from 1."),
    column: z.string().optional().describe("Its column that is wrong."),
  }),
});

/** The answer of `GET /health`. */
export const healthSchema = z.object({
  status: z.enum(["ok", "stopping"]),
  model: z.string().describe("The folder's name."),
  kind: z.enum(inputKinds),
  classes: z.array(z.string()),
  version: z.string().describe("Of Leeway."),
  uptime: z.number().describe("Seconds since the service listens."),
  running: z.int().describe("Requests that are read and predicted."),
  queue: z.int().describe("Requests that wait."),
  predictions: z.int().describe("Examples that were predicted since the start."),
  passes: z.int().describe("Passes through the network that took; fewer where requests were joined."),
});

/** What an example of a model is; of an image, which comes as bytes, nothing. */
export function exampleSchema(form: ModelForm): z.ZodType<Example> | undefined {
  switch (form.kind) {
    case "table":
      return z
        .object(Object.fromEntries(form.fields.map((field) => [field.name, cellSchema(field)])))
        .describe("A row. Other columns are passed over; null stands for a missing value.");
    case "text":
      return z.string();
    case "embedding":
      return z.array(z.number()).length(form.example.length);
    case "image":
      return undefined;
  }
}

/** Numbers may also be written as text, as in the training table, and texts of a column be numbers or true and false. */
function cellSchema({ type, example }: FormField): z.ZodType {
  const isNumber = type === "number" || type === "written";
  const cell = isNumber ? z.union([z.number(), z.string()]) : z.union([z.string(), z.number(), z.boolean()]);
  return cell.nullable().meta({ description: fieldWords[type], examples: [example] });
}

const fieldWords: Readonly<Record<FormField["type"], string>> = {
  number: "A number.",
  written: "A number, or one as people write it.",
  date: "A date, with a time where training had one.",
  clock: "A time of day.",
  category: "A category.",
};
