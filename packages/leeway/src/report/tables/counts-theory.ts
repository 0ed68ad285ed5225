import type { CountsClass, CountsTheory } from "../../theory/index.ts";
import { type Colors, type Column, columnTable } from "../table.ts";
import { count, counted, percent } from "../words.ts";
import { describeExponent, figure, plain, tradeOffLines } from "./theory-parts.ts";

/** What class counts alone give, for a person. */
export function renderCountsTheory(title: string, theory: CountsTheory, colors: Colors): string {
  const { classes, total, imbalanceRatio, exponent, constant, tradeOff } = theory;
  const withTest = classes.some(({ testCount }) => testCount !== null);
  const withBound = classes.some(({ bound }) => bound !== null);
  const columns: Column<CountsClass>[] = [
    { heading: "class", cell: ({ name }) => name },
    { heading: "examples", cell: (each) => count(each.count) },
    ...(withTest
      ? [{ heading: "in test", cell: ({ testCount }: CountsClass) => plain(testCount ?? 0) }]
      : []),
    { heading: "margin", cell: ({ margin }) => margin.toFixed(4) },
    { heading: "effective", cell: ({ effectiveNumber }) => decimals(effectiveNumber, 1) },
    { heading: "RW, RS", cell: ({ inverseFrequencyWeight }) => inverseFrequencyWeight.toFixed(4) },
    { heading: "CB", cell: ({ effectiveNumberWeight }) => effectiveNumberWeight.toFixed(4) },
    { heading: "drawn", cell: ({ drawn }) => percent(drawn.plain) },
    { heading: "by CB-RS", cell: ({ drawn }) => percent(drawn.cbRs) },
    { heading: "group", cell: ({ shotGroup }) => shotGroup, left: true },
    ...(withBound ? [{ heading: "bound (4)", cell: ({ bound }: CountsClass) => figure(bound) }] : []),
  ];
  const power = describeExponent(exponent);
  const law = withTest
    ? `Margin: C (n'_j/n_j)^(${power}), eq. 15, C = ${constant.toFixed(4)}`
    : `Margin: C n_j^(-${power}), eq. 13, C = ${constant.toFixed(4)}`;
  const classesWords = counted(classes.length, "class", "classes");
  return [
    `${colors.bold(title)}: ${classesWords}, ${count(total)} examples, ratio ${plain(imbalanceRatio)}`,
    "",
    columnTable(classes, columns, { colors }),
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
