import type { CustomData } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";
import type { Examples } from "../examples.ts";
import { isFolder } from "../files/bounded-read.ts";
import { type Columns, type NumberColumn, readColumns } from "../files/columns.ts";
import { parseDialect } from "../files/dialect.ts";
import { fileError, rowError } from "../files/file-error.ts";
import type { RowWeights } from "../row-weights.ts";
import { columnsOf, requireTable } from "./read-ties.ts";

const mendWeight = "Fill it in, or take the row out; 0 leaves a row out of training.";

/**
 * Reads what the training rows of custom data weigh: a column of their table, or of the table of their classes.
 *
 * @param train the examples whose weights must be there
 * @returns undefined where the data names no column
 * @throws ArgumentError for data that has no columns, or the column of classes
 * @throws RunError with code "data" for a column that is not there, or a weight that is missing, negative or infinite,
 *   with file and row; or where all are 0
 */
export async function readWeights(
  { paths, label, options = {} }: CustomData,
  train: Pick<Examples, "ids">,
): Promise<RowWeights | undefined> {
  const { weight: name, labels } = options;
  if (typeof name !== "string") return undefined;
  if (await isFolder(paths[0] ?? "")) {
    const advice = "List the files in a table with their classes and weights, and train from that.";
    throw expected("openCustomData", "weight", "to be the column of a table", name, advice);
  }
  if (name === label) {
    const what = "to be another column than that of classes";
    throw expected("openCustomData", "weight", what, name, "What classes weigh is --class-weight.");
  }
  const files = await columnsOf(paths, typeof labels === "string" ? labels : undefined);
  requireTable(files, name);
  const { columns, origin } = await readColumns(files, {
    columns: { [name]: "number" },
    numberAdvice: mendWeight,
    ...parseDialect(options),
  });
  const [column] = columns.values() as Iterable<NumberColumn>; // which was requested as numbers
  requireWeights(column!, train, origin);
  if (train.ids.every((id) => column!.values[id] === 0)) {
    throw fileError(files[0]!, {
      expected: `weights above 0 in column "${column!.name}"`,
      got: `0 in all ${train.ids.length} rows`,
      advice: "Name another column, or none.",
    });
  }
  return { by: column!.name, values: column!.values };
}

function requireWeights(
  { name, values }: NumberColumn,
  { ids }: Pick<Examples, "ids">,
  origin: Columns["origin"],
): void {
  const bad = ids.find((id) => !(values[id]! >= 0 && values[id]! < Infinity)); // NaN where there is none
  if (bad === undefined) return;
  const missing = ids.filter((id) => Number.isNaN(values[id]!)).length; // an id is a row
  const value = values[bad]!;
  const others = missing > 1 ? `, as in ${missing} rows in all` : "";
  throw rowError(origin(bad), {
    expected: `a weight of at least 0 in column "${name}"`,
    got: Number.isNaN(value) ? `no finite number${others}` : String(value),
    advice: mendWeight,
  });
}
