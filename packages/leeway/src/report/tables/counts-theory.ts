import type { CountsTheory } from "../../theory/index.ts";
import type { Colors } from "../table.ts";
import { count, counted, percent } from "../words.ts";
import { describeExponent, figure, numberTable, plain, tradeOffLines } from "./theory-parts.ts";

/** What class counts alone give, for a person. */
export function renderCountsTheory(title: string, theory: CountsTheory, colors: Colors): string {
  const { classes, total, imbalanceRatio, exponent, constant, tradeOff } = theory;
  const withTest = classes.some(({ testCount }) => testCount !== null);
  const withBound = classes.some(({ bound }) => bound !== null);
  const head = [
    ...["class", "examples", ...(withTest ? ["in test"] : []), "margin", "effective"],
    ...["RW, RS", "CB", "drawn", "by CB-RS", "group", ...(withBound ? ["bound (4)"] : [])],
  ];
  const rows = classes.map((each, j) => [
    String(j),
    count(each.count),
    ...(withTest ? [plain(each.testCount ?? 0)] : []),
    each.margin.toFixed(4),
    decimals(each.effectiveNumber, 1),
    each.inverseFrequencyWeight.toFixed(4),
    each.effectiveNumberWeight.toFixed(4),
    percent(each.drawn.plain),
    percent(each.drawn.cbRs),
    each.shotGroup,
    ...(withBound ? [figure(each.bound)] : []),
  ]);
  const power = describeExponent(exponent);
  const law = withTest
    ? `Margin: C (n'_j/n_j)^(${power}), eq. 15, C = ${constant.toFixed(4)}`
    : `Margin: C n_j^(-${power}), eq. 13, C = ${constant.toFixed(4)}`;
  const classesWords = counted(classes.length, "class", "classes");
  return [
    `${colors.bold(title)}: ${classesWords}, ${count(total)} examples, ratio ${plain(imbalanceRatio)}`,
    "",
    numberTable(head, rows, { colors, left: ["group"] }),
    "",
    `${law}, so that the largest is ${plain(Math.max(...classes.map(({ margin }) => margin)))}; in logits before the loss's scale.`,
    "RW, RS: 1/n_j, the weight in the loss of RW and the odds of a draw in RS, which draws every class equally often.",
    "CB: 1/effective number, the weight in CB-RW and in DRW (CB + DRW has 1/n_j there), the odds in CB-RS. Weights have mean 1.",
    ...(withBound ? [`Bound (4) with the margin as γ_j: compare classes with it; it is no error rate.`] : []),
    ...(tradeOff === null ? [] : ["", ...tradeOffLines(tradeOff, "equal margins")]),
  ].join("\n");
}

function decimals(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
