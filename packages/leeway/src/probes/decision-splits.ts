import type { DecisionSplit } from "../decisions/index.ts";
import { RunError } from "../errors.ts";
import { classCounts } from "../imbalance/index.ts";
import type { RunScores, SplitScores } from "../runs/index.ts";
import type { Predictor } from "./predict.ts";

/** The splits of a run as decisions are chosen and counted on them. */
export interface DecisionSplits {
  readonly validation: DecisionSplit;
  readonly test: DecisionSplit;
}

/**
 * The splits of a run with the probabilities that predictions have, their examples weighed so that classes have the
 * frequencies of use: those of the prior; else those of the validation split, which another test, such as one of equal
 * classes, is brought to.
 *
 * @param prior π', length K, of sum 1
 * @throws RunError with code "run" where nothing was held out
 */
export function decisionSplits(
  predictor: Predictor,
  { validation, test }: RunScores,
  prior: readonly number[] | undefined,
): DecisionSplits {
  const classes = predictor.classNames.length;
  if (validation === null) {
    const { path } = predictor.run;
    const advice = "Train it with --validation-fraction 0.1 and the honest protocol.";
    const message = `${path}: expected a run that held out a validation split to choose on, got none. ${advice}`;
    throw new RunError("run", message, { path });
  }
  const splitOf = ({ logits, labels }: SplitScores, base: readonly number[] | undefined): DecisionSplit => ({
    ...{ probabilities: predictor.probabilitiesOf(logits, prior), labels, classes },
    classWeights: base && weightsTo(base, sharesOf(labels, classes)),
  });
  const own = sharesOf(validation.labels, classes);
  const differs = sharesOf(test.labels, classes).some((share, j) => isFar(share, own[j]!)); // as many classes
  return {
    validation: splitOf(validation, prior),
    test: splitOf(test, prior ?? (differs ? own : undefined)),
  };
}

/** By more than a split that is drawn at random, with its rounding, differs from another. */
function isFar(share: number, from: number): boolean {
  return share > 1.5 * from || from > 1.5 * share;
}

function sharesOf(labels: Int32Array, classes: number): number[] {
  return classCounts(labels, classes).map((count) => count / labels.length);
}

function weightsTo(base: readonly number[], shares: readonly number[]): number[] {
  return base.map((share, j) => (shares[j]! === 0 ? 0 : share / shares[j]!)); // as many classes
}
