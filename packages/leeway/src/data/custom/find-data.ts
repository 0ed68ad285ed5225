import { stat } from "node:fs/promises";
import {
  type CustomData,
  datasetNames,
  type InputKind,
  isDatasetName,
  requireReaderOptions,
} from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import type { DecimalMark } from "../../preparation/index.ts";
import { nameOf } from "../tables/table-source.ts";
import { isFolder } from "../files/bounded-read.ts";
import { detectDecimal } from "../files/decimal-mark.ts";
import { type Dialect, parseDialect } from "../files/dialect.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { findTable } from "../files/table-files.ts";
import { findLabelColumn } from "../files/labels.ts";
import { tieColumns } from "./read-ties.ts";
import { lookAtFolder } from "./split-folders.ts";
import { detectKind, textColumnOf } from "./detect-kind.ts";
import { requireClasses } from "./label-checks.ts";
import { requireDifferentFiles } from "./same-files.ts";

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
  const { label, options = {}, testPaths, validationPaths } = hints;
  requireReaderOptions({ options }); // before they open a file
  const known = { label, dialect: parseDialect(options) };
  const kind =
    hints.kind ?? kindOf(options) ?? (await detectKind(paths, { ...known, beside: tieColumns(options) }));
  requireReaderOptions({ kind, options });
  await requireDifferentFiles({ train: paths, test: testPaths, validation: validationPaths });
  const looked = (await isFolder(first))
    ? await lookAtFolder(first, { kind, options, testPaths, validationPaths })
    : await lookAtTable(paths, { kind, options, ...known });
  const all = { ...options, ...looked };
  const source: CustomData = {
    kind,
    paths,
    ...(testPaths && { testPaths }),
    ...(validationPaths && { validationPaths }),
    ...(label !== undefined && { label }),
    ...(Object.keys(all).length > 0 && { options: all }),
  };
  return { dataset: nameOf(first), source };
}

interface TableHints {
  readonly kind: InputKind;
  readonly options: NonNullable<CustomData["options"]>;
  readonly label: string | undefined;
  readonly dialect: Dialect;
}

/**
 * Options that the files of a table tell: what a run stores, so that it reads them alike whatever later versions
 * detect. None where there is no table.
 */
async function lookAtTable(
  paths: readonly string[],
  { kind, options, label, dialect }: TableHints,
): Promise<{ readonly text?: string; readonly decimal?: DecimalMark }> {
  const [first = ""] = paths;
  if (/\.(npy|npz|safetensors)$/i.test(first)) return {};
  return withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    const classes = findLabelColumn(files, label);
    if (classes !== undefined) await requireClasses(db, files, { classes, options });
    const text = kind === "text" && options["text"] === undefined ? textColumnOf(files, label) : undefined;
    const isComma = dialect.decimal === undefined && (await detectDecimal(db, files)) === ",";
    return { ...(text !== undefined && { text }), ...(isComma && { decimal: "," as const }) };
  });
}

/** The kind of data that has an option which says where the examples are. */
function kindOf(options: NonNullable<CustomData["options"]>): InputKind | undefined {
  const { text, labels, vector } = options;
  if (text !== undefined) return "text";
  if (labels !== undefined || vector !== undefined) return "embedding";
  return ["pathColumn", "pathSuffix", "root"].some((name) => options[name] !== undefined)
    ? "image"
    : undefined;
}
