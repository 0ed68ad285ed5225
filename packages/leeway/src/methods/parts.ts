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
