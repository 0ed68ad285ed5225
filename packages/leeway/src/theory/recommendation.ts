import { imbalanceRatio } from "../imbalance/index.ts";

/** What a recommendation depends on. */
export interface RecommendationFacts {
  readonly kind: "image" | "text" | "table" | "embedding";
  /** n_j of the training split, length K, none of them 0. */
  readonly trainCounts: readonly number[];
}

/** A method to begin with, and why: sentences without a full stop. */
export interface Recommendation {
  readonly method: string;
  readonly reasons: readonly string[];
}

/**
 * The method that class counts speak for. It is where to begin, not a verdict: methods are compared by training them.
 *
 * @throws ArgumentError if a class has no example, or there are fewer than two
 */
export function recommend({ kind, trainCounts }: RecommendationFacts): Recommendation {
  const ratio = imbalanceRatio(trainCounts);
  const { method, reasons } = methodFor(kind, ratio, Math.min(...trainCounts));
  return {
    method,
    reasons: [
      ...reasons,
      ...(trainCounts.length === 2
        ? ["with two classes look at average precision and the precision-recall curve, not at accuracy"]
        : []),
      ...(method === "erm" ? [] : ["compare it with --method erm before you believe it"]),
      ...(kind === "table" ? ["the baseline to beat is --model linear, logistic regression"] : []),
    ],
  };
}

function methodFor(kind: RecommendationFacts["kind"], ratio: number, rarest: number): Recommendation {
  const shown = ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString("en");
  if (ratio < 1.5) {
    const reason = `the largest class has ${shown} times the examples of the smallest: nothing needs to be re-balanced`;
    return { method: "erm", reasons: [reason] };
  }
  if (kind !== "image") {
    const reasons = [
      `the ratio is ${shown}: plain training would give the rare class away for accuracy`,
      "logit adjustment moves the decision by the class frequencies and leaves features alone, which suits tables, n-grams of texts and ready features",
    ];
    return { method: "logit-adjustment", reasons };
  }
  if (ratio < 5) {
    const reason = `the ratio is ${shown}: moving the decision by the class frequencies is enough to begin with`;
    return { method: "logit-adjustment", reasons: [reason] };
  }
  const examples = rarest === 1 ? "1 example" : `${rarest} examples`;
  const late = `the rarest class has ${examples}: weights from the start would be learned by heart, so they come late`;
  return {
    method: "ldam-drw",
    reasons: [
      `the ratio is ${shown}: rare classes need a wider margin while features are learned, and more weight after`,
      ...(rarest < 20 ? [late] : []),
    ],
  };
}
