import {
  type ClassCounts,
  defaultMaxMargin,
  labelSmoothing,
  ldamMargins,
  logitClouds,
  logitMultipliers,
  logitOffsets,
  testPriorMargins,
  uniformMargins,
} from "../imbalance/index.ts";
import type { MethodOptions } from "./options.ts";

/** The losses that a method can name; logit adjustment and balanced softmax are vector scaling's special cases. */
export const lossNames = [
  "cross-entropy",
  "focal",
  "ldam",
  "margin-hinge",
  "multi-margin",
  "logit-adjustment",
  "balanced-softmax",
  "vector-scaling",
  "label-aware-smoothing",
  "gaussian-cloud",
] as const;

export type LossName = (typeof lossNames)[number];

/** A loss as data, of s · z: the numbers that it has for the classes of a training set. `lossOf` computes it. */
export type LossSpec =
  | Spec<"cross-entropy", Smoothed>
  | Spec<"focal", { readonly gamma: number }>
  | Spec<"ldam", { readonly margins: Float64Array } & Smoothed>
  | Spec<"margin-hinge" | "multi-margin", { readonly margins: Float64Array }>
  | Spec<
      "vector-scaling",
      { readonly multipliers: Float64Array | null; readonly offsets: Float64Array } & Smoothed
    >
  | Spec<"label-aware-smoothing", { readonly smoothing: Float64Array }>
  | Spec<"gaussian-cloud", { readonly clouds: Float64Array; readonly margin: number }>;

/** Of a cross entropy: ε of its target's smoothing; by default 0. */
interface Smoothed {
  readonly labelSmoothing?: number;
}

type Spec<Kind extends string, Numbers = unknown> = Kind extends string
  ? { readonly kind: Kind; readonly scale: number } & Numbers
  : never;

/** A loss as a method names it. */
export interface LossRow<Options extends MethodOptions = MethodOptions> {
  /** The name as printed. */
  readonly title: string;
  /** The last layer it is made for. */
  readonly classifier: "linear" | "cosine";
  /** The options it reads, with their defaults. */
  readonly options: Options;
  /** What these are in this loss: γ and τ are not the same in all. */
  readonly meanings: { readonly [Name in keyof Options]: string };
  /** Whether it has margins, `margins` says which, and `testPrior` for which test set. */
  readonly margined?: true;
  /** Whether it is the cross entropy of some logits, whose target can be smoothed. */
  readonly smoothable?: true;
  /** Whether it shifts logits by class frequencies, which balances the classes without weights. */
  readonly shifted?: true;
  /** @param options its own, the scale of the last layer's logits, and of a {@link smoothable} one `labelSmoothing` */
  spec(counts: ClassCounts, options: Options & Parts): LossSpec;
}

/** What a spec reads besides a loss's own options. */
type Parts = Pick<MethodOptions, "margins" | "testPrior" | "labelSmoothing"> & { readonly scale: number };

/** s of cosines, which lie in [-1, 1]; 10 works as well, 1 under-fits. */
export const cosineScale = 30;

/** Every loss. A new one is its file in `losses/`, its name, spec and row here, its page and its tests. */
export const losses: Readonly<Record<LossName, LossRow>> = {
  "cross-entropy": {
    title: "CE",
    classifier: "linear",
    smoothable: true,
    options: {},
    meanings: {},
    spec: (_, parts) => ({ kind: "cross-entropy", ...scaledOf(parts) }),
  },
  focal: loss({
    title: "Focal",
    classifier: "linear",
    options: { gamma: 1 },
    meanings: { gamma: "γ, how much sureness takes away" },
    spec: (_, { gamma, scale }) => ({ kind: "focal", gamma, scale }),
  }),
  ldam: { ...margined("LDAM", "ldam", "cosine logits are"), smoothable: true },
  "margin-hinge": margined("Hinge", "margin-hinge", "the hinge is"),
  "multi-margin": margined("Multi-margin", "multi-margin", "the hinge is"),
  "logit-adjustment": loss({
    title: "LA",
    classifier: "linear",
    shifted: true,
    smoothable: true,
    options: { tau: 1 },
    meanings: { tau: "τ, how much of the class's frequency is taken over" },
    spec: (counts, { tau, ...parts }) => shifted(counts, tau, parts),
  }),
  "balanced-softmax": {
    title: "BS",
    classifier: "linear",
    shifted: true,
    smoothable: true,
    options: {},
    meanings: {},
    // log π_j and log n_j differ by a constant, which a softmax does not see.
    spec: (counts, parts) => shifted(counts, 1, parts),
  },
  "vector-scaling": loss({
    title: "VS",
    classifier: "linear",
    shifted: true,
    smoothable: true,
    options: { gamma: 0.15, tau: 1.25 },
    meanings: {
      gamma: "γ of the multipliers",
      tau: "τ, how much of the class's frequency is taken over",
    },
    spec: (counts, { gamma, tau, ...parts }) => ({
      ...shifted(counts, tau, parts),
      multipliers: logitMultipliers(counts, { gamma }),
    }),
  }),
  "label-aware-smoothing": loss({
    title: "LAS",
    classifier: "linear",
    options: { smoothHead: 0.3, smoothTail: 0 },
    meanings: { smoothHead: "ε of the most frequent class", smoothTail: "ε of the rarest class" },
    spec: (counts, { smoothHead: head, smoothTail: tail, scale }) => ({
      kind: "label-aware-smoothing",
      smoothing: labelSmoothing(counts, { head, tail }),
      scale,
    }),
  }),
  "gaussian-cloud": loss({
    title: "GCL",
    classifier: "cosine",
    options: { maxMargin: defaultMaxMargin, scale: cosineScale },
    meanings: { maxMargin: "margin of every class", scale: "s, what cosine logits are multiplied by" },
    spec: (counts, { maxMargin: margin, scale }) => ({
      ...{ kind: "gaussian-cloud", margin, scale },
      clouds: logitClouds(counts),
    }),
  }),
};

/** A row whose spec knows the options that it has. */
function loss<Options extends MethodOptions>(row: LossRow<Options>): LossRow {
  return row;
}

/** A loss of cosines with a margin a class. */
function margined(
  title: string,
  kind: "ldam" | "margin-hinge" | "multi-margin",
  multiplied: string,
): LossRow {
  return loss({
    title,
    classifier: "cosine",
    margined: true,
    options: { maxMargin: defaultMaxMargin, scale: cosineScale },
    meanings: {
      maxMargin: "margin of the rarest class",
      scale: `s, what ${multiplied} multiplied by`,
    },
    spec: (counts, options) => ({ kind, margins: marginsFor(counts, options), ...scaledOf(options) }),
  });
}

/**
 * The margins of a method: LDAM's, Δ_j ∝ n_j^(-1/4), or (n'_j / n_j)^(1/4) where the test set is known to be
 * imbalanced; or one for all.
 *
 * @throws ArgumentError if a number is out of its range, or `testPrior` has not one number a class
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 13 and 15
 */
export function marginsFor(
  counts: ClassCounts,
  {
    maxMargin,
    margins,
    testPrior,
  }: { readonly maxMargin: number } & Pick<MethodOptions, "margins" | "testPrior">,
): Float64Array {
  if (margins === "uniform") return uniformMargins(counts.length, maxMargin);
  return testPrior === undefined
    ? ldamMargins(counts, { maxMargin })
    : testPriorMargins(counts, testPrior, { maxMargin });
}

function shifted(
  counts: ClassCounts,
  tau: number,
  parts: Parts,
): Extract<LossSpec, { kind: "vector-scaling" }> {
  const offsets = logitOffsets(counts, { tau });
  return { kind: "vector-scaling", multipliers: null, offsets, ...scaledOf(parts) };
}

/** What a spec has of every loss: its scale, and its smoothing where there is some. */
function scaledOf({ scale, labelSmoothing = 0 }: Parts): { readonly scale: number } & Smoothed {
  return { scale, ...(labelSmoothing > 0 && { labelSmoothing }) };
}
