import { clopperPearson, confusionMatrix, type Confusion } from "../metrics/index.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import type { CostRule } from "./rule.ts";

/** A number of a split, and its interval of 95 %. */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [lower: number, upper: number];
}

/** What decisions for one class come to on a split. */
export interface ClassOutcome {
  readonly name: string;
  /** Its examples, the decisions for it, and those that are right. */
  readonly examples: number;
  readonly decided: number;
  readonly right: number;
  /** Null for a class without an example. */
  readonly recall: Estimate | null;
  /** Null where nothing is decided for it. */
  readonly precision: Estimate | null;
  /** Null for a class without an example. */
  readonly f1: Estimate | null;
  /** Of 1,000 cases: decisions for it, and how they end. */
  readonly perThousand: {
    readonly alerts: Estimate;
    readonly found: number;
    readonly missed: number;
    readonly falseAlarms: number;
  };
}

/** What decisions come to on a split. */
export interface Outcome {
  readonly examples: number;
  /** Of the classes that are decided for. */
  readonly classes: readonly ClassOutcome[];
  /** Of 1,000 cases; absent where no costs are named. */
  readonly cost?: Estimate;
}

/** Decisions on a split, and how they are counted. */
export interface Decided {
  /** True classes, [N]. */
  readonly labels: ArrayLike<number>;
  /** [N] */
  readonly decided: ArrayLike<number>;
  /** Decisions that the interval of F1 is made of, where the highest F1 was chosen; see `crossFitted`. */
  readonly fitted?: ArrayLike<number> | null;
  readonly classNames: readonly string[];
  /** The classes to count. */
  readonly of: readonly number[];
  /** What an example of each class stands for, length K; 1 by default. */
  readonly classWeights?: readonly number[] | undefined;
  readonly costs?: CostRule | undefined;
}

/** Counts decisions. */
export function outcomeOf({
  labels,
  decided,
  fitted,
  classNames,
  of,
  classWeights,
  costs,
}: Decided): Outcome {
  const classes = classNames.length;
  const seen = confusionMatrix(labels, decided, classes);
  const unflattered = fitted == null ? seen : confusionMatrix(labels, fitted, classes);
  const weights = classWeights ?? classNames.map(() => 1);
  return {
    examples: labels.length,
    classes: of.map((j) => ({
      name: classNames[j]!, // a class
      ...classOutcome(j, { seen, unflattered, weights, weighted: classWeights !== undefined }),
    })),
    ...(costs && { cost: costEstimate(costs, seen, weights) }),
  };
}

interface Counts {
  readonly seen: Confusion;
  readonly unflattered: Confusion;
  readonly weights: readonly number[];
}

/** Right decisions for a class, wrong ones, and its missed examples; by weight, and the sum of all weights. */
function cellsOf(confusion: Confusion, j: number, weights: readonly number[]): readonly number[] {
  let [right, wrong, missed, all] = [0, 0, 0, 0];
  confusion.forEach((row, i) => {
    row.forEach((count, decided) => {
      const weight = count * weights[i]!; // K rows
      all += weight;
      if (i === j && decided === j) right += weight;
      else if (decided === j) wrong += weight;
      else if (i === j) missed += weight;
    });
  });
  return [right, wrong, missed, all - right - wrong - missed];
}

function classOutcome(
  j: number,
  { seen, unflattered, weights, weighted }: Counts & { readonly weighted: boolean },
): Omit<ClassOutcome, "name"> {
  const ones = weights.map(() => 1);
  const counts = cellsOf(seen, j, ones);
  const [right = 0, wrong = 0, missed = 0] = counts;
  const [found = 0, falseAlarms = 0, lost = 0, others = 0] = cellsOf(seen, j, weights);
  const ratio = weighted ? ratioOf(seen, j, weights) : 1;
  const perThousand = 1000 / (found + falseAlarms + lost + others);
  const examples = right + missed;
  const decided = right + wrong;
  return {
    ...{ examples, decided, right },
    recall: examples === 0 ? null : { value: right / examples, interval: clopperPearson(right, examples) },
    precision:
      decided === 0
        ? null
        : {
            value: found / (found + falseAlarms),
            interval: mapped(clopperPearson(right, decided), (p) => p / (p + (1 - p) * ratio)),
          },
    f1:
      examples === 0
        ? null
        : {
            value: (2 * found) / (2 * found + falseAlarms + lost),
            interval: bootstrapInterval(cellsOf(unflattered, j, ones), f1Of(ratio)) ?? [0, 1],
          },
    perThousand: {
      alerts: {
        value: perThousand * (found + falseAlarms),
        interval: alertsInterval(counts, ratio),
      },
      found: perThousand * found,
      missed: perThousand * lost,
      falseAlarms: perThousand * falseAlarms,
    },
  };
}

/** F1 of right, wrong and missed, where an example of the other classes weighs `ratio` times one of the class. */
function f1Of(ratio: number): (counts: readonly number[]) => number | null {
  return ([right = 0, wrong = 0, missed = 0]) =>
    right + missed === 0 ? null : (2 * right) / (2 * right + wrong * ratio + missed);
}

function alertsInterval(counts: readonly number[], ratio: number): readonly [number, number] {
  const [right = 0, wrong = 0, missed = 0, rest = 0] = counts;
  if (ratio === 1) {
    const share = clopperPearson(right + wrong, right + wrong + missed + rest);
    return mapped(share, (alerts) => 1000 * alerts);
  }
  const alerts = ([r = 0, w = 0, m = 0, n = 0]: readonly number[]): number =>
    (1000 * (r + w * ratio)) / (r + m + (w + n) * ratio);
  return bootstrapInterval(counts, alerts) ?? [0, 1000];
}

/** The mean weight of an example of the other classes, over that of one of class j. */
function ratioOf(confusion: Confusion, j: number, weights: readonly number[]): number {
  let [examples, weight] = [0, 0];
  confusion.forEach((row, i) => {
    if (i === j) return;
    const size = row.reduce((sum, count) => sum + count, 0);
    examples += size;
    weight += size * weights[i]!; // K rows
  });
  return examples === 0 ? 1 : weight / examples / weights[j]!; // a class
}

function costEstimate({ costs }: CostRule, seen: Confusion, weights: readonly number[]): Estimate {
  const cells = seen.flatMap((row, i) =>
    row.flatMap(
      (count, j) => (count === 0 ? [] : [{ count, weight: weights[i]!, cost: costs[i]![j]! }]), // K rows of K
    ),
  );
  const meanCost = (counts: readonly number[]): number | null => {
    let [cost, weight] = [0, 0];
    cells.forEach((cell, at) => {
      cost += counts[at]! * cell.weight * cell.cost; // as many
      weight += counts[at]! * cell.weight;
    });
    return weight === 0 ? null : (1000 * cost) / weight;
  };
  const counts = cells.map(({ count }) => count);
  const value = meanCost(counts) ?? 0;
  return { value, interval: bootstrapInterval(counts, meanCost) ?? [value, value] };
}

function mapped(
  [lower, upper]: readonly [number, number],
  of: (value: number) => number,
): readonly [number, number] {
  return [of(lower), of(upper)];
}
