import type { Metrics } from "../../metrics/index.ts";
import { renderTable } from "../table.ts";
import { count, percent, shownName } from "../words.ts";

/** How good predictions are by the classes that their input names: a headline and a small table. */
export function renderMeasured(
  { examples, metrics }: { readonly examples: number; readonly metrics: Metrics },
  { of, classNames }: { readonly of: number; readonly classNames: readonly string[] },
): string {
  const worst = shownName(classNames[metrics.perClass.indexOf(metrics.worstClass)] ?? "");
  const { detection } = metrics;
  const rows = [
    ["overall", percent(metrics.topOne), ""],
    ["balanced", percent(metrics.balancedAccuracy), "mean over the classes"],
    ["worst class", percent(metrics.worstClass), worst],
    ["macro-F1", percent(metrics.macroF1), ""],
    ...(detection === undefined
      ? []
      : [
          [
            "average precision",
            percent(detection.averagePrecision),
            `of finding "${shownName(classNames[detection.positive] ?? "")}"`,
          ],
        ]),
    ["ECE", percent(metrics.expectedCalibrationError), "expected calibration error, 15 bins"],
  ];
  const headline = `By the classes that the input names, of ${count(examples)} of ${count(of)} examples:`;
  return [headline, renderTable(rows, { right: [1], indent: 2 })].join("\n");
}
