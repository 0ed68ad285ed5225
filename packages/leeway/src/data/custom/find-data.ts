import { stat } from "node:fs/promises";
import {
  type CustomData,
  datasetNames,
  encodings,
  type InputKind,
  isDatasetName,
  requireReaderOptions,
} from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { nameOf } from "../tables/table-source.ts";
import { detectKind, guessTextColumn } from "./detect-kind.ts";

/** A data set of the catalogue by its name, or custom data. */
export interface FoundData {
  readonly dataset: string;
  readonly source?: CustomData;
}

/** What is known of data beside its paths; of custom data the rest is detected. */
export type DataHints = { readonly [K in Exclude<keyof CustomData, "paths">]?: CustomData[K] | undefined };

/**
 * The data that paths name: a data set of the catalogue, or custom data, whose kind and text column are detected.
 *
 * @param paths a name of the catalogue; or files, folders and patterns
 * @throws ArgumentError for a name that is neither a path nor of the catalogue, or options that the kind has not
 * @throws RunError with code "data" if nothing is there
 */
export async function findData(paths: readonly string[], hints: DataHints = {}): Promise<FoundData> {
  const [first = ""] = paths;
  const there = await stat(first).catch(() => undefined);
  if (paths.length === 1 && there === undefined) {
    if (isDatasetName(first)) return { dataset: first };
    if (!/[./\\*?[]/.test(first)) {
      const what = `to be a file, a folder or one of ${datasetNames.join(", ")}`;
      const advice = didYouMean(first, datasetNames) || "Give a path, or one of the names.";
      throw expected("findData", "paths", what, first, advice);
    }
  }
  const { label, options = {}, testPaths } = hints;
  const encoding = encodings.find((each) => each === options["encoding"]);
  const known = { label, encoding };
  const kind = hints.kind ?? kindOf(options) ?? (await detectKind(paths, known));
  requireReaderOptions({ kind, options });
  const named = kind === "text" && options["text"] === undefined;
  const text = named ? await guessTextColumn(paths, known) : undefined;
  const all = text === undefined ? options : { ...options, text };
  const source: CustomData = {
    kind,
    paths,
    ...(testPaths && { testPaths }),
    ...(label !== undefined && { label }),
    ...(Object.keys(all).length > 0 && { options: all }),
  };
  return { dataset: nameOf(first), source };
}

/** The kind of data that has an option which says where the examples are. */
function kindOf(options: NonNullable<CustomData["options"]>): InputKind | undefined {
  const { text, labels, vector, pathColumn } = options;
  if (text !== undefined) return "text";
  if (labels !== undefined || vector !== undefined) return "embedding";
  return pathColumn === undefined ? undefined : "image";
}
