import {
  balancedBound,
  type ClassBound,
  classBounds,
  type ClassCounts,
  coveringCapacity,
  type Complexity,
  fittedConstant,
  fittedExponent,
  type FittedExponent,
  imbalancedBound,
  type LinearHead,
  linearHeadRademacher,
  marginLoss,
  marginQuantile,
  type MarginSummary,
  rademacherOf,
  summarizeMargins,
  type TheoremTwoBound,
  theoremTwoBounds,
} from "../imbalance/index.ts";
import { type TradeOff, tradeOffFrom } from "./counts-theory.ts";

/** The margins of a trained network on its training examples, and what the bounds need to know of it. */
export interface MeasuredMargins {
  /** The margins of each class's training examples, ascending; K arrays. In logits, before the loss's scale. */
  readonly byClass: readonly Float64Array[];
  /** The largest logit in size: of those measured, or 1 for cosines. */
  readonly maxLogit: number;
  /** The last layer and what it is given, for the estimate of its complexity. */
  readonly head: LinearHead;
}

/** Measured margins, and the law and bounds that they are held against. */
export interface RunTheoryInput {
  readonly counts: ClassCounts;
  readonly classNames: readonly string[];
  readonly measured: MeasuredMargins;
  /** p of the law that the margins are held against. */
  readonly exponent: number;
  /** The share of a class's examples that may lie below its γ_j in the bounds; 0 for the minimum of eq. (2). */
  readonly quantile: number;
  /** C(F); estimated from the last layer by default. */
  readonly complexity?: number | undefined;
  /** δ of Theorem 2. */
  readonly delta: number;
}

/** A trained run's margins, the law fitted to them, and the bounds that they give. */
export interface RunTheory {
  readonly exponent: number;
  readonly quantile: number;
  readonly delta: number;
  readonly maxLogit: number;
  /** C of the law C n_j^(-p) nearest to the medians that are above 0; null where no two are. */
  readonly constant: number | null;
  readonly classes: readonly RunClass[];
  /** The exponent fitted to each measure, over the classes where it is above 0. */
  readonly fits: Readonly<Record<FittedMeasure, Fit>>;
  /** One for each reading of C(F): the number of the first is given or estimated. */
  readonly bounds: readonly Bounds[];
  /** With two classes: what moving the boundary would do to the γ_j of the bounds. */
  readonly tradeOff: TradeOff | null;
}

/** The measures of a class's margins that the law is fitted to. */
export type FittedMeasure = "minimum" | "lowest" | "median";

/** All of them, the smallest first. */
export const fittedMeasures: readonly FittedMeasure[] = ["minimum", "lowest", "median"];

/** A class's measured margins. */
export interface RunClass extends MarginSummary {
  readonly name: string;
  readonly count: number;
  /** γ_j of the bounds. */
  readonly margin: number;
  /** C n_j^(-p); null where C could not be fitted. */
  readonly law: number | null;
}

/** A fitted law, null where fewer than two classes of different sizes have a margin above 0. */
export interface Fit {
  readonly law: FittedExponent | null;
  /** How many classes have a margin above 0. */
  readonly classes: number;
}

/** The bounds in one reading of C(F). Infinite where a class has no margin above 0. */
export interface Bounds {
  readonly reading: "capacity" | "rademacher";
  readonly source: "given" | "estimated";
  /** C(F), or null in the reading that has none. */
  readonly capacity: number | null;
  /** R̂_j, length K. */
  readonly rademacher: readonly number[];
  /** Bound (3). */
  readonly imbalanced: number;
  /** Bound (4). */
  readonly perClass: readonly ClassBound[];
  /** Bound (5). */
  readonly balanced: number;
  readonly theoremTwo: { readonly perClass: readonly TheoremTwoBound[]; readonly balanced: number };
}

/**
 * Holds a run's margins against the law and puts them into the bounds.
 *
 * @throws ArgumentError naming what is impossible
 */
export function runTheory(input: RunTheoryInput): RunTheory {
  const { counts, classNames, measured, exponent, quantile, complexity, delta } = input;
  const { byClass, maxLogit, head } = measured;
  const summaries = byClass.map(summarizeMargins);
  const margins = byClass.map((each) => marginQuantile(each, quantile));
  const constant = constantOf(
    counts,
    summaries.map(({ median }) => median),
    exponent,
  );
  const bounds = readings(counts, complexity, linearHeadRademacher(counts, head)).map((reading) =>
    boundsIn(reading, { counts, byClass, margins, maxLogit, delta }),
  );
  return {
    exponent,
    quantile,
    delta,
    maxLogit,
    constant,
    classes: summaries.map((summary, j) => ({
      name: classNames[j]!, // every list is of length K
      count: counts[j]!,
      ...summary,
      margin: margins[j]!,
      law: constant === null ? null : constant * counts[j]! ** -exponent,
    })),
    fits: {
      minimum: fitTo(counts, summaries, "minimum"),
      lowest: fitTo(counts, summaries, "lowest"),
      median: fitTo(counts, summaries, "median"),
    },
    bounds,
    tradeOff: tradeOffFrom(counts, margins, exponent),
  };
}

type Reading = Pick<Bounds, "reading" | "source"> & { readonly complexity: Complexity };

function readings(counts: ClassCounts, capacity: number | undefined, rademacher: Float64Array): Reading[] {
  const first =
    capacity === undefined
      ? ({ source: "estimated", complexity: { capacity: coveringCapacity(counts, rademacher) } } as const)
      : ({ source: "given", complexity: { capacity } } as const);
  return [
    { reading: "capacity", ...first },
    { reading: "rademacher", source: "estimated", complexity: { rademacher } },
  ];
}

interface BoundsInput {
  readonly counts: ClassCounts;
  readonly byClass: readonly Float64Array[];
  readonly margins: readonly number[];
  readonly maxLogit: number;
  readonly delta: number;
}

function boundsIn(
  { reading, source, complexity }: Reading,
  { counts, byClass, margins, maxLogit, delta }: BoundsInput,
): Bounds {
  const perClass = classBounds(counts, margins, complexity);
  const marginLosses = byClass.map((each, j) => marginLoss(each, margins[j]!)); // both of length K
  const theoremTwo = theoremTwoBounds(counts, { margins, marginLosses, complexity, maxLogit }, { delta });
  return {
    reading,
    source,
    capacity: "capacity" in complexity ? complexity.capacity : null,
    rademacher: [...rademacherOf(counts, complexity)],
    imbalanced: imbalancedBound(counts, margins, complexity),
    perClass,
    balanced: balancedBound(perClass),
    theoremTwo: { perClass: theoremTwo, balanced: balancedBound(theoremTwo) },
  };
}

function fitTo(counts: ClassCounts, summaries: readonly MarginSummary[], measure: FittedMeasure): Fit {
  const { sizes, margins } = above(
    counts,
    summaries.map((summary) => summary[measure]),
  );
  const law = new Set(sizes).size < 2 ? null : fittedExponent(sizes, margins);
  return { law, classes: sizes.length };
}

function constantOf(counts: ClassCounts, medians: readonly number[], exponent: number): number | null {
  const { sizes, margins } = above(counts, medians);
  return sizes.length < 2 ? null : fittedConstant(sizes, margins, { exponent });
}

/** The classes whose margin is above 0: the others have no logarithm. */
function above(counts: ClassCounts, margins: readonly number[]): { sizes: number[]; margins: number[] } {
  const separable = margins.map((margin) => margin > 0);
  return {
    sizes: counts.filter((_, j) => separable[j]),
    margins: margins.filter((_, j) => separable[j]),
  };
}
