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

/** Many examples of a kind, one by one: what is predicted. */
export const exampleNouns: Readonly<Record<InputKind, string>> = {
  table: "rows",
  embedding: "vectors",
  text: "texts",
  image: "images",
};
