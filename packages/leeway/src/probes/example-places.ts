import { statSync } from "node:fs";
import { type DataFolders, type KeptColumn, openCustomData, openPredictionInput } from "../data/index.ts";
import { expected } from "../errors.ts";
import { openPredictor, type Predictor } from "./predict.ts";

/** Where a held-out example of a run stands. */
export interface ExamplePlace {
  /** The file, or where only the data set is known, its name. */
  readonly file: string;
  /** From 1, without a header; absent where a file is one example. */
  readonly row?: number;
  /** Columns that were requested, as text; null where missing. */
  readonly kept?: Readonly<Record<string, string | null>>;
}

/** An example by its split and its position in the split's original files. */
export interface Position {
  readonly split: "validation" | "test";
  readonly id: number;
}

interface PlacesOptions extends DataFolders {
  /** Columns of the table that examples are rows of, or ["all"]; by default none. */
  readonly keep?: readonly string[] | undefined;
}

/**
 * Where examples of a run's validation and test splits stand. Rows of a single file need not be read for it; several
 * files, images and columns that are kept are.
 *
 * @throws ArgumentError for columns of data that has none
 * @throws RunError with code "data" where the data is no longer there
 */
export async function placesOf(
  path: string,
  examples: readonly Position[],
  { keep, ...folders }: PlacesOptions = {},
): Promise<readonly ExamplePlace[]> {
  const predictor = openPredictor(path);
  const finders = new Map<string, Promise<(id: number) => ExamplePlace>>();
  const places: ExamplePlace[] = [];
  for (const { split, id } of examples) {
    const from = originOf(predictor, split);
    const finder = finders.get(from) ?? finderOf(predictor, from, { keep, ...folders });
    finders.set(from, finder);
    places.push((await finder)(id));
  }
  return places;
}

/** A split of the files. */
export type From = "train" | "validation" | "test";

/** The split of the files that a split was taken from. */
export function originOf({ run }: Predictor, split: Position["split"]): From {
  const { testHeldOut = false, validationHeldOut = true } = run.record.data;
  if (split === "test") return testHeldOut ? "train" : "test";
  return validationHeldOut ? "train" : "validation";
}

async function finderOf(
  { recipe, preparation }: Predictor,
  from: From,
  { keep, ...folders }: PlacesOptions,
): Promise<(id: number) => ExamplePlace> {
  const { source } = recipe;
  const isTable = source !== undefined && source.kind !== "image";
  if (keep !== undefined && !isTable) {
    throw expected("errors", "keep", "to be columns of a table", recipe.dataset, "Leave it out.");
  }
  if (source === undefined) return (id) => ({ file: `${recipe.dataset}, ${from} split`, row: id + 1 });
  if (source.kind === "image") {
    const { files } = await openCustomData(
      source,
      { ...folders, recorded: preparation.record },
      recipe.backbone,
    );
    return (id) => ({ file: files?.[from][id] ?? `${recipe.dataset}, ${from} split, image ${id + 1}` });
  }
  const paths = { train: source.paths, test: source.testPaths, validation: source.validationPaths }[from];
  const [only = ""] = paths ?? source.paths;
  if (keep === undefined && ((paths ?? []).length === 1 || isFolder(only)) && !/[*?[]/.test(only)) {
    return (id) => ({ file: only, row: id + 1 });
  }
  const { label, options } = source;
  const read = await openPredictionInput(preparation, { paths: paths ?? [], label, keep, options });
  return (id) => ({ ...read.origin(id), ...(keep && { kept: rowOf(read.kept ?? [], id) }) });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function rowOf(kept: readonly KeptColumn[], id: number): Record<string, string | null> {
  return Object.fromEntries(kept.map(({ name, values }) => [name, values[id] ?? null]));
}
