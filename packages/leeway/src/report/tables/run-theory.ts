import {
  type Bounds,
  type Fit,
  type FittedMeasure,
  fittedMeasures,
  type RunClass,
  type RunTheory,
} from "../../theory/index.ts";
import { type Colors, type Column, columnTable, renderTable } from "../table.ts";
import { count, counted, percent, shownName } from "../words.ts";
import { describeExponent, figure, plain, signed, tradeOffLines } from "./theory-parts.ts";

/** A trained run's margins and bounds, for a person. */
export function renderRunTheory(title: string, theory: RunTheory, colors: Colors): string {
  const { classes, exponent, constant, fits, bounds, quantile, tradeOff } = theory;
  const power = describeExponent(exponent);
  const name = describeQuantile(quantile);
  const columns: Column<RunClass>[] = [
    { heading: "class", cell: ({ name }) => shownName(name) },
    { heading: "examples", cell: (each) => count(each.count) },
    { heading: "minimum", cell: ({ minimum }) => signed(minimum) },
    { heading: "1 %", cell: ({ lowest }) => signed(lowest) },
    { heading: "median", cell: ({ median }) => signed(median) },
    { heading: "mean", cell: ({ mean }) => signed(mean) },
    { heading: "below 0", cell: ({ belowZero }) => percent(belowZero) },
    { heading: `C n^(-${power})`, cell: ({ law }) => (law === null ? "–" : law.toFixed(3)) },
  ];
  const unseparable = classes.filter(({ margin }) => margin <= 0);
  return [
    colors.bold(title),
    "",
    columnTable(classes, columns, { colors }),
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
    ...honestLines,
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
const honestLines: readonly string[] = [
  "Read the shape, not the numbers: an error above 1 is no statement, C(F) of a deep network is not known (the",
  "estimate is that of the last layer, over features taken as given), and (3) to (5) leave out constants and the",
  "examples below γ_j, which Theorem 2 counts. What can be read is which classes carry the sum, and that a wider",
  "margin for a rarer class lowers it.",
];

function boundLines(bounds: Bounds, theory: RunTheory, margin: string, colors: Colors): string[] {
  const rows = theory.classes.map((each, j) => ({
    ...each,
    four: bounds.perClass[j]!, // of length K, as classes
    two: bounds.theoremTwo.perClass[j]!, // likewise
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    { heading: "class", cell: ({ name }) => shownName(name) },
    { heading: "γ_j", cell: (each) => signed(each.margin) },
    { heading: "R_j/γ_j", cell: ({ four }) => figure(four.complexityTerm) },
    { heading: "log n/√n_j", cell: ({ four }) => figure(four.lowOrderTerm) },
    { heading: "bound (4)", cell: ({ four }) => figure(four.bound) },
    { heading: "below γ_j", cell: ({ two }) => percent(two.marginLoss) },
    { heading: "4 R_j/γ_j", cell: ({ two }) => figure(two.complexityTerm) },
    { heading: "ε_j", cell: ({ two }) => figure(two.confidenceTerm) },
    { heading: "Theorem 2", cell: ({ two }) => figure(two.bound) },
  ];
  const where =
    bounds.source === "given"
      ? `C(F) = ${figure(bounds.capacity)} as given`
      : `C(F) = ${figure(bounds.capacity)}, estimated from the last layer`;
  return [
    `Bounds with γ_j ${margin}, R_j = √(C(F)/n_j), ${where}, δ = ${plain(theory.delta)}:`,
    "",
    columnTable(rows, columns, { colors }),
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

/** Which of a class's margins is its γ_j. */
function describeQuantile(quantile: number): string {
  if (quantile === 0) return "the minimum of eq. 2";
  return quantile === 0.5 ? "the median" : `the ${plain(100 * quantile)} % quantile`;
}
