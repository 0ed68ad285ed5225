import { columnTable, type Colors } from "../table.ts";
import { count, counted, percent, shownName } from "../words.ts";

/** An example of an error list, with where it stands. */
export interface ShownError {
  readonly split: string;
  readonly place: {
    readonly file: string;
    readonly row?: number;
    readonly kept?: Readonly<Record<string, string | null>>;
  };
  readonly label: string;
  readonly labelProbability: number;
  readonly other: string;
  readonly otherProbability: number;
}

/** What a run gets wrong of one class; see `runErrors`. */
export interface ShownClassErrors {
  readonly name: string;
  readonly examples: number;
  readonly wrong: number;
  readonly hardest: readonly ShownError[];
  readonly falseAlarms: readonly ShownError[];
  readonly mislabelled: readonly ShownError[];
  readonly counts: { readonly falseAlarms: number; readonly mislabelled: number };
  readonly threshold: number;
}

/** The errors of a run for a terminal, class by class. */
export function renderErrors(
  classes: readonly ShownClassErrors[],
  { colors }: { readonly colors: Colors },
): string {
  return classes.map((each) => classText(each, colors)).join("\n\n");
}

function classText(errors: ShownClassErrors, colors: Colors): string {
  const { name, examples, wrong, counts, threshold } = errors;
  const title = `${shownName(name)}: ${counted(examples, "held-out example", "held-out examples")}, ${count(wrong)} wrong`;
  const alarms = `Taken for ${shownName(name)}, ${count(counts.falseAlarms)} in all, the most confident first`;
  const doubted =
    `Probably mislabelled, ${count(counts.mislabelled)} in all: as typical of another class as its own examples` +
    ` (for ${shownName(name)} that is from ${percent(threshold)})`;
  return [
    colors.bold(title),
    ...listText("Hardest: labelled so, with the least probability of it", errors.hardest, colors),
    ...listText(alarms, errors.falseAlarms, colors),
    ...listText(doubted, errors.mislabelled, colors),
  ].join("\n");
}

function listText(title: string, list: readonly ShownError[], colors: Colors): string[] {
  if (list.length === 0) return [];
  const table = columnTable(
    list,
    [
      { heading: "where", cell: ({ place }) => placeText(place) },
      { heading: "split", cell: ({ split }) => split, left: true },
      { heading: "label", cell: ({ label }) => shownName(label), left: true },
      { heading: "p", cell: ({ labelProbability }) => percent(labelProbability) },
      { heading: "against it", cell: ({ other }) => shownName(other), left: true },
      { heading: "p", cell: ({ otherProbability }) => percent(otherProbability) },
      ...Object.keys(list[0]?.place.kept ?? {}).map((column) => ({
        heading: shownName(column),
        cell: ({ place }: ShownError) => shownName(place.kept?.[column] ?? ""),
        left: true,
      })),
    ],
    { colors },
  );
  return ["", `${title}:`, table];
}

/** "payments.csv:1204". */
export function placeText({ file, row }: ShownError["place"]): string {
  return row === undefined ? file : `${file}:${row}`;
}
