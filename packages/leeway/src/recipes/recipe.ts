import { datasetEntry, type DatasetName } from "../data/index.ts";
import { didYouMean, expected } from "../errors.ts";
import { type Profile, profileCounts, profiles } from "../imbalance/index.ts";
import { type Method, methodOf, type MethodOptions } from "../methods/index.ts";
import { type LearningRateSchedule, paperSchedule, requireSchedule } from "./learning-rate.ts";

/** Everything a run is made from: with the same code, data and machine it gives the same run, bit for bit. */
export interface Recipe {
  readonly dataset: DatasetName;
  readonly profile: Profile;
  /** ρ = n_max / n_min; 1 for the balanced profile. */
  readonly ratio: number;
  /** n_max; null for as many as the data set's smallest class has. */
  readonly maxPerClass: number | null;
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, number>>;
  /** "resnet32": the CIFAR family with its depth. */
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: LearningRateSchedule;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly protocol: Protocol;
  /** The share of the training data that chooses the epoch; 0 where none does. */
  readonly validationFraction: number;
}

/** float32 throughout, or convolutions and matrix products in bfloat16. */
export type Precision = "fp32" | "bf16";

/**
 * How a result is read. `honest`: a validation split chooses the epoch and the test set is read once.
 * `paper`: the best epoch on the test set counts, as in the paper; optimistic, for comparison with it.
 */
export type Protocol = "honest" | "paper";

export const precisions: readonly Precision[] = ["fp32", "bf16"];
export const protocols: readonly Protocol[] = ["honest", "paper"];

/** What may be asked for; the rest is the paper's recipe. */
export interface RecipeOptions extends Partial<Omit<Recipe, "methodOptions" | "dataset">> {
  readonly methodOptions?: MethodOptions;
}

/**
 * The paper's CIFAR recipe with what was asked for in place: SGD with momentum 0.9 and weight decay 2e-4,
 * batches of 128, learning rate 0.1, schedule and deferral scaled from 200 epochs.
 *
 * @throws RangeError naming the option that is impossible
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4 and the authors' code
 */
export function recipeFor(dataset: string, options: RecipeOptions = {}): Recipe {
  const entry = datasetEntry(dataset);
  const protocol = oneOf("protocol", options.protocol ?? "honest", protocols);
  const profile = oneOf("profile", options.profile ?? "longtail", profiles);
  const epochs = whole("epochs", options.epochs ?? 200, 1);
  const method = methodOf(options.method ?? "ldam-drw", options.methodOptions);
  const recipe: Recipe = {
    dataset: entry.name,
    profile,
    ratio: profile === "balanced" ? 1 : atLeast("ratio", options.ratio ?? 100, 1),
    maxPerClass: options.maxPerClass == null ? null : whole("maxPerClass", options.maxPerClass, 1),
    method: method.name,
    methodOptions: method.options,
    model: options.model ?? "resnet32",
    epochs,
    batchSize: whole("batchSize", options.batchSize ?? 128, 1),
    schedule: options.schedule ?? paperSchedule(epochs),
    momentum: share("momentum", options.momentum ?? 0.9),
    weightDecay: atLeast("weightDecay", options.weightDecay ?? 2e-4, 0),
    precision: oneOf("precision", options.precision ?? "fp32", precisions),
    seed: whole("seed", options.seed ?? 0, 0),
    protocol,
    validationFraction: share(
      "validationFraction",
      options.validationFraction ?? (protocol === "paper" ? 0 : 0.1),
    ),
  };
  requireKnown(options, recipe);
  requireSchedule("recipe", recipe.schedule);
  requirePossible(method, recipe, entry);
  modelDepth(recipe.model);
  if (protocol === "paper" && recipe.validationFraction > 0) {
    throw expected(
      "recipe",
      "validationFraction to be 0 with protocol paper",
      recipe.validationFraction,
      "The paper's protocol chooses the epoch on the test set.",
    );
  }
  return recipe;
}

const models: readonly string[] = [8, 14, 20, 32, 44, 56, 110].map((depth) => `resnet${depth}`);

/**
 * The depth in a model's name: 32 for "resnet32".
 *
 * @throws RangeError if the name is not one of the CIFAR family
 */
export function modelDepth(model: string): number {
  const depth = Number(/^resnet([1-9]\d*)$/.exec(model)?.[1]);
  if (!(depth >= 8 && (depth - 2) % 6 === 0)) {
    throw expected("recipe", `model to be one of ${models.join(", ")}`, model, didYouMean(model, models));
  }
  return depth;
}

/** Refuses a misspelt option, which would else be left out in silence. */
function requireKnown(options: RecipeOptions, recipe: Recipe): void {
  const known = Object.keys(recipe);
  const stray = Object.keys(options).find((option) => !known.includes(option));
  if (stray === undefined) return;
  throw expected("recipe", `options among ${known.join(", ")}`, stray, didYouMean(stray, known));
}

/** Refuses what would only be noticed once the data has been read: a class left empty, a method's options. */
function requirePossible(
  method: Method,
  { profile, ratio, maxPerClass, epochs }: Recipe,
  { classes, trainSize }: { readonly classes: number; readonly trainSize: number },
): void {
  const counts = profileCounts(profile, { classes, max: maxPerClass ?? trainSize / classes, ratio });
  method.loss(counts);
  method.stages(counts, epochs);
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw expected("recipe", `${name} to be a whole number of at least ${least}`, value);
}

function atLeast(name: string, value: number, least: number): number {
  if (value >= least && Number.isFinite(value)) return value;
  throw expected("recipe", `${name} to be at least ${least}`, value);
}

function share(name: string, value: number): number {
  if (value >= 0 && value < 1) return value;
  throw expected("recipe", `${name} to be in [0, 1)`, value);
}

function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw expected("recipe", `${name} to be one of ${known.join(", ")}`, value, didYouMean(value, known));
}
