import { userInfo } from "node:os";
import { join } from "node:path";
import {
  chooseRule,
  costThreshold,
  crossFitted,
  type DecisionRequest,
  type DecisionRule,
  decisionsOf,
  type DecisionSplit,
  type Outcome,
  outcomeOf,
  ruleOfSets,
  tradeOff,
  type TradeOffPoint,
} from "../decisions/index.ts";
import { expected, RunError } from "../errors.ts";
import { fitAbstention } from "../metrics/index.ts";
import { type DecisionRecord, recordVersion, type RequestedDecision } from "../records/index.ts";
import {
  environmentRecord,
  modelFile,
  readWeights,
  runScores,
  type RunScoresOptions,
} from "../runs/index.ts";
import { readDecision, sha256, type StoredRun, writeDecision } from "../storage/index.ts";
import { decisionSplits } from "./decision-splits.ts";
import { openPredictor } from "./predict.ts";

/** What a decision is chosen for. */
export interface DecideOptions extends RunScoresOptions {
  /** The class that is looked for: with costs of two classes, the one that is counted. */
  readonly positive?: number | undefined;
  /** π', the class frequencies at use, length K; by default those of the validation split. */
  readonly prior?: readonly number[] | undefined;
  /** α, the largest share of each class that its sets may lack; by default nothing is abstained from. In (0, 1). */
  readonly abstain?: number | undefined;
  /** The command line, to be recorded. */
  readonly command?: readonly string[] | undefined;
}

/**
 * Chooses how a run's probabilities become decisions, on its validation split; counts them there and, once, on the test
 * split; and writes `decision.json`, which predictions then follow.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if the run has not finished or held nothing out; with code "usage" if nothing does
 *   what is requested; with code "data" if its scores are not kept and its data is gone
 */
export async function decide(
  path: string,
  request: DecisionRequest,
  { positive, prior: shares, abstain: alpha, command = [], ...reading }: DecideOptions = {},
): Promise<DecisionRecord> {
  const predictor = openPredictor(path, { device: reading.device });
  requireFinished(predictor.run);
  const prior = shares && normalized(shares);
  const scores = await runScores(path, reading);
  const { validation, test } = decisionSplits(predictor, scores, prior);
  const { classNames } = predictor;
  // Sets are of the frequencies of the training data, whatever the prior: their coverage holds under every one.
  const setSplits = prior === undefined ? { validation, test } : decisionSplits(predictor, scores, undefined);
  const chosen = isEmpty(request) ? undefined : chooseRule(request, validation, classNames);
  const abstain =
    alpha === undefined
      ? undefined
      : fitAbstention(
          setSplits.validation,
          { ...setSplits.test, decisions: chosen && decisionsBy(chosen, test) },
          { classes: classNames.length, alpha },
        );
  const rule = chosen ?? ruleOfSets(abstain ?? nothingRequested());
  const counting = { rule, classNames, of: classesOf(request, { positive, classes: classNames.length }) };
  const flattered =
    "criteria" in request && request.criteria.some(({ criterion }) => criterion.kind === "best-f1");
  const fitted = flattered ? crossFitted(request, validation) : null;
  const [user, before] = [userName(), readDecision(path)];
  const points = pointsOf(validation, counting);
  const record: DecisionRecord = {
    version: recordVersion,
    decidedAt: new Date().toISOString(),
    ...(user !== undefined && { user }),
    leeway: environmentRecord({}).leeway,
    command,
    model: sha256(readWeights(join(path, modelFile)).bytes),
    classNames,
    requested: requestedBy(request, classNames),
    ...(prior && { prior }),
    rule,
    validation: countedOn(validation, { ...counting, fitted }),
    test: countedOn(test, counting),
    ...(points && { tradeOff: points }),
    ...(abstain && { abstain }),
    earlier: before === null ? 0 : before.earlier + 1,
  };
  writeDecision(path, record);
  return record;
}

function isEmpty(request: DecisionRequest): boolean {
  return "criteria" in request && request.criteria.length === 0;
}

function nothingRequested(): never {
  throw expected("decide", "request", "to have a criterion, costs or a share to abstain by", "none of them");
}

function decisionsBy(rule: DecisionRule, { probabilities, classes }: DecisionSplit): Int32Array {
  return decisionsOf(probabilities, rule, { classes });
}

interface Counting {
  readonly rule: DecisionRule;
  readonly classNames: readonly string[];
  /** The classes that are counted. */
  readonly of: readonly number[];
}

function countedOn(
  split: DecisionSplit,
  { rule, fitted, ...counting }: Counting & { readonly fitted?: Int32Array | null },
): Outcome {
  const { labels, classWeights } = split;
  const decided = decisionsBy(rule, split);
  const costs = "costs" in rule ? rule : undefined;
  return outcomeOf({ ...counting, labels, decided, fitted: fitted ?? null, classWeights, costs });
}

/** The trade-off of one class; undefined where several are decided for. */
function pointsOf(split: DecisionSplit, { rule, of }: Counting): TradeOffPoint[] | undefined {
  const [one, another] = of;
  if (one === undefined || another !== undefined) return undefined;
  if ("costs" in rule) return tradeOff(split, one, { chosen: costThreshold(rule, one), costs: rule });
  return tradeOff(split, one, { chosen: rule.thresholds[one]! }); // a class
}

function classesOf(
  request: DecisionRequest,
  { positive, classes }: { readonly positive: number | undefined; readonly classes: number },
): number[] {
  if ("criteria" in request && request.criteria.length > 0) return request.criteria.map((each) => each.class);
  return positive === undefined ? Array.from({ length: classes }, (_, j) => j) : [positive];
}

function requestedBy(request: DecisionRequest, classNames: readonly string[]): RequestedDecision {
  if ("costs" in request) return { costs: request.costs };
  const criteria = request.criteria.map(({ class: j, criterion }) => ({
    class: classNames[j]!,
    ...criterion,
  }));
  return { criteria };
}

function requireFinished({ path, summary }: StoredRun): void {
  if (summary?.status === "finished") return;
  const got = summary === null ? "one that has not ended" : "one that was interrupted";
  const message = `${path}: expected a finished run to decide by, got ${got}. leeway resume goes on with it.`;
  throw new RunError("run", message, { path });
}

function normalized(shares: readonly number[]): number[] {
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

/** Undefined where the system knows no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
