import {
  comparedMeasures,
  type ComparedMethod,
  type Judge,
  type NumberSummary,
  type RarestClass,
  unseenStageNotes,
} from "../../analysis/index.ts";
import { testNotes } from "../judgement.ts";
import { methodTitle } from "../recipe-words.ts";
import { scarceText } from "../scarce-words.ts";
import { type Colors, type Column, columnTable, renderPage, type TableOptions } from "../table.ts";
import { halfInterval, perCentText, shownName, signed, withSpread } from "../words.ts";

/** What a comparison is shown with. */
export interface ComparisonOptions {
  /** Data, network and length. */
  readonly what: string;
  readonly notes: readonly string[];
  readonly markdown: boolean;
  readonly colors: Colors;
}

/** A comparison for a person: a line for each method, measures that the data has. */
export function renderComparison(
  methods: readonly ComparedMethod[],
  { what, notes, markdown, colors }: ComparisonOptions,
): string {
  const measures = comparedMeasures.filter(({ name }) =>
    methods.some((each) => each.measures[name] !== null),
  );
  const first = methodTitle({ method: methods[0]!.method }); // there is one
  const { judge } = methods[0]!;
  const write = judgeText(judge);
  const columns: Column<ComparedMethod>[] = [
    { heading: "%, test split", cell: ({ method }) => methodTitle({ method }) },
    { heading: "n", cell: ({ seeds }) => String(seeds.length) },
    ...measures.map(({ name }) => ({
      heading: name,
      cell: ({ measures: own }: ComparedMethod) => spread(own[name], perCentText),
    })),
    ...(judge.column === null
      ? [
          {
            heading: judge.words,
            cell: ({ judged }: ComparedMethod) => spread(judged, write.value, write),
          },
        ]
      : []),
    {
      heading: `${judge.column ?? judge.words}, less ${first}'s`,
      cell: ({ gain }) => spread(gain, write.difference, write),
    },
  ];
  const blocks = [
    columnTable(methods, columns, { colors, markdown }),
    ...rarestBlock(methods, { colors, markdown }),
  ];
  return renderPage({ title: what, blocks, notes }, { colors, markdown });
}

/** What the methods' predictions of the rarest class are worth. */
function rarestBlock(methods: readonly ComparedMethod[], options: TableOptions): string[] {
  const name = methods.find(({ rarest }) => rarest !== null)?.rarest?.name;
  if (name === undefined) return [];
  const cell =
    (of: (rarest: RarestClass) => NumberSummary | null) =>
    ({ rarest }: ComparedMethod): string =>
      spread(rarest && of(rarest), perCentText);
  const columns: Column<ComparedMethod>[] = [
    { heading: `%, of "${shownName(name)}", the rarest`, cell: ({ method }) => methodTitle({ method }) },
    { heading: "precision", cell: cell(({ precision }) => precision) },
    { heading: "recall", cell: cell(({ recall }) => recall) },
    { heading: "F1", cell: cell(({ f1 }) => f1) },
  ];
  return [columnTable(methods, columns, options)];
}

/** How the metric that judges is written: in per cent, or a loss as a number. */
function judgeText({ unit }: Pick<Judge, "unit">): {
  readonly value: (mean: number) => string;
  readonly difference: (mean: number) => string;
  readonly digits: number;
} {
  const digits = unit === "nats" ? 4 : 1;
  return {
    value: (mean) => (unit === "nats" ? mean.toFixed(digits) : perCentText(mean)),
    difference: (mean) => signed(mean, digits),
    digits,
  };
}

/** A mean and half of its 95 % interval, where there are several runs. */
function spread(
  summary: NumberSummary | null,
  write: (mean: number) => string,
  { digits = 1 }: { readonly digits?: number } = {},
): string {
  return summary === null ? "–" : withSpread(write(summary.mean), halfInterval(summary), digits);
}

/** The metric that judges, with its direction where that is not the common one. */
function judgeWords({ words, better }: Judge): string {
  return better === "higher" ? words : `${words}, the lower the better,`;
}

/** What ± is: a sentence. */
function intervalWords({ folds, seeds }: ComparedMethod): string {
  const half = "± is half of the 95 % interval of the mean over";
  if (folds === null) return `${half} seeds (Student's t); differences are taken seed by seed.`;
  const repeats = new Set(seeds).size;
  const what = repeats === 1 ? `${folds} folds` : `${folds} folds drawn ${repeats} times`;
  return (
    `${half} ${what} (Student's t, widened since folds train on many of the same examples: the corrected resampled t ` +
    `of Nadeau and Bengio 2003); differences are taken fold by fold.`
  );
}

/** What average precision is measured against, where the table has it: a sentence. */
function baseRateNotes(methods: readonly ComparedMethod[]): string[] {
  const rate = methods.find(({ baseRate }) => baseRate !== null)?.baseRate ?? null;
  if (rate === null) return [];
  return [`The base rate of average precision, that of scores that say nothing, is ${perCentText(rate)} %.`];
}

/** What the splits have too few examples of to tell: sentences. Methods share the splits of a seed. */
function scarceNotes(methods: readonly ComparedMethod[]): string[] {
  const { scarce, lastEpoch } = methods[0]!; // there is one
  const { classes } = scarce;
  const validation = scarce.validation.length === 0 ? [] : [scarceText(scarce.validation, classes)];
  const chose =
    lastEpoch.length === 0
      ? "They chose the epoch."
      : "They cannot choose an epoch, so the last one was kept.";
  const few = scarce.test.some(({ examples }) => examples > 0);
  return [
    ...testNotes(scarce.test, { noun: "Test split", classes }),
    ...(few ? ["± is at least what one such example decides."] : []),
    ...validation.map((text) => `Validation split: ${text}. ${chose}`),
  ];
}

/** How the numbers are to be read, and which methods the runs tell apart: sentences. */
export function comparisonNotes(methods: readonly ComparedMethod[]): string[] {
  const missing = methods
    .filter(({ seeds }) => seeds.length === 0)
    .map(({ method }) => methodTitle({ method }));
  if (missing.length > 0) return [`No run has finished of ${missing.join(", ")}: run it again to go on.`];
  const max = Math.max(...methods.map(({ seeds }) => seeds.length));
  const first = methodTitle({ method: methods[0]!.method }); // there is one
  const { judge } = methods[0]!;
  const apart = methods.filter((each) => each.apart);
  const titles = apart.map(
    ({ method, gain }) => `${methodTitle({ method })} ${gain!.mean > 0 ? "above" : "below"} it`,
  );
  return [
    ...(max < 2
      ? ["One seed: nothing is known of the spread. --seeds 0,1,2 says more."]
      : [
          intervalWords(methods[0]!),
          ...(methods.length < 3
            ? []
            : [
                "What is told apart takes more than an interval without 0, since several methods are compared.",
              ]),
          methods.every(({ measures }) => measures.balanced === null)
            ? "These runs compare nothing: a test split has examples of one class alone."
            : titles.length === 0
              ? `In ${judgeWords(judge)} these runs do not tell any method from ${first}.`
              : `In ${judgeWords(judge)} these runs tell apart from ${first}: ${titles.join(", ")}.`,
        ]),
    ...baseRateNotes(methods),
    ...scarceNotes(methods),
    ...methods.flatMap(({ method, unseenStage }) => unseenStageNotes(methodTitle({ method }), unseenStage)),
    "Whoever takes the best of many methods by this table has chosen on the test split: its number is then optimistic.",
  ];
}
