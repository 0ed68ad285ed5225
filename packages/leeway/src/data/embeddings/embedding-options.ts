import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";

/** What a person may say of embeddings. */
export interface EmbeddingOptions {
  /** A file with the classes, row by row: .npy, or a table with the column `label`. In the file of vectors where left out. */
  readonly labels: string | undefined;
  /** The same for the test split. */
  readonly testLabels: string | undefined;
  /** The column of vectors in a table, or the tensor in a safetensors file. */
  readonly vector: string | undefined;
}

/**
 * The options of the reader of embeddings.
 *
 * @throws ArgumentError for an option that is not known or no text
 */
export function embeddingOptions({ options = {} }: Pick<CustomData, "options">): EmbeddingOptions {
  requireReaderOptions({ kind: "embedding", options });
  const text = (name: keyof EmbeddingOptions): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  return { labels: text("labels"), testLabels: text("testLabels"), vector: text("vector") };
}
