import { didYouMean, expected } from "../errors.ts";
import { type ClassCounts, multipliedWeights, powerWeights } from "../imbalance/index.ts";

/** What people say of class weights, beside the method: fields of a recipe. */
export interface RequestedWeights {
  /** What examples of a class weigh, by its name; 1 for a class that is not named. */
  readonly classWeight?: Readonly<Record<string, number>>;
  /** p of w_j ∝ n_j^-p. */
  readonly weightPower?: number;
}

/** The same for classes in their order. */
export interface GivenWeights {
  /** c_j, length K: the weights of a method's last stage are multiplied by them. */
  readonly factors?: Float64Array;
  /** p: w_j ∝ n_j^-p in place of the weights of a method's last stage. */
  readonly power?: number;
}

/**
 * The class weights that were requested, for classes of these names.
 *
 * @throws ArgumentError for a class that is not there, with the nearest
 */
export function givenWeights(
  { classWeight, weightPower }: RequestedWeights,
  classNames: readonly string[],
): GivenWeights {
  if (classWeight !== undefined) requireClasses("classWeight", Object.keys(classWeight), classNames);
  const factorOf = (name: string): number =>
    classWeight !== undefined && Object.hasOwn(classWeight, name) ? classWeight[name]! : 1; // a class may be called "constructor"
  return {
    ...(classWeight && { factors: Float64Array.from(classNames, factorOf) }),
    ...(weightPower !== undefined && { power: weightPower }),
  };
}

/**
 * The same where the classes are not known yet: unequal factors, which tell first stages with them from those without.
 *
 * @param classes K
 */
export function unnamedWeights(
  { classWeight, weightPower }: RequestedWeights,
  classes: number,
): GivenWeights {
  return {
    ...(classWeight && { factors: new Float64Array(classes).fill(1).fill(2, 0, 1) }),
    ...(weightPower !== undefined && { power: weightPower }),
  };
}

/** A stage's class weights with those that were given: n_j^-p in place of them, then times the factors. */
export function withGiven(
  weights: Float64Array,
  { factors, power }: GivenWeights,
  counts: ClassCounts,
): Float64Array {
  const own = power === undefined ? weights : powerWeights(counts, { power });
  return factors === undefined ? own : multipliedWeights(own, factors);
}

/**
 * Refuses names that are no class's.
 *
 * @param field of the recipe, which names them
 * @throws ArgumentError with the nearest class
 */
export function requireClasses(field: string, names: readonly string[], classNames: readonly string[]): void {
  const stray = names.find((name) => !classNames.includes(name));
  if (stray === undefined) return;
  const what = `to be a class among ${classNames.slice(0, 20).join(", ")}`;
  throw expected("recipe", field, what, stray, didYouMean(stray, classNames));
}
