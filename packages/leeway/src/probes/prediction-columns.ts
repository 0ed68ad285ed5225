import type { KeptColumn } from "../data/index.ts";

/** With more classes than this, columns of all of them are written on request only. */
export const maxClassColumns = 100;

/** What is written of predictions. */
export interface PredictionForm {
  readonly classNames: readonly string[];
  /** How many classes of each example are ranked, at least 1. */
  readonly top: number;
  /** Whether every class has a column of its probabilities. */
  readonly everyClass: boolean;
  /** Whether the run's decision has a column. */
  readonly decision?: boolean;
  /** Whether what it abstains from, and the sets of classes, have one. */
  readonly abstention?: boolean;
  /** Columns of the input, under the names that they have beside those of predictions. */
  readonly kept: readonly KeptColumn[];
  /** The examples in the order in which they are written; by default that of the input. */
  readonly order?: ArrayLike<number> | undefined;
}

/** A column of written predictions: its name, and DuckDB's type of it. */
export interface PredictionColumn {
  readonly name: string;
  readonly type: string;
}

/** The columns of predictions in their order: file, row, those of the input, prediction, probability, decision, abstained, set, p_<class>, … */
export function predictionColumns(form: PredictionForm): PredictionColumn[] {
  return [...places, ...form.kept, ...ownColumns(form)];
}

/**
 * Gives columns of the input names that no column of predictions has: `input_` goes before one that has.
 *
 * @returns the form with those names, and a note for each that was changed
 */
export function withKeptNames(form: PredictionForm): {
  readonly form: PredictionForm;
  readonly notes: string[];
} {
  const taken = new Set([...places, ...ownColumns(form), ...form.kept].map(({ name }) => name));
  const own = new Set([...places, ...ownColumns(form), { name: "probabilities" }].map(({ name }) => name));
  const notes: string[] = [];
  const kept = form.kept.map((column) => {
    if (!own.has(column.name)) return column;
    let name = column.name;
    while (taken.has(name)) name = `input_${name}`;
    taken.add(name);
    notes.push(
      `column "${column.name}" of the input is called "${name}", since predictions have one of its name`,
    );
    return { ...column, name };
  });
  return { form: { ...form, kept }, notes };
}

/** Columns under names that differ by more than capitals, as Parquet's readers need: a number goes after the others. */
export function withDistinctNames(columns: readonly PredictionColumn[]): PredictionColumn[] {
  const taken = new Set<string>();
  return columns.map(({ name, type }) => {
    let distinct = name;
    for (let i = 2; taken.has(distinct.toLowerCase()); i++) distinct = `${name}_${i}`;
    taken.add(distinct.toLowerCase());
    return { name: distinct, type };
  });
}

const places: readonly PredictionColumn[] = [
  { name: "file", type: "VARCHAR" },
  { name: "row", type: "BIGINT" },
];

/** The columns that the network fills. Classes are text also where they are called 0 and 1. */
function ownColumns({
  classNames,
  top,
  everyClass,
  decision = false,
  abstention = false,
}: PredictionForm): PredictionColumn[] {
  const decided = [
    ...(decision ? [{ name: "decision", type: "VARCHAR" }] : []),
    ...(abstention
      ? [
          { name: "abstained", type: "BOOLEAN" },
          { name: "set", type: "VARCHAR" },
        ]
      : []),
  ];
  const ranked = Array.from({ length: top }, (_, i) => (i === 0 ? "" : `_${i + 1}`));
  return [
    ...ranked.flatMap((rank, i) => [
      { name: `prediction${rank}`, type: "VARCHAR" },
      { name: `probability${rank}`, type: "DOUBLE" },
      ...(i === 0 ? decided : []),
    ]),
    ...(everyClass ? classNames.map((name) => ({ name: `p_${name}`, type: "DOUBLE" })) : []),
  ];
}
