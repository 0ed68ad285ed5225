import type { ClassCounts, Stage } from "../imbalance/index.ts";
import type { Loss } from "../losses/index.ts";
import type { MethodOptions, OptionValue } from "./options.ts";
import type { Regularisers } from "./regularisers.ts";

/**
 * What a paper names: a loss, a last layer, and for each part of training what a class counts for and
 * how often it is drawn. All of it is data or a function of class counts; the training loop never asks
 * for a method's name.
 */
export interface Method {
  /** The paper's name in kebab case: the same in file, option, record and page. */
  readonly name: string;
  /** The name as printed: "LDAM-DRW". */
  readonly title: string;
  /** One line for lists. */
  readonly summary: string;
  /** Paper and equation. */
  readonly source: string;
  /** The last layer the loss expects. */
  readonly classifier: "linear" | "cosine" | "scaled-linear";
  /** s: what logits are multiplied by before they are read as probabilities. */
  readonly scale: number;
  /** What is done to logits when they are read, after training; nothing where left out. */
  readonly posthoc?: Posthoc;
  /** The parameters in use, for the record. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Parameters it also takes, which have no default: they are recorded where they were given. */
  readonly optional?: readonly (keyof MethodOptions)[];
  /** What whoever trains it should know first; nothing where left out. */
  readonly warnings?: readonly string[];
  /** What it adds to training beside its loss; nothing where left out. */
  readonly regularisers?: Partial<Regularisers>;
  /** The loss for these class counts of the training set, in a stage; in the first where left out. */
  loss(counts: ClassCounts, stage?: Stage): Loss;
  /** Class weights and sampling odds, from which epoch on. The first begins at 0; they ascend. */
  stages(counts: ClassCounts, epochs: number): readonly Stage[];
}

/** What is done to the logits of a trained network. */
export interface Posthoc {
  /** τ log π_j is taken off logit j: what training's class frequencies added to it. */
  readonly priorTau?: number;
  /** Logit j becomes (z_j - b_j) / ‖w_j‖^τ: frequent classes have the longer weight vectors. */
  readonly normTau?: number;
}

/** The names of the parameters a method takes, those of regularisers that any method takes left out. */
export function optionNames({ options, optional = [] }: Method): readonly string[] {
  return [...new Set([...Object.keys(options), ...optional])];
}
