import { expected } from "../errors.ts";
import { losses, type LossRow } from "./losses.ts";
import type { MethodOptions } from "./options.ts";
import type { MethodRow } from "./row.ts";

/** The name of a method of one's own: its options say its parts. */
export const composedName = "composed";

/**
 * The row of a method of one's own: a loss, a last layer, class weights or odds, from the start or deferred, and what
 * is done to logits. Made from the parts of a method of the table, it is that method to the bit.
 *
 * @throws ArgumentError for parts that do not go together
 */
export function ownRow(options: MethodOptions): MethodRow {
  const { loss = "cross-entropy", weights = "none", sampler = "none", posthoc = "none" } = options;
  const made = losses[loss];
  const { classifier = made.classifier, margins = "ldam", deferAt: at } = options;
  if (posthoc === "tau-norm" && classifier !== "linear") {
    throw expected("methodOf", "classifier", "to be linear with posthoc tau-norm", classifier);
  }
  const parts = { loss, classifier, weights, sampler, posthoc };
  const balanced = weights !== "none" || sampler !== "none";
  const deferred = balanced && at !== undefined;
  return {
    title: titleOf(made, { ...parts, deferred }),
    summary: "a method of parts that were named one by one",
    source: "composed by its options",
    ...{ loss, classifier, margins, posthoc },
    ...(deferred ? { then: { at, weights, sampler } } : { weights, sampler }),
    named: { ...parts, ...(made.margined && { margins }) },
    optional: balanced ? ["deferAt"] : [],
  };
}

/** "LDAM, effective-number weights, deferred": the parts that are not the default. */
function titleOf(
  loss: LossRow,
  parts: Required<Pick<MethodOptions, "classifier" | "weights" | "sampler" | "posthoc">> & {
    readonly deferred: boolean;
  },
): string {
  return [
    loss.title,
    parts.classifier === loss.classifier ? "" : `${parts.classifier} layer`,
    parts.weights === "none" ? "" : `${parts.weights} weights`,
    parts.sampler === "none" ? "" : `${parts.sampler} odds`,
    parts.deferred ? "deferred" : "",
    parts.posthoc === "none" ? "" : `${parts.posthoc} post-hoc`,
  ]
    .filter((each) => each !== "")
    .join(", ");
}
