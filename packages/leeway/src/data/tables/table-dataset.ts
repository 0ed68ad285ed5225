import { codeRows, numberRows } from "@leeway/torch";
import { type Fill, plannedBatches, readLater } from "../batching.ts";
import type { BatchArray, Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import { type InputOf, keptInput } from "../kept-input.ts";
import type { Table } from "./read-table.ts";
import { codeTable, maxDeviations, type NumericStep, type TableSteps } from "../../preparation/index.ts";

/** What a data set of rows is made from. */
interface Rows extends Omit<Examples, "select"> {
  readonly table: Table;
}

/**
 * Rows of a table as a data set: values [N, F], first the numbers, then whether they are missing; codes [N, G].
 *
 * Columns stay as they were read; a batch is computed from them when it is taken, see {@link keptInput}.
 */
export function tableDataset(rows: Rows, steps: TableSteps): Dataset {
  const indicators = steps.numeric.filter(({ indicator }) => indicator).length;
  const codeOf = rows.table.categorical.map(({ distinct }, g) =>
    codeTable(distinct, steps.categorical[g]!.categories),
  ); // as many as learned
  const compute = [numbersOf(rows.table, steps.numeric), codesOf(rows.table, codeOf)];
  const knots = steps.numeric.map(standardisedKnots);
  const dataset = ({ labels, ids }: Pick<Examples, "labels" | "ids">): Dataset => {
    const here = { ...rows, labels, ids };
    const inputs = compute.map((each) => keptInput(ids, each));
    return {
      name: rows.name,
      classNames: rows.classNames,
      labels,
      ids,
      input: {
        kind: "table",
        numeric: steps.numeric.length + indicators,
        categories: steps.categorical.map(({ categories }) => categories.length + 1),
        ...(knots.some(({ length }) => length > 0) && { knots }),
      },
      select: (indices) => dataset(selectRows(here, indices)),
      batches: (order, { batchSize, share }) =>
        plannedBatches({ labels, order, batchSize, share }, (capacity) => tableFill(capacity, ids, inputs)),
    };
  };
  return dataset(rows);
}

/** A column's knots as the network sees its values. */
function standardisedKnots({ knots = [], mean, std }: NumericStep): readonly number[] {
  const ends = knots.map((knot) => Math.max(-maxDeviations, Math.min(maxDeviations, (knot - mean) / std)));
  return ends.filter((end, i) => i === 0 || Math.fround(end) > Math.fround(ends[i - 1]!));
}

function tableFill(
  capacity: number,
  ids: Uint32Array,
  inputs: readonly ReturnType<typeof keptInput>[],
): Fill {
  const all = new Uint32Array(capacity);
  return (positions) => {
    const { length } = positions;
    for (let slot = 0; slot < length; slot++) all[slot] = ids[positions[slot]!]!;
    const rows = all.subarray(0, length);
    return inputs.map((input) => input(positions, rows));
  };
}

/** Makes the numbers of rows, [N, F]. */
function numbersOf(table: Table, steps: readonly NumericStep[]): InputOf {
  const columns = table.numeric.map(({ values }) => values);
  const indicator = Int32Array.from(steps, (step) => (step.indicator ? 1 : 0));
  const width = steps.length + indicator.reduce((sum, each) => sum + each, 0); // F
  const how = {
    mean: Float64Array.from(steps, ({ mean }) => mean),
    deviation: Float64Array.from(steps, ({ std }) => std),
    ...{ indicator, limit: maxDeviations },
  };
  return (rows) => {
    const toTensor: BatchArray["toTensor"] = (device) => numberRows(columns, rows, { ...how, device });
    return readLater({ shape: [rows.length, width], toTensor }, () => {
      const into = new Float32Array(rows.length * width);
      let extra = steps.length;
      steps.forEach((step, f) => {
        const indicatorAt = step.indicator ? extra++ : null;
        writeNumbers(columns[f]!, rows, { into, width, at: f, indicatorAt, step }); // as many as steps
      });
      return into;
    });
  };
}

/** Makes the codes of rows, [N, G]. */
function codesOf(table: Table, codes: readonly Int32Array[]): InputOf {
  const columns = table.categorical.map((column) => column.codes);
  const groups = codes.length; // G
  return (rows) => {
    const toTensor: BatchArray["toTensor"] = (device) => codeRows(columns, rows, { codes, device });
    return readLater({ shape: [rows.length, groups], toTensor }, () => {
      const into = new Int32Array(rows.length * groups);
      codes.forEach((codeOfColumn, g) => {
        const from = columns[g]!; // as many as lists of codes
        for (let slot = 0; slot < rows.length; slot++) {
          const code = from[rows[slot]!]!;
          into[slot * groups + g] = codeOfColumn[code < 0 ? codeOfColumn.length - 1 : code]!;
        }
      });
      return into;
    });
  };
}

interface Target {
  /** [batch, width] */
  readonly into: Float32Array;
  readonly width: number;
  /** The column's own place in a row. */
  readonly at: number;
  /** The place of whether the value is missing; null for none. */
  readonly indicatorAt: number | null;
  readonly step: NumericStep;
}

function writeNumbers(
  column: Float32Array,
  rows: Uint32Array,
  { into, width, at, indicatorAt, step }: Target,
): void {
  const { mean, std } = step;
  for (let slot = 0; slot < rows.length; slot++) {
    const value = (column[rows[slot]!]! - mean) / std;
    const missing = Number.isNaN(value);
    into[slot * width + at] = missing ? 0 : Math.max(-maxDeviations, Math.min(maxDeviations, value));
    if (indicatorAt !== null) into[slot * width + indicatorAt] = missing ? 1 : 0;
  }
}
