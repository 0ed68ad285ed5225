import { embedBeside, type Generator, nn, type Tensor } from "@leeway/torch";

/** The code of a category that training did not see. */
const unknownCode = 0;

/** Numbers in the vector of a category of `count`. */
export function embeddingSize(count: number): number {
  return Math.min(50, Math.ceil(1.6 * count ** 0.56));
}

/** Numbers in the vectors of a row's categories, all of them. */
export function embeddedSize(categories: readonly number[]): number {
  return categories.reduce((sum, count) => sum + embeddingSize(count), 0);
}

/** The vectors of a column's categories, of which that of code 0 stays 0. */
export function categoryEmbedding(count: number, generator: Generator): nn.Embedding {
  return new nn.Embedding(count, embeddingSize(count), {
    paddingIdx: unknownCode,
    deviation: 0.1,
    generator,
  });
}

/**
 * Values and the vectors of categories, side by side.
 *
 * @param values [N, F]
 * @param codes  [N, G] int64; not looked at where there are no categories
 * @returns [N, F + the sizes of the vectors]
 */
export function besideCategories(
  values: Tensor,
  codes: Tensor | undefined,
  embeddings: readonly nn.Embedding[],
): Tensor {
  if (codes === undefined || embeddings.length === 0) return values;
  const tables = embeddings.map(({ weight }) => weight);
  return embedBeside(values, codes, tables, unknownCode);
}
