import type {
  ReportErrors,
  ReportExample,
  RunReport,
} from "../../../../leeway/src/report/page/report-data.ts";
import type { Table } from "../numbers/table.ts";

/** The lists of examples. */
export type ExampleList = "hardest" | "falseAlarms" | "mislabelled" | "uncertain";

export const exampleLists: readonly {
  readonly value: ExampleList;
  readonly label: string;
  readonly words: string;
}[] = [
  { value: "hardest", label: "hardest", words: "labelled so, with the least probability of it" },
  { value: "falseAlarms", label: "false alarms", words: "taken for it, the most confident first" },
  {
    value: "mislabelled",
    label: "probably mislabelled",
    words: "as typical of another class as its own examples",
  },
  { value: "uncertain", label: "least certain", words: "whose two highest probabilities are nearest" },
];

/** Examples of a list: of one class, or of all, by how wrong they are. */
export function examplesOf({ errors }: RunReport, list: ExampleList, label: number | null): ReportExample[] {
  const own = label === null ? errors : errors.filter((each) => each.label === label);
  const all = own.flatMap((each: ReportErrors) => each[list]);
  if (label !== null) return all;
  const worth: Record<ExampleList, (example: ReportExample) => number> = {
    hardest: (each) => each.labelProbability,
    falseAlarms: (each) => -each.otherProbability,
    mislabelled: (each) => -each.otherProbability,
    uncertain: (each) => each.otherProbability - each.labelProbability,
  };
  return all.sort((a, b) => worth[list](a) - worth[list](b));
}

/** Stored examples of a cell of the confusion, each once. */
export function examplesOfCell({ errors }: RunReport, truth: number, prediction: number): ReportExample[] {
  const all = errors.flatMap((each) => [
    ...each.hardest,
    ...each.falseAlarms,
    ...each.mislabelled,
    ...each.uncertain,
  ]);
  const own = all.filter((each) => each.label === truth && each.prediction === prediction);
  return [...new Map(own.map((each) => [`${each.split}-${each.id}`, each])).values()];
}

/** Every stored example. */
export function errorsTable(run: RunReport): Table {
  const { classes } = run;
  return {
    columns: [
      { name: "of", as: "text" },
      { name: "list", as: "text" },
      { name: "split", as: "text" },
      { name: "id", as: "count" },
      { name: "place", as: "text" },
      { name: "label", as: "text" },
      { name: "probability", as: "percent" },
      { name: "against it", as: "text" },
      { name: "its probability", as: "percent" },
    ],
    rows: run.errors.flatMap((own) =>
      exampleLists.flatMap(({ value, label }) =>
        own[value].map((example) => [
          ...[classes[own.label]!.name, label, example.split, example.id, example.place],
          ...[classes[example.label]!.name, example.labelProbability, classes[example.other]!.name],
          example.otherProbability,
        ]),
      ),
    ),
  };
}
