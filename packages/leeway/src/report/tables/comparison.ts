import {
  comparedMeasures,
  type ComparedMethod,
  type NumberSummary,
  unseenStageNotes,
} from "../../analysis/index.ts";
import { methodTitle } from "../recipe-words.ts";
import { type Colors, markdownTable, renderTable } from "../table.ts";

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
  const headings = ["%, test split", "n", ...measures.map(({ name }) => name), `balanced, less ${first}'s`];
  const rows = methods.map(({ method, seeds, measures: own, gain }) => [
    methodTitle({ method }),
    String(seeds.length),
    ...measures.map(({ name }) => spread(own[name])),
    gain === null ? "–" : signed(spread(gain)),
  ]);
  const right = headings.map((_, i) => i).slice(1);
  const table = markdown
    ? markdownTable([headings, ...rows], { right })
    : renderTable([headings.map((each) => colors.dim(each)), ...rows], { right, indent: 2 });
  return [
    markdown ? `## ${what}` : colors.bold(what),
    table,
    notes.map((note) => (markdown ? `- ${note}` : note)).join("\n"),
  ].join("\n\n");
}

/** How the numbers are to be read, and which methods the runs tell apart: sentences. */
export function comparisonNotes(methods: readonly ComparedMethod[]): string[] {
  const missing = methods
    .filter(({ seeds }) => seeds.length === 0)
    .map(({ method }) => methodTitle({ method }));
  if (missing.length > 0) return [`No run has finished of ${missing.join(", ")}: run it again to go on.`];
  const max = Math.max(...methods.map(({ seeds }) => seeds.length));
  const first = methodTitle({ method: methods[0]!.method }); // there is one
  const apart = methods.filter((each) => each.apart);
  const titles = apart.map(
    ({ method, gain }) => `${methodTitle({ method })} ${gain!.mean > 0 ? "above" : "below"} it`,
  );
  return [
    ...(max < 2
      ? ["One seed: nothing is known of the spread. --seeds 0,1,2 says more."]
      : [
          "± is half of the 95 % interval of the mean over seeds (Student's t); differences are taken seed by seed.",
          ...(methods.length < 3
            ? []
            : [
                "What is told apart takes more than an interval without 0, since several methods are compared.",
              ]),
          titles.length === 0
            ? `In balanced accuracy these runs do not tell any method from ${first}.`
            : `In balanced accuracy these runs tell apart from ${first}: ${titles.join(", ")}.`,
        ]),
    ...methods.flatMap(({ method, unseenStage }) => unseenStageNotes(methodTitle({ method }), unseenStage)),
    "Whoever takes the best of many methods by this table has chosen on the test split: its number is then optimistic.",
  ];
}

/** `+1.2`, `−1.2`, and `0.0` where it rounds to that. */
function signed(number: string): string {
  if (/^-?0\.0\b/.test(number)) return number.replace("-", "");
  return number.startsWith("-") ? number.replace("-", "−") : `+${number}`;
}

/** `74.8 ± 0.3`: the mean and half of its 95 % interval, where there are several seeds. */
function spread(summary: NumberSummary | null): string {
  if (summary === null) return "–";
  const { mean, interval } = summary;
  return interval === null ? mean.toFixed(1) : `${mean.toFixed(1)} ± ${(interval[1] - mean).toFixed(1)}`;
}
