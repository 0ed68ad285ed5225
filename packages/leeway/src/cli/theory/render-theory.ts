import { type Colors, count, counted, percent, renderTable, shownName } from "../terminal.ts";
import type { CountsTheory, TradeOff } from "./counts-theory.ts";
import { type Bounds, type Fit, type FittedMeasure, fittedMeasures, type RunTheory } from "./run-theory.ts";

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
  const power = exponentWords(exponent);
  const law = withTest
    ? `Margin: C (n'_j/n_j)^(${power}), eq. 15, C = ${constant.toFixed(4)}`
    : `Margin: C n_j^(-${power}), eq. 13, C = ${constant.toFixed(4)}`;
  const classesWords = counted(classes.length, "class", "classes");
  return [
    `${colors.bold(title)}: ${classesWords}, ${count(total)} examples, ratio ${plain(imbalanceRatio)}`,
    "",
    table(head, rows, { colors, left: ["group"] }),
    "",
    `${law}, so that the largest is ${plain(Math.max(...classes.map(({ margin }) => margin)))}; in logits before the loss's scale.`,
    "RW, RS: 1/n_j, the weight in the loss of RW and the odds of a draw in RS, which draws every class equally often.",
    "CB: 1/effective number, the weight in CB-RW and in DRW (CB + DRW has 1/n_j there), the odds in CB-RS. Weights have mean 1.",
    ...(withBound ? [`Bound (4) with the margin as γ_j: compare classes with it; it is no error rate.`] : []),
    ...(tradeOff === null ? [] : ["", ...tradeOffLines(tradeOff, "equal margins")]),
  ].join("\n");
}

/** A trained run's margins and bounds, for a person. */
export function renderRunTheory(title: string, theory: RunTheory, colors: Colors): string {
  const { classes, exponent, constant, fits, bounds, quantile, tradeOff } = theory;
  const power = exponentWords(exponent);
  const name = quantileWords(quantile);
  const rows = classes.map((each) => [
    shownName(each.name),
    count(each.count),
    ...[each.minimum, each.lowest, each.median, each.mean].map((margin) => signed(margin)),
    percent(each.belowZero),
    each.law === null ? "–" : each.law.toFixed(3),
  ]);
  const head = ["class", "examples", "minimum", "1 %", "median", "mean", "below 0", `C n^(-${power})`];
  const unseparable = classes.filter(({ margin }) => margin <= 0);
  return [
    colors.bold(title),
    "",
    table(head, rows, { colors }),
    "",
    constant === null
      ? `C n^(-${power}) has no C: fewer than two medians are above 0.`
      : `C n^(-${power}) with C = ${constant.toFixed(3)}, fitted to the medians above 0: the shape that theory asks for.`,
    `Fitted γ_j = C n_j^(-p), over the classes where the measure is above 0 (theory: p = ${power}):`,
    renderTable(
      fittedMeasures.map((measure) => fitRow(measure, fits[measure], classes.length)),
      { indent: 2 },
    ),
    "",
    ...bounds.slice(0, 1).flatMap((each) => boundLines(each, theory, name, colors)),
    ...bounds.slice(1).map((each) => totals(each)),
    ...(unseparable.length === 0
      ? []
      : [
          unseparableLine(
            unseparable.map((each) => shownName(each.name)),
            quantile,
          ),
        ]),
    "",
    ...honestWords,
    ...(tradeOff === null
      ? []
      : [
          "",
          ...tradeOffLines(
            tradeOff,
            quantile === 0 ? "the margins measured" : `as measured, ${name} of each`,
          ),
        ]),
  ].join("\n");
}

/** What such bounds are worth, said beside them. */
const honestWords: readonly string[] = [
  "Read the shape, not the numbers: an error above 1 is no statement, C(F) of a deep network is not known (the",
  "estimate is that of the last layer, over features taken as given), and (3) to (5) leave out constants and the",
  "examples below γ_j, which Theorem 2 counts. What can be read is which classes carry the sum, and that a wider",
  "margin for a rarer class lowers it.",
];

function boundLines(bounds: Bounds, theory: RunTheory, margin: string, colors: Colors): string[] {
  const head = [
    ...["class", "γ_j", "R_j/γ_j", "log n/√n_j", "bound (4)"],
    ...["below γ_j", "4 R_j/γ_j", "ε_j", "Theorem 2"],
  ];
  const rows = theory.classes.map(({ name, margin: gamma }, j) => {
    const [four, two] = [bounds.perClass[j]!, bounds.theoremTwo.perClass[j]!]; // of length K, as classes
    return [
      shownName(name),
      signed(gamma),
      ...[four.complexityTerm, four.lowOrderTerm, four.bound].map(figure),
      percent(two.marginLoss),
      ...[two.complexityTerm, two.confidenceTerm, two.bound].map(figure),
    ];
  });
  const where =
    bounds.source === "given"
      ? `C(F) = ${figure(bounds.capacity)} as given`
      : `C(F) = ${figure(bounds.capacity)}, estimated from the last layer`;
  return [
    `Bounds with γ_j ${margin}, R_j = √(C(F)/n_j), ${where}, δ = ${plain(theory.delta)}:`,
    "",
    table(head, rows, { colors }),
    "",
    totals(bounds),
  ];
}

function totals({ reading, imbalanced, balanced, theoremTwo }: Bounds): string {
  const how = reading === "capacity" ? "With C(F) fixed" : "With R_j estimated for each class";
  return `${how}: (3) ${figure(imbalanced)}, (5) ${figure(balanced)}, Theorem 2 ${figure(theoremTwo.balanced)}.`;
}

function unseparableLine(names: readonly string[], quantile: number): string {
  const shown = names.length > 5 ? `${names.slice(0, 5).join(", ")}, …` : names.join(", ");
  const noun = counted(names.length, "class has", "classes have");
  const way = quantile < 0.5 ? "; leave --quantile out to take the medians" : "";
  return `${noun} no γ_j above 0 (${shown}): nothing is said of them, nor of a mean with them${way}.`;
}

function fitRow(measure: FittedMeasure, { law, classes }: Fit, all: number): string[] {
  const titles: Readonly<Record<FittedMeasure, string>> = {
    minimum: "minimum",
    lowest: "1 %",
    median: "median",
  };
  const of = `${classes} of ${counted(all, "class", "classes")}`;
  if (law === null) return [titles[measure], "no fit", of];
  const error = law.standardError === null ? "" : ` ± ${law.standardError.toFixed(3)}`;
  return [titles[measure], `p = ${signed(law.exponent)}${error}, C = ${figure(law.constant)}`, of];
}

function tradeOffLines(
  { sum, rate, margins, cost, best, bestCost, biasShift }: TradeOff,
  from: string,
): string[] {
  const pair = ([first, second]: readonly number[]): string => `${signed(first!)} and ${signed(second!)}`; // two
  return [
    `Two classes, γ₁ + γ₂ = ${sum.toFixed(3)} (Theorem 3, error falling as n^(-${plain(rate)})):`,
    `  ${from}: ${pair(margins)}, cost ${figure(cost)}`,
    `  the best: ${pair(best)}, cost ${figure(bestCost)}; shift the first bias by ${signed(biasShift)}, the second by ${signed(-biasShift)}`,
  ];
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colors, left = [] }: { readonly colors: Colors; readonly left?: readonly string[] },
): string {
  const right = head.flatMap((name, column) => (column === 0 || left.includes(name) ? [] : [column]));
  return renderTable([head.map((name) => colors.dim(name)), ...rows], { right, indent: 2 });
}

/** A bound or a term of one: three digits; a dash where it is infinite or missing. */
function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  return value >= 1000 ? count(value) : signed(Number(value.toPrecision(3)), plain);
}

function signed(value: number, write = (size: number): string => size.toFixed(3)): string {
  const text = write(Math.abs(value));
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A number as short as it can be told: `0.5`, `100`, `0.3333`. */
function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function decimals(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Which of a class's margins is its γ_j. */
function quantileWords(quantile: number): string {
  if (quantile === 0) return "the minimum of eq. 2";
  return quantile === 0.5 ? "the median" : `the ${plain(100 * quantile)} % quantile`;
}

/** `1/4` for 0.25, `1/3` for a third; a decimal else. */
function exponentWords(exponent: number): string {
  const under = Math.round(1 / exponent);
  return under > 1 && under < 10 && Math.abs(exponent * under - 1) < 1e-9 ? `1/${under}` : plain(exponent);
}
