import { type DecisionAim, decisionOf } from "../decisions/index.ts";
import { expected } from "../errors.ts";
import { priorShares, type RequestedPrior } from "../inference/index.ts";
import { decide as decideBy } from "../probes/index.ts";
import { type DecisionRecord, priorCounts } from "../records/index.ts";
import { readRun } from "../storage/index.ts";

/** Where a decision is for, and what it is computed with. */
export interface DecideOptions {
  /** π', the class frequencies at use; by default those of the validation split. */
  readonly prior?: Exclude<RequestedPrior, "auto">;
  /** Where the network is run, if the run does not keep its scores. */
  readonly device?: "cpu" | "cuda";
  /** Where the data is found, if the run does not keep its scores. */
  readonly dataDir?: string;
  readonly cacheDir?: string;
}

/**
 * Decides by a run's probabilities, as `leeway decide` does: chooses the rule on the validation split, counts it there
 * and once on the test split, and writes `decision.json`, which predictions then follow.
 *
 * @param run the run's folder, or the link `latest`
 * @param aim what is wanted: `{ minRecall: 0.95 }`, `{ maxAlerts: 50 / 1000 }`, `{ cost: { missed: 40, alarm: 1 } }`
 * @throws ArgumentError for an impossible aim; RunError with code "run" if the run has not finished or held nothing out,
 *   with code "usage" if no rule does what is wanted, with code "data" if its scores are not kept and its data is gone
 */
export async function decide(
  run: string,
  aim: DecisionAim,
  { prior, ...places }: DecideOptions = {},
): Promise<DecisionRecord> {
  const { data } = readRun(run).record;
  const { request, positive } = decisionOf(aim, data);
  if (prior !== undefined && "criteria" in request && request.criteria.length === 0) {
    throw expected("decide", "prior", "to be none without an aim beside abstain", prior, everyPrior);
  }
  const shares = prior === undefined ? undefined : priorShares(prior, data.classNames);
  if (shares === "auto") {
    const advice = "The frequencies of new input are estimated by predict: name these.";
    throw expected("decide", "prior", 'to be "training" or a share for every class', shares, advice);
  }
  return decideBy(run, request, {
    ...places,
    ...{ positive, abstain: aim.abstain, prior: shares === "training" ? priorCounts(data) : shares },
  });
}

const everyPrior = "Sets are the same for every prior.";
