import type { DataFacts, Finding, InputKind } from "../../data/index.ts";
import {
  effectiveNumbers,
  effectiveNumberWeights,
  imbalanceRatio,
  inverseFrequencyWeights,
  ldamMargins,
  logitOffsets,
  type ShotGroup,
  shotGroups,
} from "../../imbalance/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import { counted } from "../terminal.ts";

/** What a class has, and what methods make of it. */
export interface ClassFacts {
  readonly name: string;
  /** n_j */
  readonly count: number;
  /** Examples in the test split; null where there is none. */
  readonly test: number | null;
  readonly shots: ShotGroup;
  /** E_n with β = 0.9999. */
  readonly effectiveNumber: number;
  /** Δ_j of LDAM, the rarest class having 0.5. */
  readonly margin: number;
  /** 1/n_j, mean 1: what rw weighs and rs draws. */
  readonly inverseWeight: number;
  /** 1/E_n, mean 1: what cb-rw and the second stage of DRW weigh. */
  readonly effectiveWeight: number;
  /** log π_j, which logit adjustment takes off. */
  readonly logitOffset: number;
}

/** How many examples of the rarest class training sees. */
export interface RarestSeen {
  readonly name: string;
  readonly count: number;
  readonly batchSize: number;
  /** Expected in a batch, drawn as they are. */
  readonly perBatch: number;
  /** In an epoch. */
  readonly perEpoch: number;
  /** Expected in a batch when all classes are drawn alike. */
  readonly perBalancedBatch: number;
}

/** What to train, and why. */
export interface Recommendation {
  readonly method: string;
  readonly reasons: readonly string[];
  readonly recipe: Recipe;
}

/** The whole look at a data set's imbalance. */
export interface Inspection {
  readonly name: string;
  readonly kind: InputKind;
  readonly trainSize: number;
  readonly testSize: number | null;
  /** ρ over the classes that have examples. */
  readonly ratio: number;
  readonly classes: readonly ClassFacts[];
  readonly rarest: RarestSeen;
  readonly findings: readonly Finding[];
  /** Why nothing can be trained; null where something can. */
  readonly obstacle: string | null;
  /** Null where there is an obstacle. */
  readonly recommendation: Recommendation | null;
}

/**
 * Looks at class counts as methods do, and recommends one.
 *
 * @param recipeOf what `leeway train` would make of the data with a method
 */
export function inspectionOf(facts: DataFacts, recipeOf: (method: string) => Recipe): Inspection {
  const { classNames, trainCounts, testCounts } = facts;
  const there = trainCounts.filter((count) => count > 0);
  const known = there.length >= 2;
  const columns = known ? methodColumns(there) : undefined;
  let at = -1;
  const classes = classNames.map((name, j): ClassFacts => {
    const count = trainCounts[j] ?? 0;
    if (count > 0) at++;
    const own = (values: ArrayLike<number> | undefined): number => (count > 0 ? (values?.[at] ?? 0) : 0);
    return {
      ...{ name, count, test: testCounts?.[j] ?? null, shots: shotGroups([count])[0]! }, // one count, one group
      effectiveNumber: own(columns?.effective),
      margin: own(columns?.margins),
      inverseWeight: own(columns?.inverse),
      effectiveWeight: own(columns?.effectiveWeights),
      logitOffset: own(columns?.offsets),
    };
  });
  const ratio = known ? imbalanceRatio(there) : 1;
  const obstacle = obstacleOf(facts);
  const recommendation = obstacle === null ? recommend(facts, { ratio, recipeOf }) : null;
  const rarest = classes.reduce(
    (least, each) => (each.count > 0 && (least.count === 0 || each.count < least.count) ? each : least),
    classes[0]!,
  ); // a data set has classes
  const trainSize = trainCounts.reduce((sum, count) => sum + count, 0);
  const batchSize = Math.min(recommendation?.recipe.batchSize ?? 128, trainSize);
  return {
    ...{ name: facts.name, kind: facts.kind, trainSize, ratio, classes },
    testSize: testCounts && testCounts.reduce((sum, count) => sum + count, 0),
    rarest: {
      ...{ name: rarest.name, count: rarest.count, batchSize, perEpoch: rarest.count },
      perBatch: (batchSize * rarest.count) / Math.max(1, trainSize),
      perBalancedBatch: batchSize / Math.max(1, there.length),
    },
    ...{ findings: facts.findings, obstacle, recommendation },
  };
}

/** What training would refuse. */
function obstacleOf({ trainCounts, findings }: DataFacts): string | null {
  if (trainCounts.filter((count) => count > 0).length < 2) return "there must be two classes with examples";
  if (trainCounts.includes(0)) return "every class of the test needs an example to train";
  const about = findings.map((finding) => finding.about);
  if (about.includes("missing-label")) return "every row needs a class: fill it in, or take the row out";
  return about.includes("no-classes") ? "name the column of classes with --label" : null;
}

function methodColumns(
  counts: readonly number[],
): Record<"effective" | "margins" | "inverse" | "effectiveWeights" | "offsets", ArrayLike<number>> {
  return {
    effective: effectiveNumbers(counts),
    margins: ldamMargins(counts),
    inverse: inverseFrequencyWeights(counts),
    effectiveWeights: effectiveNumberWeights(counts),
    offsets: logitOffsets(counts, { tau: 1 }),
  };
}

/** Which method the counts speak for. It is where to begin, not a verdict: methods are compared by training them. */
function recommend(
  { kind, trainCounts }: DataFacts,
  { ratio, recipeOf }: { readonly ratio: number; readonly recipeOf: (method: string) => Recipe },
): Recommendation {
  const least = Math.min(...trainCounts);
  const shown = ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString("en");
  const [method, reasons] = ((): [string, string[]] => {
    if (ratio < 1.5)
      return [
        "erm",
        [
          `the largest class has ${shown} times the examples of the smallest: nothing needs to be re-balanced`,
        ],
      ];
    if (kind === "table" || kind === "embedding") {
      return [
        "logit-adjustment",
        [
          `the ratio is ${shown}: plain training would give the rare class away for accuracy`,
          "logit adjustment moves the decision by the class frequencies and leaves features alone, which suits tables and ready features",
        ],
      ];
    }
    if (ratio < 5)
      return [
        "logit-adjustment",
        [`the ratio is ${shown}: moving the decision by the class frequencies is enough to begin with`],
      ];
    return [
      "ldam-drw",
      [
        `the ratio is ${shown}: rare classes need a wider margin while features are learned, and more weight after`,
        ...(least < 20
          ? [
              `the rarest class has ${counted(least, "example", "examples")}: weights from the start would be learned by heart, so they come late`,
            ]
          : []),
      ],
    ];
  })();
  const advice = [
    ...reasons,
    ...(trainCounts.length === 2
      ? ["with two classes look at average precision and the precision-recall curve, not at accuracy"]
      : []),
    ...(method === "erm" ? [] : ["compare it with --method erm before you believe it"]),
  ];
  return { method, reasons: advice, recipe: recipeOf(method) };
}
