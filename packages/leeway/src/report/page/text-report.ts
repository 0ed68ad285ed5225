import { type Column, columnTable, renderPage, type TableOptions } from "../table.ts";
import { count, percent, shownName, signed } from "../words.ts";
import { moreExamples } from "./label-gains.ts";
import type { Interval, Measure, ReportClass, ReportData, RunDifference, RunReport } from "./report-data.ts";

/** Classes that a table of a report shows: the rarest. */
const maxClasses = 40;
/** Confusions, and classes to label next, that it shows. */
const [maxPairs, maxGains] = [10, 5];

/** A report as text, for a terminal or as Markdown: the numbers of the page without its pictures. */
export function renderReport(data: ReportData, options: TableOptions): string {
  const runs = data.runs.map((run) => runText(run, options));
  const differences = data.differences.map((difference) => differenceText(data, difference, options));
  return [...runs, ...differences].join("\n\n");
}

function runText(run: RunReport, options: TableOptions): string {
  const facts = run.facts.map(({ label, value }) => `${label}: ${value}`);
  const blocks = [
    run.sentence,
    measureTable(run.headline, options),
    ...section("Classes, the rarest first", classTable(run, options), options),
    ...section("Taken for another class most often", pairTable(run, options), options),
    ...section(
      `What ${moreExamples} more training examples would probably bring`,
      gainTable(run, options),
      options,
    ),
    ...section("How it was trained", listText(facts, options), options),
  ];
  return renderPage({ title: run.title, blocks, notes: run.notes }, options);
}

function listText(lines: readonly string[], { markdown = false }: TableOptions): string {
  return lines.map((line) => (markdown ? `- ${line}` : `  ${line}`)).join("\n");
}

/** A heading and what stands below it; nothing without a table. */
function section(
  heading: string,
  table: string | null,
  { colors, markdown = false }: TableOptions,
): string[] {
  if (table === null) return [];
  return [markdown ? `### ${heading}` : colors.bold(heading), table];
}

function measureTable(measures: readonly Measure[], options: TableOptions): string {
  const columns: Column<Measure>[] = [
    { heading: "test split", cell: ({ name }) => name },
    { heading: "value", cell: ({ value }) => percent(value) },
    { heading: "95 % interval", cell: ({ interval }) => intervalText(interval) },
    { heading: "", cell: ({ note }) => note, left: true },
  ];
  return columnTable(measures, columns, options);
}

/** "71.2 to 74.0 %". */
function intervalText(interval: Interval | null): string {
  if (interval === null) return "–";
  const [low, high] = interval.map((end) => (100 * end).toFixed(1));
  return `${low} to ${high} %`;
}

function classTable({ classes }: RunReport, options: TableOptions): string {
  const rows = [...classes].sort((a, b) => a.trainCount - b.trainCount).slice(0, maxClasses);
  const worst = ({ takenFor: [first] }: ReportClass): string =>
    first === undefined ? "" : `${shownName(classes[first.label]!.name)} (${count(first.count)})`; // a class
  const columns: Column<ReportClass>[] = [
    { heading: "class", cell: ({ name }) => shownName(name) },
    { heading: "training", cell: ({ trainCount }) => count(trainCount) },
    { heading: "test", cell: ({ testCount }) => count(testCount) },
    { heading: "recall", cell: ({ recall }) => percent(recall) },
    { heading: "95 % interval", cell: ({ recallInterval }) => intervalText(recallInterval) },
    { heading: "precision", cell: ({ precision }) => percent(precision) },
    { heading: "most often taken for", cell: worst, left: true },
  ];
  const left = classes.length - rows.length;
  const table = columnTable(rows, columns, options);
  return left > 0 ? `${table}\n${count(left)} more frequent classes are left out.` : table;
}

function pairTable({ classes, confusion }: RunReport, options: TableOptions): string | null {
  const pairs = confusion.pairs.slice(0, maxPairs);
  if (pairs.length === 0 || classes.length === 2) return null;
  const name = (label: number): string => shownName(classes[label]!.name); // a class
  return columnTable(
    pairs,
    [
      { heading: "class", cell: ({ truth }) => name(truth) },
      { heading: "taken for", cell: ({ prediction }) => name(prediction), left: true },
      { heading: "share", cell: ({ share }) => percent(share) },
      { heading: "examples", cell: (pair) => count(pair.count) },
    ],
    options,
  );
}

function gainTable({ classes, gains }: RunReport, options: TableOptions): string | null {
  if (gains.length === 0) return null;
  return columnTable(
    gains.slice(0, maxGains),
    [
      { heading: "class", cell: ({ label }) => shownName(classes[label]!.name) }, // a class
      { heading: "its recall, points", cell: ({ recall }) => signed(100 * recall, 1) },
      { heading: "balanced accuracy", cell: ({ balanced }) => signed(100 * balanced, 2) },
    ],
    options,
  );
}

function differenceText(
  { runs }: ReportData,
  { from, to, unpaired, recipe, measures, classes }: RunDifference,
  options: TableOptions,
): string {
  const [first, second] = [runs[from]!, runs[to]!]; // places in runs
  const title = `${second.title}, less ${first.method} (${first.id})`;
  const points = (interval: Interval | null): string =>
    interval === null ? "–" : interval.map((end) => signed(100 * end, 1)).join(" to ");
  const heading = unpaired === null ? "points, paired by example" : "points, not paired";
  const table =
    measures.length === 0
      ? null
      : columnTable(
          measures,
          [
            { heading, cell: ({ name }) => name },
            { heading: "difference", cell: ({ value }) => (value === null ? "–" : signed(100 * value, 1)) },
            { heading: "95 % interval", cell: ({ interval }) => points(interval) },
            {
              heading: "",
              cell: ({ apart }) => (apart ? "told from noise" : "not told from noise"),
              left: true,
            },
          ],
          options,
        );
  const changed = [...classes].filter(({ helped, hurt }) => helped + hurt > 0).sort((a, b) => a.p - b.p);
  const name = (label: number): string => shownName(first.classes[label]!.name); // the same classes
  const classTable =
    changed.length === 0
      ? null
      : columnTable(
          changed.slice(0, maxPairs),
          [
            { heading: "class", cell: ({ label }) => name(label) },
            { heading: "helped", cell: ({ helped }) => count(helped) },
            { heading: "hurt", cell: ({ hurt }) => count(hurt) },
            { heading: "McNemar's p", cell: ({ p }) => (p < 0.001 ? "< 0.001" : p.toFixed(3)) },
          ],
          options,
        );
  const settings =
    recipe.length === 0
      ? null
      : columnTable(
          recipe,
          [
            { heading: "setting", cell: ({ field }) => field },
            { heading: first.id, cell: (each) => shownName(each.from), left: true },
            { heading: second.id, cell: (each) => shownName(each.to), left: true },
          ],
          options,
        );
  const blocks = [
    ...(unpaired === null ? [] : [unpaired]),
    ...(table === null ? [] : [table]),
    ...section("Classes that changed most", classTable, options),
    ...section("Settings that differ", settings, options),
  ];
  return renderPage({ title, blocks, notes: [] }, options);
}
