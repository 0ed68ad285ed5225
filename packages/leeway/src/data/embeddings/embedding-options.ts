import { didYouMean, expected } from "../../errors.ts";
import type { CustomData } from "../custom/custom-data.ts";

/** What a person may say of embeddings. */
export interface EmbeddingOptions {
  /** A file with the classes, row by row: .npy, or a table with the column `label`. In the file of vectors where left out. */
  readonly labels: string | undefined;
  /** The same for the test split. */
  readonly testLabels: string | undefined;
  /** The column of vectors in a table, or the tensor in a safetensors file. */
  readonly vector: string | undefined;
}

const names = ["labels", "testLabels", "vector"] as const;

/**
 * The options of the reader of embeddings.
 *
 * @throws ArgumentError for an option that is not known or no text
 */
export function embeddingOptions({ options = {} }: Pick<CustomData, "options">): EmbeddingOptions {
  for (const name of Object.keys(options)) {
    if ((names as readonly string[]).includes(name)) continue;
    throw expected("embeddings", "options", `to be among ${names.join(", ")}`, name, didYouMean(name, names));
  }
  const text = (name: (typeof names)[number]): string | undefined => {
    const value = options[name];
    if (value === undefined || typeof value === "string") return value;
    throw expected("embeddings", name, "to be a text", value);
  };
  return { labels: text("labels"), testLabels: text("testLabels"), vector: text("vector") };
}
