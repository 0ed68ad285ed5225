import { resolve } from "node:path";
import { type CustomData, type InputKind, readerOptions } from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { openEmbeddings } from "../embeddings/embedding-source.ts";
import { openImages } from "../images/custom-images.ts";
import type { Reading, Source } from "../source.ts";
import { textReader } from "../text/open-text.ts";
import { openTable } from "../tables/table-source.ts";

/** Options of readers that are files or folders. */
const pathOptions = Object.entries(readerOptions()).flatMap(([name, { isPath }]) => (isPath ? [name] : []));

/** The same data by absolute paths, so that it is found from any folder. */
export function withAbsolutePaths({ paths, testPaths, options, ...rest }: CustomData): CustomData {
  const all = (list: readonly string[]): string[] => list.map((path) => resolve(path));
  return {
    ...rest,
    paths: all(paths),
    ...(testPaths && { testPaths: all(testPaths) }),
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

/** Reads one kind of custom data. */
export interface CustomDataReader {
  readonly kind: InputKind;
  readonly open: (data: CustomData, reading?: Reading) => Promise<Source>;
}

/** Every kind of custom data that can be read. A new one is a file and a line here. */
export const customDataReaders: readonly CustomDataReader[] = [
  { kind: "table", open: openTable },
  { kind: "embedding", open: openEmbeddings },
  { kind: "image", open: openImages },
  textReader,
];

/**
 * Reads custom data.
 *
 * @throws ArgumentError for a kind that cannot be read
 * @throws RunError with code "data" if files are missing or damaged; the message names file and row
 */
export async function openCustomData(data: CustomData, reading?: Reading): Promise<Source> {
  const reader = customDataReaders.find(({ kind }) => kind === data.kind);
  if (reader !== undefined) return reader.open(data, reading);
  const kinds = customDataReaders.map(({ kind }) => kind);
  throw expected(
    "openCustomData",
    "kind",
    `to be one of ${kinds.join(", ")}`,
    data.kind,
    didYouMean(data.kind, kinds),
  );
}
