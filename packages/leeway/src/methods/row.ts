import { defaultBeta } from "../imbalance/index.ts";
import { cosineScale, type LossName, losses } from "./losses.ts";
import type { MethodOptions, OptionName } from "./options.ts";
import type { Stage } from "./stages.ts";

/** How classes are balanced: all alike, by 1/n_j, by one over the effective number, by n_j^(-1/2). */
export const balances = ["none", "inverse", "effective-number", "sqrt"] as const;

export type Balance = (typeof balances)[number];

/** What can be done to logits after training. */
export const posthocNames = ["none", "logit-adjustment", "tau-norm"] as const;

export type PosthocName = (typeof posthocNames)[number];

/** What τ is in these. */
export const posthocMeanings: Readonly<Record<Exclude<PosthocName, "none">, string>> = {
  "logit-adjustment": "τ, how much of the class's frequency is taken over",
  "tau-norm": "τ from 0, which only takes the bias off, to 1, which makes all vectors of one length",
};

/** What a stage is made of. */
interface Parts {
  /** What is minimised. Default: cross entropy; in a second stage the loss of the first. */
  readonly loss?: LossName;
  /** What classes weigh in the loss. Default: none. */
  readonly weights?: Balance;
  /** How often an example is drawn, by its class. Default: none. */
  readonly sampler?: Balance;
}

/** A second stage: what it is made of, what learns, and the share of the epochs before it. */
export interface SecondStage
  extends Parts, Pick<Stage, "trainable" | "restart" | "shiftStatistics" | "rateFactor"> {
  readonly at: number;
}

/**
 * A second objective beside the loss of the last layer: features of further views of each image are projected onto a
 * sphere, where those of one class are drawn together. The projection learns along and is thrown away after training.
 */
export interface Contrast {
  /** Against the distributions of all classes, or against the batch and a centre of each class. */
  readonly kind: "proco" | "bcl";
  /** What the last layer's loss counts, and what the contrast does. */
  readonly shares: readonly [ofLoss: number, ofContrast: number];
  /** T: similarities are divided by it. */
  readonly temperature: number;
  /** Of the projection: its hidden layer, and the space of its sphere. */
  readonly sizes: readonly [hidden: number, projected: number];
  /** How further views differ from an image: the smallest share of its area, and how often they are blurred. */
  readonly views: { readonly minArea: number; readonly blur: number };
}

/** A method as data: what it is called, and the parts of it that are not the default. */
export interface MethodRow extends Parts {
  /** The name as printed: "LDAM-DRW". */
  readonly title: string;
  /** One line for lists. */
  readonly summary: string;
  /** Paper and equation. */
  readonly source: string;
  /** The last layer. Default: the one that its loss is made for. */
  readonly classifier?: "linear" | "cosine" | "scaled-linear";
  /** Of a loss with margins: wider for rarer classes, or one for all. Default: ldam. */
  readonly margins?: "ldam" | "uniform";
  /** The second stage. Default: none. */
  readonly then?: SecondStage;
  /** What is done to logits when they are read. Default: none. */
  readonly posthoc?: PosthocName;
  /** A second objective, of further views of images. Default: none. */
  readonly contrast?: Contrast;
  /** α of mixup. Default: 0, none. */
  readonly mixup?: number;
  /** ρ of SAM. Default: 0, none. */
  readonly rho?: number;
  /** The options that named its parts, where options did. */
  readonly named?: MethodOptions;
  /** Options it takes without a default, besides those of its loss. */
  readonly optional?: readonly OptionName[];
}

/** The options of a row with their defaults: those of its losses, of its balance, of its deferral, of its posthoc. */
export function defaultsOf(row: MethodRow): MethodOptions {
  const { loss = "cross-entropy", then, posthoc = "none", mixup, rho } = row;
  const { classifier = losses[loss].classifier } = row;
  const ofLosses = { ...losses[loss].options, ...(then?.loss && losses[then.loss].options) };
  const balanced = [row.weights, row.sampler, then?.weights, then?.sampler];
  return {
    ...row.named,
    ...(classifier === "cosine" && { scale: cosineScale }), // whatever the loss
    ...ofLosses,
    ...(balanced.includes("effective-number") && { beta: defaultBeta }),
    ...(then && { deferAt: then.at }),
    // τ of posthoc, which has another name where the loss has a τ of its own.
    ...(posthoc !== "none" && ("tau" in ofLosses ? { posthocTau: 1 } : { tau: 1 })),
    ...(mixup !== undefined && { mixup }),
    ...(rho !== undefined && { rho }),
  };
}
