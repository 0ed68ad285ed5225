/** What a method is composed of, beside its numbers and regularisers. */
export interface Parts {
  readonly loss: LossName;
  /** The last layer; the one its loss is made for where left out. */
  readonly classifier: "linear" | "cosine";
  /** The margins of LDAM and of the hinge: wider for rarer classes, or one for all. */
  readonly margins: "ldam" | "uniform";
  /** What classes weigh in the loss. */
  readonly weights: Balance;
  /** How often an example is drawn, by its class. */
  readonly sampler: Balance;
  /** What is done to logits when they are read. */
  readonly posthoc: PosthocName;
  /** τ of what is done to them. */
  readonly posthocTau: number;
}

/** The losses, as their files name them; logit adjustment and balanced softmax are vector scaling's special cases. */
export const lossNames = [
  "cross-entropy",
  "focal",
  "ldam",
  "margin-hinge",
  "multi-margin",
  "logit-adjustment",
  "balanced-softmax",
  "vector-scaling",
  "label-aware-smoothing",
] as const;

export type LossName = (typeof lossNames)[number];

/** How classes are balanced: all alike, by 1/n_j, by one over the effective number, by n_j^(-1/2). */
export const balances = ["none", "inverse", "effective-number", "sqrt"] as const;

export type Balance = (typeof balances)[number];

/** What can be done to logits after training. */
export const posthocNames = ["none", "logit-adjustment", "tau-norm"] as const;

export type PosthocName = (typeof posthocNames)[number];
