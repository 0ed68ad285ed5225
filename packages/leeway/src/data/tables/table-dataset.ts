import { type Fill, plannedBatches } from "../batching.ts";
import type { Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import type { Table } from "./read-table.ts";
import { maxDeviations, type NumericStep, type TableSteps } from "./table-preparation.ts";

/** What a data set of rows is made from. */
interface Rows extends Omit<Examples, "select"> {
  readonly table: Table;
}

/**
 * Rows of a table as a data set: values [N, F], first the numbers, then whether they are missing; codes [N, G].
 *
 * Columns stay as they were read; a batch is computed from them when it is taken.
 */
export function tableDataset(rows: Rows, steps: TableSteps): Dataset {
  const indicators = steps.numeric.filter(({ indicator }) => indicator).length;
  const codeOf = rows.table.categorical.map(({ distinct }, g) =>
    codeTable(distinct, steps.categorical[g]!.categories),
  ); // as many as learned
  const dataset = ({ labels, ids }: Pick<Examples, "labels" | "ids">): Dataset => {
    const here = { ...rows, labels, ids };
    return {
      name: rows.name,
      classNames: rows.classNames,
      labels,
      ids,
      input: {
        kind: "table",
        numeric: steps.numeric.length + indicators,
        categories: steps.categorical.map(({ categories }) => categories.length + 1),
      },
      select: (indices) => dataset(selectRows(here, indices)),
      batches: (order, { batchSize }) =>
        plannedBatches({ labels, order, batchSize }, (capacity) =>
          tableFill(capacity, here, { steps, codeOf }),
        ),
    };
  };
  return dataset(rows);
}

/** The network's code of each code of the file; the last is that of a missing value. */
function codeTable(distinct: readonly string[], categories: readonly (string | null)[]): Int32Array {
  const places = new Map(categories.map((category, i) => [category, i + 1]));
  return Int32Array.from([...distinct, null], (category) => places.get(category) ?? 0);
}

interface Prepared {
  readonly steps: TableSteps;
  readonly codeOf: readonly Int32Array[];
}

function tableFill(capacity: number, { table, ids }: Rows, { steps, codeOf }: Prepared): Fill {
  const width = steps.numeric.length + steps.numeric.filter(({ indicator }) => indicator).length; // F
  const groups = steps.categorical.length; // G
  const values = new Float32Array(capacity * width);
  const codes = new Int32Array(capacity * groups);
  const rows = new Uint32Array(capacity);
  return (positions) => {
    const { length } = positions;
    for (let slot = 0; slot < length; slot++) rows[slot] = ids[positions[slot]!]!;
    const batch = rows.subarray(0, length);
    let extra = steps.numeric.length;
    steps.numeric.forEach((step, f) => {
      const indicatorAt = step.indicator ? extra++ : null;
      writeNumbers(table.numeric[f]!.values, batch, { into: values, width, at: f, indicatorAt, step }); // as many as steps
    });
    codeOf.forEach((codeOfColumn, g) => {
      const from = table.categorical[g]!.codes; // as many as steps
      for (let slot = 0; slot < length; slot++) {
        const code = from[batch[slot]!]!;
        codes[slot * groups + g] = codeOfColumn[code < 0 ? codeOfColumn.length - 1 : code]!;
      }
    });
    return [
      { values: values.subarray(0, length * width), shape: [length, width] },
      { values: codes.subarray(0, length * groups), shape: [length, groups] },
    ];
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
