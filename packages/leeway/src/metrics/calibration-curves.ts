/** The kinds of calibration that bend what the temperature gives, the simplest first. */
export const curveKinds = ["platt", "beta", "isotonic"] as const;

export type CurveKind = (typeof curveKinds)[number];

/**
 * A rising curve from log-odds ℓ = log(p / (1 - p)) of a class to better ones: `beta` is
 *
 *     a · log p - b · log(1 - p) + c,   a, b at least 0; Platt's has a = b: a · ℓ + c
 *
 * and `knots` a line through points (ℓ, log-odds), level before the first and after the last.
 */
export type CalibrationCurve =
  | { readonly beta: readonly [a: number, b: number, c: number] }
  | { readonly knots: readonly (readonly [from: number, to: number])[] };

/** Examples of one class and of the rest, which a curve is fitted to. */
export interface CurveExamples {
  /** ℓ, length N. */
  readonly logOdds: Float64Array;
  /** Whether each is of the class, length N: near 1 or near 0. */
  readonly targets: Float64Array;
  /** What each counts, length N, sum N. */
  readonly weights: Float64Array;
}

/** Log-odds further out than this are moved here: e^-40 is nothing. */
const farthest = 40;

/** The log-odds of a probability, in [-40, 40]. */
export function logOddsOf(p: number): number {
  return Math.max(-farthest, Math.min(farthest, Math.log(p) - Math.log1p(-p)));
}

/** The curve at log-odds ℓ. */
export function curveAt(curve: CalibrationCurve, logOdds: number): number {
  if ("beta" in curve) {
    const [a, b, c] = curve.beta;
    return a * logSigmoid(logOdds) - b * logSigmoid(-logOdds) + c;
  }
  const { knots } = curve;
  let [low, high] = [0, knots.length - 1];
  if (logOdds <= knots[low]![0]) return knots[low]![1]; // there is one at least
  if (logOdds >= knots[high]![0]) return knots[high]![1]; // likewise
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle]![0] <= logOdds)
      low = middle; // between the two
    else high = middle;
  }
  const [[x0, y0], [x1, y1]] = [knots[low]!, knots[high]!]; // neighbours
  return y0 + ((y1 - y0) * (logOdds - x0)) / (x1 - x0);
}

/** log σ(x) = -log(1 + e^-x) */
export function logSigmoid(x: number): number {
  return x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

/** Fits a curve of a kind. */
export function fitCurve(kind: CurveKind, examples: CurveExamples): CalibrationCurve {
  if (kind === "isotonic") return { knots: isotonicKnots(examples) };
  return { beta: risingBeta(examples, kind === "platt" ? ["same"] : ["both", "first", "second"]) };
}

/**
 * The likeliest a, b and c, and a normal doubt of deviation 1 about a = b = 1, where nothing is bent: classes that do not
 * overlap would else be certain. Where a slope is below 0 the other is taken alone, so that the curve rises, and where
 * none rises it is level.
 *
 * @source Kull, Silva Filho and Flach 2017, Beta calibration
 */
function risingBeta(examples: CurveExamples, forms: readonly Slopes[]): [number, number, number] {
  for (const form of forms) {
    const [a, b, c] = betaWith(examples, form);
    if (a >= 0 && b >= 0) return [a, b, c];
  }
  const { targets, weights } = examples;
  const [own, all] = [sumOf(weights, (i) => targets[i]!), sumOf(weights, () => 1)];
  return [0, 0, logOddsOf(own / all)];
}

function sumOf(weights: Float64Array, value: (i: number) => number): number {
  return weights.reduce((sum, weight, i) => sum + weight * value(i), 0);
}

/** Which of a and b there are: both, one, or one for both. */
type Slopes = "both" | "first" | "second" | "same";

/** Newton's method for logistic regression on log p and -log(1 - p), or on one of both, or on their sum. */
function betaWith({ logOdds, targets, weights }: CurveExamples, slopes: Slopes): [number, number, number] {
  const features = Array.from(logOdds, (x): number[] => {
    const [first, second] = [logSigmoid(x), -logSigmoid(-x)];
    return { both: [first, second, 1], first: [first, 1], second: [second, 1], same: [x, 1] }[slopes];
  });
  const size = slopes === "both" ? 3 : 2;
  let beta = Array.from({ length: size }, (_, k): number => (k === size - 1 ? 0 : 1));
  for (let round = 0; round < 50; round++) {
    // The gradient and the curvature of the loss, which the doubt about the slopes begins.
    const gradient = beta.map((value, k) => (k === size - 1 ? 0 : value - 1));
    const curvature = beta.map((_, k) => beta.map((__, l) => (k === l ? (k === size - 1 ? 1e-9 : 1) : 0)));
    features.forEach((x, i) => {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, k) => sum + value * beta[k]!, 0)));
      const [off, bend] = [weights[i]! * (p - targets[i]!), weights[i]! * p * (1 - p)];
      for (let k = 0; k < size; k++) {
        gradient[k]! += off * x[k]!;
        for (let l = 0; l < size; l++) curvature[k]![l]! += bend * x[k]! * x[l]!;
      }
    });
    const step = solved(curvature, gradient);
    // Steps of far starts are cut short.
    const length = Math.min(1, 2 / Math.max(...step.map(Math.abs)));
    beta = beta.map((value, k) => value - length * step[k]!);
    if (Math.max(...step.map(Math.abs)) < 1e-7) break;
  }
  const [a = 1, b = 0, c = 0] = beta;
  return { both: [a, b, c], first: [a, 0, b], second: [0, a, b], same: [a, a, b] }[slopes] as [
    number,
    number,
    number,
  ];
}

/** x with A x = b, by elimination: A is small, symmetric and positive. */
function solved(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, k) => [...row, b[k]!]);
  const size = b.length;
  for (let k = 0; k < size; k++) {
    for (let l = k + 1; l < size; l++) {
      const factor = rows[l]![k]! / rows[k]![k]!;
      for (let m = k; m <= size; m++) rows[l]![m]! -= factor * rows[k]![m]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let rest = rows[k]![size]!;
    for (let l = k + 1; l < size; l++) rest -= rows[k]![l]! * x[l]!;
    x[k] = rest / rows[k]![k]!;
  }
  return x;
}

interface Block {
  weight: number;
  /** Σ w ℓ, Σ w y and Σ w σ(ℓ). */
  position: number;
  own: number;
  expected: number;
}

/**
 * The rising step function nearest to the targets, by pooling neighbours that fall, as a line through the middles of its
 * steps. Each step has one example more, with the probability that its log-odds gave before: no share is 0 or 1.
 *
 * @source Zadrozny and Elkan 2002, Transforming classifier scores into accurate multiclass probability estimates
 */
function isotonicKnots({ logOdds, targets, weights }: CurveExamples): [number, number][] {
  const order = Uint32Array.from(logOdds.keys()).sort((a, b) => logOdds[a]! - logOdds[b]!);
  const blocks: Block[] = [];
  order.forEach((i, at) => {
    const [x, weight] = [logOdds[i]!, weights[i]!];
    const own = weight * targets[i]!;
    const expected = weight / (1 + Math.exp(-x));
    const next = { weight, position: weight * x, own, expected };
    const before = order[at - 1];
    if (before !== undefined && logOdds[before] === x) join(blocks[blocks.length - 1]!, next);
    else blocks.push(next);
  });
  const pooled = pool(blocks, ({ own, weight }) => own / weight);
  const risen = pool(pooled, doubted);
  return risen.map((block) => [block.position / block.weight, logOddsOf(doubted(block))]);
}

/** The share of a block with one example more. */
function doubted({ own, weight, expected }: Block): number {
  return (own + expected / weight) / (weight + 1);
}

/** Joins neighbours until `value` rises from block to block. */
function pool(blocks: readonly Block[], value: (block: Block) => number): Block[] {
  const kept: Block[] = [];
  for (const block of blocks) {
    let last = { ...block };
    for (let top = kept.at(-1); top !== undefined && value(top) >= value(last); top = kept.at(-1)) {
      join(top, last);
      last = top;
      kept.pop();
    }
    kept.push(last);
  }
  return kept;
}

function join(into: Block, other: Block): void {
  into.weight += other.weight;
  into.position += other.position;
  into.own += other.own;
  into.expected += other.expected;
}
