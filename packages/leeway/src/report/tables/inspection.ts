import type { ClassRow, Inspection } from "../../theory/index.ts";
import { type Colors, renderTable } from "../table.ts";
import { extremeWords } from "../extreme-words.ts";
import { count, counted, printable, shownName } from "../words.ts";
import { figure } from "./theory-parts.ts";

/** Classes shown one by one; of more the first and the last. */
const maxShown = 30;
const barWidth = 32;

/** An inspection as a page for the terminal. */
export function renderInspection(inspection: Inspection, colors: Colors): string {
  const { name, kind, trainSize, testSize, ratio, classes, rarest, findings } = inspection;
  const { obstacle, recommendation, extreme } = inspection;
  const { bold, dim, yellow, green } = colors;
  const groups = (["many", "medium", "few"] as const).map(
    (group) => `${classes.filter(({ shotGroup }) => shotGroup === group).length} ${group}-shot`,
  );
  const test = testSize === null ? "no test split of its own" : `${count(testSize)} to test`;
  return [
    `${bold(name)}  ${kind}, ${counted(classes.length, "class", "classes")}, ${count(trainSize)} examples to train, ${test}`,
    `imbalance ratio ${bold(ratio < 10 ? ratio.toFixed(1) : count(Math.round(ratio)))}; ${groups.join(", ")}`,
    "",
    classTable(classes, colors),
    "",
    `rarest class "${shownName(rarest.name)}": ${figure(rarest.perBatch)} of a batch of ${rarest.batchSize}, ${count(rarest.perEpoch)} an epoch;`,
    dim(`drawn with all classes alike: ${figure(rarest.perBalancedBatch)} of a batch`),
    "",
    findings.length === 0
      ? green("nothing suspicious")
      : bold(counted(findings.length, "finding", "findings")),
    ...findings.map(({ message }) => `  ${yellow("!")} ${printable(message)}`),
    "",
    ...(recommendation === null
      ? [yellow(`Nothing can be trained: ${obstacle ?? ""}.`)]
      : [
          `begin with ${bold(recommendation.method)}, on ${bold(recommendation.recipe.model)}:`,
          ...recommendation.reasons.map((reason) => `  - ${reason}`),
        ]),
    ...(extreme === null
      ? []
      : ["", "at such a ratio:", ...extremeWords(extreme, inspection).map((words) => `  - ${words}`)]),
  ].join("\n");
}

function classTable(classes: readonly ClassRow[], { dim, bold }: Colors): string {
  const sorted = [...classes].sort((a, b) => b.count - a.count);
  const some =
    sorted.length <= maxShown ? sorted : [...sorted.slice(0, maxShown / 2), ...sorted.slice(-maxShown / 2)];
  const log = isLogarithmic(classes);
  const header = [
    "class",
    "examples",
    log ? "(bars logarithmic)" : "",
    "group",
    "E_n",
    "margin",
    "1/n",
    "1/E_n",
    "log π",
  ];
  const rows = some.map((each) => [
    shownName(each.name),
    count(each.count),
    bar(each.count, classes),
    each.shotGroup,
    count(Math.round(each.effectiveNumber)),
    each.margin.toFixed(3),
    figure(each.inverseFrequencyWeight),
    figure(each.effectiveNumberWeight),
    each.logitOffset.toFixed(2),
  ]);
  const table = renderTable([header, ...rows], { right: [1, 4, 5, 6, 7, 8], indent: 2 }).split("\n");
  const [first = "", ...lines] = table;
  const hidden = sorted.length - some.length;
  if (hidden > 0) lines.splice(maxShown / 2, 0, dim(`  … ${counted(hidden, "class", "classes")} …`));
  return [bold(first), ...lines].join("\n");
}

function isLogarithmic(classes: readonly ClassRow[]): boolean {
  const counts = classes.map((each) => each.count).filter((n) => n > 0);
  return Math.max(...counts, 1) > 30 * Math.min(...counts);
}

/** A bar in eighths of a letter; what has examples is never without one. */
function bar(n: number, classes: readonly ClassRow[]): string {
  if (n === 0) return "";
  const max = Math.max(...classes.map((each) => each.count));
  const share = isLogarithmic(classes) ? Math.log(n + 1) / Math.log(max + 1) : n / max;
  const eighths = Math.max(1, Math.round(8 * barWidth * share));
  return "█".repeat(eighths >> 3) + (["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths & 7] ?? "");
}
