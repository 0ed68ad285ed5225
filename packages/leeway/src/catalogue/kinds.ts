/** The kinds of data a network can be given. */
export const inputKinds = ["image", "text", "table", "embedding"] as const;

/** A kind of data. */
export type InputKind = (typeof inputKinds)[number];

/** Many examples of a kind: "images". */
export const kindNouns: Readonly<Record<InputKind, string>> = {
  image: "images",
  text: "texts",
  table: "tables",
  embedding: "embeddings",
};
