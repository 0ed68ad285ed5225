import {
  type ClassCounts,
  effectiveNumberWeights,
  inverseFrequencyWeights,
  ones,
  squareRootWeights,
} from "../imbalance/index.ts";
import type { Loss } from "../losses/index.ts";
import { expected } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { type LossPart, lossParts } from "./loss-parts.ts";
import type { Method, Posthoc } from "./method.ts";
import { type MethodOptions, methodOptionsSchema, type OptionValue } from "./options.ts";
import type { Balance, PosthocName } from "./parts.ts";
import { deferred } from "./stages.ts";

/** The name of every method that is composed of parts: its options say which. */
export const composedName = "composed";

/**
 * A method of parts: a loss, a last layer, class weights or odds, from the start or deferred, and what is done to
 * logits. Composed of the parts of a method with a name it is that method, to the bit.
 *
 * @throws ArgumentError naming a part or a number that is impossible, with the nearest name
 */
export function composed(options: MethodOptions = {}): Method {
  const parsed = methodOptionsSchema.safeParse(options);
  if (!parsed.success) {
    throw schemaFault(composedName, parsed.error, { value: options, schema: methodOptionsSchema });
  }
  const { loss = "cross-entropy", weights = "none", sampler = "none", posthoc = "none" } = options;
  const part = lossParts[loss];
  const { classifier = part.classifier, beta = 0.9999, deferAt, posthocTau = 1 } = options;
  if (posthoc === "tau-norm" && classifier !== "linear") {
    throw expected(composedName, "classifier", "to be linear with posthoc tau-norm", classifier);
  }
  const own = lossOptions(part, classifier, options);
  const scale = own.scale ?? 1;
  const balanced = weights !== "none" || sampler !== "none";
  const numbers: MethodOptions = {
    ...own,
    ...([weights, sampler].includes("effective-number") && { beta }),
    ...(balanced && deferAt !== undefined && { deferAt }),
    ...(posthoc !== "none" && { posthocTau }),
  };
  return {
    name: composedName,
    title: titleOf(part, { classifier, weights, sampler, posthoc, deferred: numbers.deferAt !== undefined }),
    summary: "a method of parts that were named one by one",
    source: "composed by its options",
    classifier,
    scale,
    options: { loss, classifier, weights, sampler, posthoc, ...(numbers as Record<string, OptionValue>) },
    optional: [...(balanced ? (["deferAt"] as const) : []), ...optionalOf(part, own)],
    ...(posthoc !== "none" && { posthoc: posthocOf(posthoc, posthocTau) }),
    ...warned(part, classifier, scale),
    loss: (counts) => {
      const made = part.make(counts, own);
      return "scale" in part.options || scale === 1 ? made : scaled(made, scale);
    },
    stages: (counts, epochs) => {
      const stage = {
        fromEpoch: 0,
        classWeights: balanceOf(weights, counts, beta),
        samplingOdds: balanceOf(sampler, counts, beta),
      };
      return numbers.deferAt === undefined
        ? [stage]
        : deferred(counts, [stage], { epochs, deferAt: numbers.deferAt });
    },
  };
}

/** A loss's parameters, those that were given and its defaults; cosines have a scale whatever the loss. */
function lossOptions(part: LossPart, classifier: string, options: MethodOptions): MethodOptions {
  const defaults: MethodOptions = { ...(classifier === "cosine" && { scale: 30 }), ...part.options };
  const names = [...Object.keys(defaults), ...optionalOf(part, options)];
  const given = Object.entries(options).filter(([name]) => names.includes(name));
  return { ...defaults, ...Object.fromEntries(given) };
}

/** One margin for all knows no prior. */
function optionalOf({ optional }: LossPart, { margins }: MethodOptions): readonly (keyof MethodOptions)[] {
  return margins === "uniform" ? [] : optional;
}

function balanceOf(balance: Balance, counts: ClassCounts, beta: number): Float64Array {
  switch (balance) {
    case "none":
      return ones(counts);
    case "inverse":
      return inverseFrequencyWeights(counts);
    case "effective-number":
      return effectiveNumberWeights(counts, { beta });
    case "sqrt":
      return squareRootWeights(counts);
  }
}

function posthocOf(name: Exclude<PosthocName, "none">, tau: number): Posthoc {
  return name === "tau-norm" ? { normTau: tau } : { priorTau: tau };
}

/** A loss of s · z. */
function scaled(loss: Loss, scale: number): Loss {
  return (logits, targets) => loss(logits.mul(scale), targets);
}

/** Margins and a scale for cosines, on logits that have no bound. */
function warned(part: LossPart, classifier: string, scale: number): Pick<Method, "warnings"> {
  if (part.classifier === classifier || part.classifier !== "cosine" || scale <= 1) return {};
  const warning =
    `${part.title} on a linear last layer: its logits have no bound, and times a scale of ${scale} ` +
    "training may diverge. Take classifier cosine, or a scale of 1.";
  return { warnings: [warning] };
}

/** "LDAM, effective-number weights, deferred": the parts that are not the usual ones. */
function titleOf(
  part: LossPart,
  parts: {
    readonly classifier: string;
    readonly weights: Balance;
    readonly sampler: Balance;
    readonly posthoc: PosthocName;
    readonly deferred: boolean;
  },
): string {
  return [
    part.title,
    parts.classifier === part.classifier ? "" : `${parts.classifier} layer`,
    parts.weights === "none" ? "" : `${parts.weights} weights`,
    parts.sampler === "none" ? "" : `${parts.sampler} odds`,
    parts.deferred ? "deferred" : "",
    parts.posthoc === "none" ? "" : `${parts.posthoc} post-hoc`,
  ]
    .filter((each) => each !== "")
    .join(", ");
}
