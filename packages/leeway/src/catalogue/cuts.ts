/** The share of its examples that a class keeps, by the class's name; the others keep all. */
export type Keep = Readonly<Record<string, number>>;

/** A test set that is imbalanced as well, with its classes in another order than the training set's. */
export interface TestProfile {
  readonly profile: "longtail" | "step";
  /** ρ = n_max / n_min of the test set. */
  readonly ratio: number;
  /** Draws the order of the classes and the examples that stay; the recipe's own seed has no part in it. */
  readonly seed: number;
}
