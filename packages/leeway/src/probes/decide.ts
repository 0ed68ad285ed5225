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
  tradeOff,
  type TradeOffPoint,
} from "../decisions/index.ts";
import { RunError } from "../errors.ts";
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
  { positive, prior: shares, command = [], ...reading }: DecideOptions = {},
): Promise<DecisionRecord> {
  const predictor = openPredictor(path, { device: reading.device });
  requireFinished(predictor.run);
  const prior = shares && normalized(shares);
  const scores = await runScores(path, reading);
  const { validation, test } = decisionSplits(predictor, scores, prior);
  const { classNames } = predictor;
  const rule = chooseRule(request, validation, classNames);
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
    earlier: before === null ? 0 : before.earlier + 1,
  };
  writeDecision(path, record);
  return record;
}

interface Counting {
  readonly rule: DecisionRule;
  readonly classNames: readonly string[];
  /** The classes that are counted. */
  readonly of: readonly number[];
}

function countedOn(
  { probabilities, labels, classes, classWeights }: DecisionSplit,
  { rule, fitted, ...counting }: Counting & { readonly fitted?: Int32Array | null },
): Outcome {
  const decided = decisionsOf(probabilities, rule, { classes });
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
  if ("criteria" in request) return request.criteria.map((each) => each.class);
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
