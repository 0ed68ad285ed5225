import { binaryCosts, type Criterion, type DecisionRequest } from "../../decisions/index.ts";
import { RunError } from "../../errors.ts";
import { usageError } from "../options.ts";
import { flagOf } from "../fault-words.ts";
import { readCosts } from "./cost-matrix.ts";
import { classOf, parseAlerts, parseCost, parseShares, type RequestedShares } from "./parse-shares.ts";

/** What the command line asks of a decision. */
export interface DecisionFlags {
  readonly minRecall?: string;
  readonly minPrecision?: string;
  readonly bestF1?: boolean;
  readonly maxAlerts?: string;
  readonly cost?: string;
  readonly costs?: string;
  readonly abstain?: string;
  readonly confident?: boolean;
  readonly positive?: string;
  readonly prior?: string;
}

const aims = ["minRecall", "minPrecision", "bestF1", "maxAlerts", "cost", "costs"] as const;

/** A request, and the class that is looked for: undefined where several are. */
export interface RequestedDecision {
  readonly request: DecisionRequest;
  readonly positive: number | undefined;
}

/**
 * The requested decision. Of two classes the rarer one is looked for, where --positive does not say otherwise; of more
 * every class that is not named has its threshold. Without an aim beside --abstain nothing else is requested.
 *
 * @throws RunError with code "usage" for none or several aims, or one that the classes do not allow
 */
export function requestedDecision(
  flags: DecisionFlags,
  {
    classNames,
    trainCounts,
  }: { readonly classNames: readonly string[]; readonly trainCounts: readonly number[] },
): RequestedDecision {
  const [aim, other] = aims.filter((name) => flags[name] !== undefined);
  const all = aims.map(flagOf).join(", ");
  if (aim === undefined && flags.abstain === undefined)
    throw new RunError("usage", `decide: expected one of ${all} or --abstain, got none.`);
  if (aim === undefined) return aloneAbstaining(flags);
  if (other !== undefined)
    throw usageError(flagOf(other), `none beside ${flagOf(aim)}`, flags[other], "Choose one.");
  if (flags.confident && aim !== "minRecall" && aim !== "minPrecision") {
    throw usageError("--confident", `--min-recall or --min-precision beside it, not ${flagOf(aim)}`, true);
  }
  const binary = classNames.length === 2;
  const [first = 0, second = 0] = trainCounts;
  const rarer = binary ? (first < second ? 0 : 1) : undefined;
  const positive = flags.positive === undefined ? rarer : classOf("--positive", flags.positive, classNames);
  const request = requestOf(aim, flags, { classNames, positive });
  return {
    request,
    positive: "criteria" in request ? request.criteria[0]?.class : binary ? positive : undefined,
  };
}

function aloneAbstaining({ confident, positive, prior }: DecisionFlags): RequestedDecision {
  const beside = "another aim beside --abstain";
  if (confident) throw usageError("--confident", beside, "none");
  if (positive !== undefined) throw usageError("--positive", beside, "none", "Sets treat all classes alike.");
  if (prior !== undefined) throw usageError("--prior", beside, "none", "Sets are the same for every prior.");
  return { request: { criteria: [] }, positive: undefined };
}

interface Classes {
  readonly classNames: readonly string[];
  readonly positive: number | undefined;
}

function requestOf(aim: (typeof aims)[number], flags: DecisionFlags, classes: Classes): DecisionRequest {
  const { classNames, positive } = classes;
  const {
    minRecall = "",
    minPrecision = "",
    maxAlerts = "",
    cost = "",
    costs = "",
    confident = false,
  } = flags;
  const onEvery = (criterion: Criterion): DecisionRequest => {
    const of = positive === undefined ? classNames.map((_, j) => j) : [positive];
    return { criteria: of.map((each) => ({ class: each, criterion })) };
  };
  switch (aim) {
    case "minRecall":
    case "minPrecision": {
      const text = aim === "minRecall" ? minRecall : minPrecision;
      const kind = aim === "minRecall" ? "min-recall" : "min-precision";
      const shares: RequestedShares = parseShares(flagOf(aim), text, classNames);
      if (typeof shares === "number") return onEvery({ kind, share: shares, confident });
      if (flags.positive !== undefined) {
        throw usageError(
          "--positive",
          "none where classes have shares of their own",
          flags.positive,
          "Leave it out.",
        );
      }
      return {
        criteria: shares.map(([each, share]) => ({ class: each, criterion: { kind, share, confident } })),
      };
    }
    case "bestF1":
      return onEvery({ kind: "best-f1" });
    case "maxAlerts": {
      const share = parseAlerts("--max-alerts", maxAlerts);
      if (positive === undefined) throw needsPositive("--max-alerts", maxAlerts, classNames);
      return onEvery({ kind: "max-alerts", share });
    }
    case "cost": {
      const prices = parseCost("--cost", cost);
      if (classNames.length === 2 && positive !== undefined) return binaryCosts(positive, prices);
      const advice = "Of more classes --costs matrix.csv says what each error costs.";
      throw usageError("--cost", "a run of two classes", `${classNames.length} classes`, advice);
    }
    case "costs":
      return readCosts(costs, classNames);
  }
}

function needsPositive(option: string, got: string, classNames: readonly string[]): RunError {
  const advice = `Name the class of the alerts: --positive ${classNames[0] ?? ""}.`;
  return usageError(
    option,
    `--positive beside it, where there are ${classNames.length} classes`,
    got,
    advice,
  );
}
