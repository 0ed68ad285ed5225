import { didYouMean, expected } from "../errors.ts";

/** A table of the paper with results. */
export type PaperTable = "table1" | "table2" | "table3" | "table4" | "table5" | "table6";

/** What a printed number is, in per cent: the error of the first guess, of the first five, or of one class. */
export type PaperMeasure = "top-1 error" | "top-5 error" | "positive error" | "negative error" | "mean error";

/** A number that the paper prints. */
export interface PaperNumber {
  readonly table: PaperTable;
  /** The method, by its name here; "cb-softmax" is the paper's own. */
  readonly row: string;
  /** Data set and profile: "cifar10-lt-100". */
  readonly column: string;
  readonly measure: PaperMeasure;
  /** Per cent, as printed. */
  readonly value: number;
}

/** Where the numbers are from. */
export const paperSource =
  "Cao et al. 2019, Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss (arXiv:1906.07413v2)";

/** A table as it is printed: a name and a measure for each column, then rows; null where it prints a dash. */
interface PrintedTable {
  readonly table: PaperTable;
  readonly columns: readonly (readonly [column: string, measure: PaperMeasure])[];
  readonly rows: Readonly<Record<string, readonly (number | null)[]>>;
}

const profileNames = ["lt-100", "lt-10", "step-100", "step-10"] as const;
const cifarColumns = ["cifar10", "cifar100"].flatMap((dataset) =>
  profileNames.map((profile) => [`${dataset}-${profile}`, "top-1 error"] as const),
);
const testedTwice = profileNames.flatMap((profile) =>
  [1, 2].map((draw) => [`cifar10-${profile}-test-${draw}`, "top-1 error"] as const),
);
const bothErrors = (column: string): (readonly [string, PaperMeasure])[] => [
  [column, "top-1 error"],
  [column, "top-5 error"],
];

/** The tables of results, in the numbering of version 2. The authors' response to the reviewers numbers others. */
const printed: readonly PrintedTable[] = [
  {
    table: "table1",
    columns: [
      ["imdb", "positive error"],
      ["imdb", "negative error"],
      ["imdb", "mean error"],
    ],
    rows: {
      erm: [2.86, 70.78, 36.82],
      rs: [7.12, 45.88, 26.5],
      rw: [5.2, 42.12, 23.66],
      "ldam-drw": [4.91, 30.77, 17.84],
    },
  },
  {
    table: "table2",
    columns: cifarColumns,
    rows: {
      erm: [29.64, 13.61, 36.7, 17.5, 61.68, 44.3, 61.45, 45.37],
      focal: [29.62, 13.34, 36.09, 16.36, 61.59, 44.22, 61.43, 46.54],
      ldam: [26.65, 13.04, 33.42, 15.0, 60.4, 43.09, 60.42, 43.73],
      "cb-rs": [29.45, 13.21, 38.14, 15.41, 66.56, 44.94, 66.23, 46.92],
      "cb-rw": [27.63, 13.46, 38.06, 16.2, 66.01, 42.88, 78.69, 47.52],
      "cb-focal": [25.43, 12.9, 39.73, 16.54, 63.98, 42.01, 80.24, 49.98],
      "hg-drs": [27.16, 14.03, 29.93, 14.85, null, null, null, null],
      "ldam-hg-drs": [24.42, 12.72, 24.53, 12.82, null, null, null, null],
      "m-drw": [24.94, 13.57, 27.67, 13.17, 59.49, 43.78, 58.91, 44.72],
      "ldam-drw": [22.97, 11.84, 23.08, 12.19, 57.96, 41.29, 54.64, 40.54],
    },
  },
  {
    table: "table3",
    columns: bothErrors("inaturalist2018"),
    rows: {
      erm: [42.86, 21.31],
      "cb-focal": [38.88, 18.97],
      "erm-drw": [36.27, 16.55],
      ldam: [35.42, 16.48],
      "ldam-drw": [32.0, 14.82],
    },
  },
  {
    table: "table4",
    columns: profileNames.flatMap((profile) => bothErrors(`tiny-imagenet-${profile}`)),
    rows: {
      erm: [66.19, 42.63, 50.33, 26.68, 63.82, 44.09, 50.89, 27.06],
      "cb-softmax": [72.72, 52.62, 51.58, 28.91, 74.9, 59.14, 54.51, 33.23],
      "erm-drw": [64.57, 40.79, 50.03, 26.19, 62.36, 40.84, 49.17, 25.91],
      ldam: [64.04, 40.46, 48.08, 24.8, 62.54, 39.27, 49.08, 24.52],
      "ldam-drw": [62.53, 39.06, 47.22, 23.84, 60.63, 38.12, 47.43, 23.26],
    },
  },
  {
    table: "table5",
    columns: cifarColumns,
    rows: {
      // Table 2's row again, but for CIFAR-100 step-100: 61.05 here, 61.45 there.
      erm: [29.64, 13.61, 36.7, 17.5, 61.68, 44.3, 61.05, 45.37],
      "erm-drw": [25.14, 13.12, 28.4, 14.49, 59.34, 42.68, 58.86, 42.78],
      "erm-drs": [25.5, 13.28, 27.97, 14.83, 59.67, 42.74, 58.65, 43.21],
    },
  },
  {
    table: "table6",
    columns: testedTwice,
    rows: {
      erm: [30.99, 28.45, 13.08, 13.12, 24.55, 28.63, 10.34, 11.67],
      "cb-rw": [20.86, 26.19, 10.7, 11.93, 35.76, 31.35, 9.82, 11.02],
      "ldam-drw": [14.4, 12.95, 10.12, 10.62, 10.3, 9.54, 7.51, 7.82],
    },
  },
];

/**
 * Every number that the paper's tables 1 to 6 print, table by table, row by row.
 *
 * They are of the best epoch on the test set; how many seeds they stand for is not said.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), tables 1 to 6
 */
export const paperNumbers: readonly PaperNumber[] = printed.flatMap(({ table, columns, rows }) =>
  Object.entries(rows).flatMap(([row, values]) =>
    columns.flatMap(([column, measure], i) => {
      const value = values[i] ?? null;
      return value === null ? [] : [{ table, row, column, measure, value }];
    }),
  ),
);

/**
 * The number in a cell, in per cent; null where the paper prints none.
 *
 * @param at the row and column as {@link PaperNumber} has them, and which of a column's measures
 * @throws ArgumentError for a table that there is not
 */
export function paperNumber(
  table: PaperTable,
  at: { readonly row: string; readonly column: string; readonly measure?: PaperMeasure },
): number | null {
  const { row, column, measure = "top-1 error" } = at;
  const known = printed.map((each) => each.table);
  if (!known.includes(table)) {
    throw expected(
      "paperNumber",
      "table",
      `to be one of ${known.join(", ")}`,
      table,
      didYouMean(table, known),
    );
  }
  const found = paperNumbers.find(
    (each) => each.table === table && each.row === row && each.column === column && each.measure === measure,
  );
  return found?.value ?? null;
}

/** The rows of a table in their printed order. */
export function paperRows(table: PaperTable): string[] {
  return [...new Set(paperNumbers.filter((each) => each.table === table).map(({ row }) => row))];
}
