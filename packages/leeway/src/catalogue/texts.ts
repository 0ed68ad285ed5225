import { z } from "zod";
import type { Field } from "../field.ts";

/** How a text becomes word numbers; all of it learned from training examples or chosen. */
export interface TextOptions {
  /** The max number of words kept, the two special ones included. */
  readonly vocabularySize: number;
  /** How often a word must occur in the training texts to be kept. */
  readonly minCount: number;
  /** Words of a text that are read; of a longer one the first quarter and the last three are. */
  readonly maxLength: number;
}

/** The default of each text option. */
export const defaultTextOptions: TextOptions = { vocabularySize: 25_000, minCount: 2, maxLength: 400 };

const text = { group: "Texts", affects: "data" } as const;

/** The fields of {@link TextOptions}. */
export const textFields = {
  vocabularySize: {
    ...text,
    type: z.int().min(3),
    help: "words known",
    default: String(defaultTextOptions.vocabularySize),
    value: "<count>",
  },
  minCount: {
    ...text,
    type: z.int().min(1),
    help: "how often a word must occur",
    default: String(defaultTextOptions.minCount),
    value: "<count>",
  },
  maxLength: {
    ...text,
    type: z.int().min(1),
    help: "words read of a text: its head and tail",
    default: `${defaultTextOptions.maxLength}; tfidf: 5000`,
    value: "<words>",
  },
} as const satisfies Readonly<Record<keyof TextOptions, Field>>;
