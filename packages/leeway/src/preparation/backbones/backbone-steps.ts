import { z } from "zod";
import { backbonePoolings, resizes } from "../../catalogue/index.ts";
import { imageProcessingSchema } from "./image-processing.ts";

/** How what a graph gives for an example becomes one vector. */
export type Pooling = (typeof backbonePoolings)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Images as a network of Leeway's own takes them: bytes of a square, resized by the decoder. */
const ownImages = z.strictObject({
  size: z.int().min(1).max(4096),
  resize: z.enum(resizes),
  side: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
});

/** What turns images or texts into the vectors that a run learns from. */
export const backboneSchema = z.strictObject({
  version: z.literal(1),
  /** For people: the name of its folder or file. */
  name: z.string(),
  /** The folder or file that it was read from, absolute; absent in an exported model, which has it beside it. */
  path: z.string().exactOptional(),
  /** The SHA-256 of the graph's file, and of the others that it reads. */
  sha256: hash,
  /** The value of the graph that is read. */
  output: z.string(),
  pooling: z.enum(backbonePoolings),
  /** Whether vectors are divided by their length. */
  l2: z.boolean(),
  /** D */
  size: z.int().min(1),
  /** The input of images and what happens to them before it. */
  image: z
    .strictObject({
      input: z.string(),
      /** Images that a graph takes at once; null for any number. */
      batch: z.int().min(1).nullable(),
      processing: z.union([imageProcessingSchema, ownImages]),
    })
    .exactOptional(),
  text: z
    .strictObject({
      /** Of `input_ids`, `attention_mask` and `token_type_ids` those that the graph has. */
      inputs: z.array(z.enum(["input_ids", "attention_mask", "token_type_ids"])).min(1),
      batch: z.int().min(1).nullable(),
      /** Tokens of a text, those that stand around it included. */
      maxLength: z.int().min(3),
      /** The length that every text is filled up to; null for that of the longest in a batch. */
      fixedLength: z.int().min(1).nullable(),
      pad: z.int().min(0),
      /** What is put before every text. */
      prefix: z.string(),
      /** The SHA-256 of `tokenizer.json` and of what of `tokenizer_config.json` is read. */
      tokenizer: hash,
    })
    .exactOptional(),
});

/** See {@link backboneSchema}: kept in a run's `preparation.json`, complete but for the files that it names by their hashes. */
export type BackboneSteps = Readonly<z.infer<typeof backboneSchema>>;
