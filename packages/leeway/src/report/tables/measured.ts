import { scarceClasses } from "../../analysis/index.ts";
import { baseRate, classScores, type Metrics } from "../../metrics/index.ts";
import { overClasses, testNotes } from "../judgement.ts";
import { type Colors, renderTable } from "../table.ts";
import { count, percent, shownName } from "../words.ts";
import { calibrationRows } from "./calibration-rows.ts";
import { rarerRows, classChart } from "./rarest.ts";

/** What predictions were measured on, and how it is shown. */
export interface MeasuredOptions {
  /** Examples in all, also those without a class. */
  readonly of: number;
  readonly classNames: readonly string[];
  /** n_j of the training examples. */
  readonly trainCounts: readonly number[];
  readonly colors: Colors;
}

/** How good predictions are by the classes that their input names: a headline, a small table and what it cannot say. */
export function renderMeasured(
  { examples, metrics }: { readonly examples: number; readonly metrics: Metrics },
  { of, classNames, trainCounts, colors }: MeasuredOptions,
): string {
  const { detection, perClass, worstClass } = metrics;
  const worst = worstClass === null ? "" : shownName(classNames[perClass.indexOf(worstClass)] ?? "");
  const split = { metrics, classNames, trainCounts, examples: "examples" };
  const found =
    detection &&
    `of finding "${shownName(classNames[detection.positive] ?? "")}"; base rate ${percent(baseRate(metrics))}`;
  const rows = [
    ["overall", percent(metrics.topOne), ""],
    ["balanced", percent(metrics.balancedAccuracy), overClasses(perClass)],
    ["worst class", percent(worstClass), worst],
    ["macro-F1", percent(metrics.macroF1), ""],
    ...rarerRows(split),
    ...(detection && found ? [["average precision", percent(detection.averagePrecision), found]] : []),
    ...calibrationRows(split, { whose: "these probabilities" }),
  ];
  const counts = classScores(metrics.confusion ?? []).map((each) => each.examples);
  const scarce = scarceClasses(classNames, counts);
  const notes = testNotes(scarce, { noun: "Examples", classes: classNames.length });
  return [
    `By the classes that the input names, of ${count(examples)} of ${count(of)} examples:`,
    renderTable(rows, { right: [1], indent: 2 }),
    ...classChart(split, colors),
    ...notes.map((note) => colors.yellow(`  ${note}`)),
  ].join("\n");
}
