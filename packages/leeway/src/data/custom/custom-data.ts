import { resolve } from "node:path";
import {
  type BackboneRequest,
  type CustomData,
  type InputKind,
  readerOptions,
} from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { openEmbedded } from "../backbone/embedded-source.ts";
import { isKnownBackbone } from "../backbone/known-place.ts";
import { openEmbeddings } from "../embeddings/embedding-source.ts";
import { openImages } from "../images/custom-images.ts";
import { relatedColumns } from "./related-columns.ts";
import { readTies } from "./read-ties.ts";
import { readWeights } from "./read-weights.ts";
import type { Reading, Source } from "../source.ts";
import { openTexts } from "../text/open-text.ts";
import { nameOf, openTable } from "../tables/table-source.ts";

/** Options of readers that are files or folders. */
const pathOptions = Object.entries(readerOptions()).flatMap(([name, { isPath }]) => (isPath ? [name] : []));

/** The same data by absolute paths, so that it is found from any folder. */
export function withAbsolutePaths({
  paths,
  testPaths,
  validationPaths,
  options,
  ...rest
}: CustomData): CustomData {
  const all = (list: readonly string[]): string[] => list.map((path) => resolve(path));
  return {
    ...rest,
    paths: all(paths),
    ...(testPaths && { testPaths: all(testPaths) }),
    ...(validationPaths && { validationPaths: all(validationPaths) }),
    ...(options && {
      options: Object.fromEntries(
        Object.entries(options).map(([name, value]) => [
          name,
          pathOptions.includes(name) && typeof value === "string" ? resolve(value) : value,
        ]),
      ),
    }),
  };
}

/** The same backbone by absolute paths. */
export function withAbsoluteBackbone(backbone: BackboneRequest): BackboneRequest {
  const { path, preprocessor, tokenizer } = backbone;
  return {
    ...backbone,
    path: isKnownBackbone(path) ? path : resolve(path),
    // JSON itself stays as it is.
    ...(preprocessor !== undefined &&
      !preprocessor.trimStart().startsWith("{") && { preprocessor: resolve(preprocessor) }),
    ...(tokenizer !== undefined && { tokenizer: resolve(tokenizer) }),
  };
}

/** What reads each kind of custom data. */
const readers: Readonly<Record<InputKind, (data: CustomData, reading?: Reading) => Promise<Source>>> = {
  table: openTable,
  embedding: openEmbeddings,
  image: openImages,
  text: openTexts,
};

/**
 * Reads custom data.
 *
 * @param backbone what makes vectors of its images or texts, where they are learned from
 * @throws ArgumentError for a kind that cannot be read
 * @throws RunError with code "data" if files are missing or damaged; the message names file and row
 */
export async function openCustomData(
  data: CustomData,
  reading?: Reading,
  backbone?: BackboneRequest,
): Promise<Source> {
  const { kind } = data;
  if (Object.hasOwn(readers, kind)) {
    const embedded = backbone && { dataset: nameOf(data.paths[0] ?? ""), source: data, backbone };
    const source = await (embedded ? openEmbedded(embedded, reading) : readers[kind](data, reading));
    const ties = await readTies(data, source);
    const weights = await readWeights(data, source.train);
    const related = await relatedColumns(data);
    const notes = [...(source.notes ?? []), ...related.map(({ message }) => message)];
    return { ...source, ...(ties && { ties }), ...(weights && { weights }), notes };
  }
  const kinds = Object.keys(readers); // untyped callers may pass anything
  const what = `to be one of ${kinds.join(", ")}`;
  throw expected("openCustomData", "kind", what, kind, didYouMean(kind, kinds));
}
