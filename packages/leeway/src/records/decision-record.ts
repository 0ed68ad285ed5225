import { z } from "zod";
import type { Abstention } from "../metrics/index.ts";
import type { Criterion, DecisionRule, Outcome, TradeOffPoint } from "../decisions/index.ts";
import { recordVersion } from "./run-record.ts";

/** `decision.json`: how a run's probabilities become decisions, and what these come to. */
export interface DecisionRecord {
  readonly version: typeof recordVersion;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
  /** Who asked, as the system calls them; absent where it does not say. */
  readonly user?: string;
  /** The version of Leeway that chose. */
  readonly leeway: string;
  /** The command line, one argument each. */
  readonly command: readonly string[];
  /** SHA-256 of `model.safetensors`: the rule is of these weights. */
  readonly model: string;
  readonly classNames: readonly string[];
  readonly requested: RequestedDecision;
  /** π', the class frequencies that probabilities are moved to; absent for those of the training data. Length K. */
  readonly prior?: readonly number[];
  readonly rule: DecisionRule;
  /** On the split that chose it. */
  readonly validation: Outcome;
  /** On the test split, whose examples had no part in it. */
  readonly test: Outcome;
  /** Of one class: what other thresholds come to on the validation split, the highest first. */
  readonly tradeOff?: readonly TradeOffPoint[];
  /** Sets of classes, by which examples are abstained from; absent where none is. */
  readonly abstain?: Abstention;
  /** Decisions of this run before this one, each of which has read the test split. */
  readonly earlier: number;
}

/** What was requested, by the names of classes; no criterion where sets of classes decide alone. */
export type RequestedDecision =
  | { readonly criteria: readonly (Criterion & { readonly class: string })[] }
  | { readonly costs: readonly (readonly number[])[] };

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const text = z.string().min(1);
const costs = z.array(z.array(z.number()));

const estimate = z.strictObject({ value: z.number(), interval: z.tuple([z.number(), z.number()]) });
const outcome: z.ZodType<Outcome> = z.strictObject({
  examples: count,
  classes: z.array(
    z.strictObject({
      name: z.string(),
      examples: count,
      decided: count,
      right: count,
      recall: estimate.nullable(),
      precision: estimate.nullable(),
      f1: estimate.nullable(),
      perThousand: z.strictObject({
        alerts: estimate,
        found: notNegative,
        missed: notNegative,
        falseAlarms: notNegative,
      }),
    }),
  ),
  cost: estimate.exactOptional(),
});

const abstention: z.ZodType<Abstention> = z.strictObject({
  alpha: fraction,
  thresholds: z.array(fraction),
  examples: z.array(count),
  test: z.array(
    z.strictObject({
      ...{ examples: count, covered: count, decided: count, right: count },
      ...{ several: count, none: count, contradicted: count },
    }),
  ),
  choices: z.array(z.strictObject({ alpha: fraction, abstained: fraction, wrong: fraction, always: count })),
});

const criterion = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["min-recall", "min-precision"]),
    class: z.string(),
    share: fraction,
    confident: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("best-f1"), class: z.string() }),
  z.strictObject({ kind: z.literal("max-alerts"), class: z.string(), share: fraction }),
]);

/** What a {@link DecisionRecord} must look like when read. */
export const decisionSchema: z.ZodType<DecisionRecord> = z.strictObject({
  version: z.literal(recordVersion),
  decidedAt: z.iso.datetime(),
  user: text.exactOptional(),
  leeway: text,
  command: z.array(z.string()),
  model: text,
  classNames: z.array(z.string()),
  requested: z.union([z.strictObject({ criteria: z.array(criterion) }), z.strictObject({ costs })]),
  prior: z.array(z.number().positive()).exactOptional(),
  rule: z.union([z.strictObject({ thresholds: z.array(fraction.nullable()) }), z.strictObject({ costs })]),
  validation: outcome,
  test: outcome,
  tradeOff: z
    .array(
      z.strictObject({
        threshold: fraction,
        recall: fraction,
        precision: fraction,
        f1: fraction,
        alerts: notNegative,
        falseAlarms: notNegative,
        cost: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
  abstain: abstention.exactOptional(),
  earlier: count,
});

/** Whether sets of classes decide alone, and no rule beside them was requested. */
export function isBySets({ requested }: DecisionRecord): boolean {
  return "criteria" in requested && requested.criteria.length === 0;
}
