import type { TableSteps } from "../tables/table-steps.ts";
import { gathered, int64, type PreparedExamples } from "./inputs.ts";

/** Rows of a table as numbers. */
interface TableRows {
  /** N */
  readonly rows: number;
  /** [N, F] as they are read; NaN where missing. */
  readonly numbers: Float64Array;
  /** [N, G]; 0 for a category that training had not. */
  readonly codes: Int32Array;
  readonly notes: readonly string[];
}

/** Rows as the inputs of a graph: `numbers` before any standardisation, and `codes`. */
export function tableInputs(
  { rows, numbers, codes, notes }: TableRows,
  { numeric, categorical }: Pick<TableSteps, "numeric" | "categorical">,
): PreparedExamples {
  const [F, G] = [numeric.length, categorical.length];
  return {
    length: rows,
    notes,
    inputs: (positions) => ({
      ...(F > 0 && {
        numbers: { dims: [positions.length, F], data: gathered(numbers, positions, F) },
      }),
      ...(G > 0 && {
        codes: { dims: [positions.length, G], data: int64(gathered(codes, positions, G)) },
      }),
    }),
  };
}
