import { didYouMean, expected, someOf } from "../errors.ts";
import type { Criterion } from "./criterion.ts";
import { binaryCosts, type DecisionRequest } from "./request.ts";

/** A share for the class that is looked for, or of more than two for every class; or shares by the names of classes. */
export type AimedShare = number | Readonly<Record<string, number>>;

/** What is wanted of a run's decisions: one of the aims, sets to abstain by, or both. Shares are in (0, 1]. */
export interface DecisionAim {
  /** Find at least that share. */
  readonly minRecall?: AimedShare;
  /** Be right in at least that share of the alerts. */
  readonly minPrecision?: AimedShare;
  /** The highest F1, of every class where there are more than two. */
  readonly bestF1?: true;
  /** At most so many alerts, as a share of all cases, below 1. */
  readonly maxAlerts?: number;
  /** What a missed example of the positive class costs, and a false alarm; of two classes. */
  readonly cost?: { readonly missed: number; readonly alarm: number };
  /** [K, K]: what it costs to decide for a class, the column, where another is true, the row. */
  readonly costs?: readonly (readonly number[])[];
  /** α: leave out what is unclear, so that of each class at most that share is missed. In (0, 1). */
  readonly abstain?: number;
  /** Reach the recall or precision with the whole 95 % interval, not with the estimate alone. */
  readonly confident?: boolean;
  /** The class that is looked for; of two the rarer one by default. */
  readonly positive?: string;
}

const aims = ["minRecall", "minPrecision", "bestF1", "maxAlerts", "cost", "costs"] as const;

/** A request, and the class that is looked for: undefined where several are. */
interface AimedDecision {
  readonly request: DecisionRequest;
  readonly positive: number | undefined;
}

/** The classes of a run, K, and their training examples. */
interface Classes {
  readonly classNames: readonly string[];
  readonly trainCounts: readonly number[];
}

/**
 * An aim as the request that it is of a run's classes. Of two classes the rarer one is looked for, where `positive` does
 * not say otherwise; of more every class that is not named has its threshold. Without an aim beside `abstain` nothing
 * else is requested.
 *
 * @throws ArgumentError for no aim or several, a value out of range, or an aim that the classes do not allow
 */
export function decisionOf(aim: DecisionAim, { classNames, trainCounts }: Classes): AimedDecision {
  const [name, other] = aims.filter((each) => aim[each] !== undefined);
  if (other !== undefined) throw wrong(other, "to be none beside another aim", aim[other], "Choose one.");
  if (name === undefined) return aloneAbstaining(aim);
  if (aim.confident && name !== "minRecall" && name !== "minPrecision") {
    throw wrong("confident", "to be false beside other aims than a recall or a precision", true);
  }
  const binary = classNames.length === 2;
  const [first = 0, second = 0] = trainCounts;
  const rarer = binary ? (first < second ? 0 : 1) : undefined;
  const positive = aim.positive === undefined ? rarer : classOf("positive", aim.positive, classNames);
  const request = requestOf(aim, name, { classNames, positive });
  return {
    request,
    positive: "criteria" in request ? request.criteria[0]?.class : binary ? positive : undefined,
  };
}

function aloneAbstaining({ abstain, confident, positive }: DecisionAim): AimedDecision {
  if (abstain === undefined)
    throw wrong("", `to be an aim, one of ${aims.join(", ")} or abstain`, "none of them");
  if (confident) throw wrong("confident", "to be false without an aim beside abstain", true);
  if (positive !== undefined) {
    const advice = "Sets treat all classes alike.";
    throw wrong("positive", "to be none without an aim beside abstain", positive, advice);
  }
  return { request: { criteria: [] }, positive: undefined };
}

interface Looking {
  readonly classNames: readonly string[];
  readonly positive: number | undefined;
}

function requestOf(
  aim: DecisionAim,
  name: (typeof aims)[number],
  { classNames, positive }: Looking,
): DecisionRequest {
  const ofEvery = (criterion: Criterion): DecisionRequest => {
    const of = positive === undefined ? classNames.map((_, j) => j) : [positive];
    return { criteria: of.map((each) => ({ class: each, criterion })) };
  };
  switch (name) {
    case "minRecall":
    case "minPrecision":
      return sharesOf(aim, name, { classNames, ofEvery });
    case "bestF1":
      return ofEvery({ kind: "best-f1" });
    case "maxAlerts": {
      const { maxAlerts: share = 0 } = aim;
      if (!(share > 0 && share < 1)) throw wrong("maxAlerts", "to be a share above 0 and below 1", share);
      if (positive !== undefined) return ofEvery({ kind: "max-alerts", share });
      const what = `to be a class, of the ${classNames.length} that there are`;
      throw wrong("positive", what, undefined, "Name the class of the alerts.");
    }
    case "cost":
      return costOf(aim.cost!, { classNames, positive }); // the aim's name
    case "costs":
      return { costs: matrixOf(aim.costs!, classNames.length) }; // the aim's name
  }
}

function sharesOf(
  { confident = false, positive, ...aim }: DecisionAim,
  name: "minRecall" | "minPrecision",
  {
    classNames,
    ofEvery,
  }: { classNames: readonly string[]; ofEvery: (criterion: Criterion) => DecisionRequest },
): DecisionRequest {
  const kind = name === "minRecall" ? "min-recall" : "min-precision";
  const shares = aim[name]!; // the aim's name
  if (typeof shares === "number") return ofEvery({ kind, share: shareOf(name, shares), confident });
  if (positive !== undefined)
    throw wrong("positive", "to be none where classes have shares of their own", positive, "Leave it out.");
  const criteria = Object.entries(shares).map(([each, share]) => ({
    class: classOf(name, each, classNames),
    criterion: { kind, share: shareOf(name, share), confident } as const,
  }));
  if (criteria.length > 0) return { criteria };
  throw wrong(name, "to be a share, or shares of classes", shares);
}

function costOf(
  { missed, alarm }: NonNullable<DecisionAim["cost"]>,
  { classNames, positive }: Looking,
): DecisionRequest {
  if (classNames.length !== 2 || positive === undefined) {
    const advice = "Of more classes a matrix of costs says what each error costs.";
    throw wrong("cost", "to be none but of two classes", `${classNames.length} classes`, advice);
  }
  if (missed > 0 && alarm > 0 && Number.isFinite(missed + alarm))
    return binaryCosts(positive, { missed, alarm });
  throw wrong("cost", "to be both above 0, of missed and of alarm", { missed, alarm });
}

function matrixOf(costs: NonNullable<DecisionAim["costs"]>, classes: number): number[][] {
  const isWhole =
    costs.length === classes && costs.every((row) => row.length === classes && row.every(Number.isFinite));
  if (isWhole) return costs.map((row) => [...row]);
  throw wrong("costs", `to be ${classes} rows of ${classes} numbers`, costs);
}

function shareOf(name: string, share: number): number {
  if (share > 0 && share <= 1) return share;
  throw wrong(name, "to be a share above 0 and at most 1", share);
}

function classOf(field: string, name: string, classNames: readonly string[]): number {
  const at = classNames.indexOf(name);
  if (at >= 0) return at;
  throw wrong(field, `to be a class among ${someOf(classNames, 20)}`, name, didYouMean(name, classNames));
}

function wrong(field: string, what: string, got: unknown, advice = ""): Error {
  return expected("decide", field, what, got, advice);
}
