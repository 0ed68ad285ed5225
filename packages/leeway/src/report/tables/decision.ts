import {
  type ClassOutcome,
  type Estimate,
  costThreshold,
  type Outcome,
  type TradeOffPoint,
} from "../../decisions/index.ts";
import { type DecisionRecord, isBySets } from "../../records/index.ts";
import { type Colors, columnTable, type Column, renderPage, renderTable } from "../table.ts";
import { renderAbstention } from "./abstention.ts";
import { count, percent, shellWord, shownName } from "../words.ts";
import { decisionNotes, storedNotes, testNotes } from "./decision-notes.ts";

/** Classes that a table of many shows. */
const maxRows = 20;

/** A decision as a page: what it is, what it comes to on both splits, what others would come to, and what to know. */
export function renderDecision(
  record: DecisionRecord,
  { path, colors }: { readonly path: string; readonly colors: Colors },
): string {
  const { validation, test, tradeOff, abstain, classNames } = record;
  const sets = abstain === undefined ? [] : [renderAbstention(abstain, { classNames, colors })];
  if (isBySets(record)) {
    const title = `Decides where one class alone cannot be ruled out: ${shellWord(path)}`;
    return renderPage({ title, blocks: sets, notes: storedNotes(record, path) }, { colors });
  }
  const [one, another] = validation.classes;
  const table = one && another === undefined ? oneClass(record, one, colors) : manyClasses(record, colors);
  return renderPage(
    {
      title: `${ruleWords(record)}: ${shellWord(path)}`,
      blocks: [
        table,
        ...costLine(validation, test),
        ...(tradeOff
          ? [`Other thresholds, on the validation split:\n${tradeOffTable(record, tradeOff, colors)}`]
          : []),
        ...sets,
      ],
      notes: [
        ...testNotes(record).map(({ text, warns }) => (warns ? colors.yellow(text) : text)),
        ...decisionNotes(record, path),
      ],
    },
    { colors },
  );
}

/** The rule of one class as a sentence; of several, what the table below holds. */
function ruleWords(record: DecisionRecord): string {
  const { rule, validation } = record;
  const [one, another] = validation.classes;
  const name = shownName(one?.name ?? "");
  const threshold = another === undefined ? thresholdOf(record, one) : null;
  if (threshold !== null) {
    const why = "costs" in rule ? ", where it costs less" : "";
    return `Decides "${name}" from a probability of ${Number(threshold.toPrecision(6))} on${why}`;
  }
  return "costs" in rule ? "Decides for the lowest expected cost" : "Decides by thresholds of classes";
}

/** The probability from which a class is decided for; null where there is no such one. */
function thresholdOf(
  { rule, classNames }: DecisionRecord,
  { name }: { name: string } = { name: "" },
): number | null {
  const at = classNames.indexOf(name);
  if (!("costs" in rule)) return rule.thresholds[at] ?? null;
  return rule.costs.length === 2 ? costThreshold(rule, at) : null;
}

function oneClass({ test }: DecisionRecord, held: ClassOutcome, colors: Colors): string {
  const fresh = test.classes[0]!; // of the same classes
  const share = (of: Estimate | null): string => percent(of?.value ?? null);
  const range = (of: Estimate | null): string =>
    of === null ? "" : `${percent(of.interval[0])} to ${percent(of.interval[1])}`;
  const rows = [
    [
      "recall",
      share(held.recall),
      range(held.recall),
      share(fresh.recall),
      ratio(fresh.right, fresh.examples),
    ],
    [
      "precision",
      share(held.precision),
      range(held.precision),
      share(fresh.precision),
      ratio(fresh.right, fresh.decided),
    ],
    ["F1", share(held.f1), range(held.f1), share(fresh.f1), ""],
    [
      "alerts of 1,000",
      number(held.perThousand.alerts.value),
      numbers(held.perThousand.alerts),
      number(fresh.perThousand.alerts.value),
      "",
    ],
    ...(["found", "missed", "falseAlarms"] as const).map((name) => [
      `  ${name === "falseAlarms" ? "false alarms" : name}`,
      number(held.perThousand[name]),
      "",
      number(fresh.perThousand[name]),
      "",
    ]),
  ];
  const heading = ["", "validation", "95 % interval", "test", ""].map(colors.dim);
  return renderTable([heading, ...rows], { right: [1, 3], indent: 2 });
}

function manyClasses(record: DecisionRecord, colors: Colors): string {
  const { rule, validation, test } = record;
  const rows = validation.classes
    .map((held, at) => ({
      held,
      fresh: test.classes[at]!,
      threshold: String(thresholdOf(record, held) ?? ""),
    })) // of the same classes
    .sort((a, b) => a.held.examples - b.held.examples);
  const share = (of: Estimate | null): string =>
    of === null
      ? "–"
      : `${percent(of.value)} (${percent(of.interval[0], { digits: 0 })} to ${percent(of.interval[1], { digits: 0 })})`;
  const columns: Column<(typeof rows)[number]>[] = [
    { heading: "class", cell: ({ held }) => shownName(held.name) },
    ...("costs" in rule
      ? []
      : [{ heading: "from", cell: ({ threshold }: (typeof rows)[number]) => threshold }]),
    { heading: "recall (95 %)", cell: ({ held }) => share(held.recall) },
    { heading: "on the test", cell: ({ fresh }) => percent(fresh.recall?.value ?? null) },
    { heading: "precision (95 %)", cell: ({ held }) => share(held.precision) },
    { heading: "on the test", cell: ({ fresh }) => percent(fresh.precision?.value ?? null) },
    { heading: "of 1,000", cell: ({ held }) => number(held.perThousand.alerts.value) },
  ];
  const more =
    rows.length > maxRows ? `\n  and ${count(rows.length - maxRows)} classes more, in decision.json` : "";
  return columnTable(rows.slice(0, maxRows), columns, { colors }) + more;
}

function costLine({ cost }: Outcome, test: Outcome): string[] {
  if (cost === undefined) return [];
  const [lower, upper] = cost.interval.map(number);
  return [
    `Cost of 1,000 cases: ${number(cost.value)} (95 %: ${lower!} to ${upper!}), on the test ${number(test.cost?.value ?? 0)}.`,
  ];
}

function tradeOffTable(record: DecisionRecord, points: readonly TradeOffPoint[], colors: Colors): string {
  const threshold = thresholdOf(record, record.validation.classes[0]);
  const chosen = points.findLast((point) => threshold !== null && point.threshold >= threshold);
  const columns: Column<TradeOffPoint>[] = [
    { heading: "from", cell: (point) => `${point === chosen ? "> " : "  "}${point.threshold}` },
    { heading: "recall", cell: ({ recall }) => percent(recall) },
    { heading: "precision", cell: ({ precision }) => percent(precision) },
    { heading: "F1", cell: ({ f1 }) => percent(f1) },
    { heading: "alerts of 1,000", cell: ({ alerts }) => number(alerts) },
    { heading: "false alarms", cell: ({ falseAlarms }) => number(falseAlarms) },
    ...(points.some(({ cost }) => cost !== undefined)
      ? [{ heading: "cost", cell: ({ cost = 0 }: TradeOffPoint) => number(cost) }]
      : []),
  ];
  return columnTable(points, columns, { colors });
}

function ratio(right: number, of: number): string {
  return `${count(right)} of ${count(of)}`;
}

function numbers({ interval: [lower, upper] }: Estimate): string {
  return `${number(lower)} to ${number(upper)}`;
}

/** A number of cases among 1,000, with three digits. */
function number(value: number): string {
  if (value >= 100) return count(value);
  return String(Number(value.toPrecision(3)));
}
