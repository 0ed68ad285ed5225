import {
  type CustomData,
  datasetFacts,
  type InputKind,
  type Keep,
  requireNetwork,
  type TestProfile,
  type TextOptions,
} from "../catalogue/index.ts";
import { expected } from "../errors.ts";
import { type Profile, profiles } from "../imbalance/index.ts";
import { type Method, methodOf, type MethodOptions, type OptionValue } from "../methods/index.ts";
import { atLeast, oneOf, part, share, whole } from "./checked.ts";
import { type LearningRateSchedule, requireSchedule } from "./learning-rate.ts";
import {
  checkedTestProfile,
  requireKnown,
  requireMomentumRead,
  requireNoCut,
  requireNoTestSplit,
  requirePossible,
  requireSource,
  textOptions,
  usualMomentum,
} from "./requirements.ts";
import { type Usual, usualFor, usualSchedule } from "./usual.ts";

/** Everything a run is made from: with the same code, data and machine it gives the same run, bit for bit. */
export interface Recipe {
  /** A name of the catalogue; with `source` a name of one's own. */
  readonly dataset: string;
  /** Where a person's own data lies and how it is read; the catalogue's where left out. */
  readonly source?: CustomData;
  /** The share of own data that is held out as the test split, where it has none. */
  readonly testFraction?: number;
  /** How class sizes are cut; `natural` leaves them as they are. */
  readonly profile: Profile | "natural";
  /** Classes that are thinned out before the profile; none where left out. */
  readonly keep?: Keep;
  /** ρ = n_max / n_min; 1 for the balanced and the natural profile. */
  readonly ratio: number;
  /** How the test set is cut; whole where left out. */
  readonly testProfile?: TestProfile;
  /** n_max; null for as many as the data set's smallest class has. */
  readonly maxPerClass: number | null;
  /** How texts become numbers, where not as usual: size of the vocabulary, rarest word, length. */
  readonly text?: Partial<TextOptions>;
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, OptionValue>>;
  /** A network for the kind of data: "resnet32". */
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: LearningRateSchedule;
  /** What takes the steps: "sgd" where left out; of data that another is usual for it is never left out. */
  readonly optimizer?: OptimizerName;
  /** Of SGD; the usual one, unread, where another takes the steps. */
  readonly momentum: number;
  readonly weightDecay: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly protocol: Protocol;
  /** The share of the training data that chooses the epoch; 0 where none does. */
  readonly validationFraction: number;
}

/** How gradients become steps. */
export type OptimizerName = "sgd" | "adam" | "adamw";

/** float32 throughout, or convolutions and matrix products in bfloat16. */
export type Precision = "fp32" | "bf16";

/**
 * How a result is read. `honest`: a validation split chooses the epoch and the test set is read once.
 * `paper`: the best epoch on the test set counts, as in the paper; optimistic, for comparison with it.
 */
export type Protocol = "honest" | "paper";

export const precisions: readonly Precision[] = ["fp32", "bf16"];
export const protocols: readonly Protocol[] = ["honest", "paper"];
export const optimizers: readonly OptimizerName[] = ["sgd", "adam", "adamw"];
export const recipeProfiles: readonly Recipe["profile"][] = [...profiles, "natural"];

/** What may be asked for; the rest is the paper's recipe. */
export interface RecipeOptions extends Partial<Omit<Recipe, "methodOptions" | "dataset">> {
  readonly methodOptions?: MethodOptions;
}

/**
 * The usual recipe of a data set with what was asked for in place. For images it is the paper's: SGD with momentum
 * 0.9 and weight decay 2e-4, batches of 128, learning rate 0.1, schedule and deferral scaled from 200 epochs.
 *
 * @param dataset a name of the catalogue, or with `source` any name
 * @throws ArgumentError naming the option that is impossible
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4 and the authors' code
 */
export function recipeFor(dataset: string, options: RecipeOptions = {}): Recipe {
  requireKnown(options);
  const { source } = options;
  if (source) requireSource(source);
  const kind = source?.kind ?? datasetFacts(dataset).kind;
  const holds = usualFor(kind, { model: options.model, dataset: source ? undefined : dataset });
  const name = options.method ?? holds.method ?? "ldam-drw";
  const method = methodWith(name, holds.methodOptions, options.methodOptions);
  const recipe: Recipe = {
    dataset,
    ...dataFields(kind, options, holds),
    method: method.name,
    methodOptions: method.options,
    model: options.model ?? holds.model,
    ...courseFields(options, holds),
    ...protocolFields(options),
  };
  requireSchedule("recipe", recipe.schedule);
  requireNetwork(recipe.model, kind);
  requirePossible(method, recipe, kind);
  return recipe;
}

type DataFields = Pick<Recipe, "source" | "testFraction" | "profile" | "keep" | "testProfile" | "ratio"> &
  Pick<Recipe, "maxPerClass" | "text">;

/** What is trained and tested on. */
function dataFields(kind: InputKind, options: RecipeOptions, holds: Usual): DataFields {
  const { source, keep, testProfile } = options;
  const profile = oneOf("profile", options.profile ?? holds.profile, recipeProfiles);
  const text = textOptions(kind, { ...holds.text, ...options.text });
  const cutToRatio = profile === "longtail" || profile === "step";
  if (!cutToRatio) requireNoCut(profile, options);
  requireNoTestSplit(options);
  return {
    ...(source && { source }),
    ...(source && !source.testPaths && { testFraction: part("testFraction", options.testFraction ?? 0.2) }),
    profile,
    ...(keep && Object.keys(keep).length > 0 && { keep }),
    ...(testProfile && { testProfile: checkedTestProfile(testProfile) }),
    ratio: cutToRatio ? atLeast("ratio", options.ratio ?? 100, 1) : 1,
    maxPerClass: options.maxPerClass == null ? null : whole("maxPerClass", options.maxPerClass, 1),
    ...(Object.keys(text).length > 0 && { text }),
  };
}

type CourseFields = Pick<Recipe, "epochs" | "batchSize" | "schedule" | "optimizer" | "momentum"> &
  Pick<Recipe, "weightDecay" | "precision" | "seed">;

/** How long, and by which steps. */
function courseFields(options: RecipeOptions, holds: Usual): CourseFields {
  const epochs = whole("epochs", options.epochs ?? holds.epochs, 1);
  const optimizer = oneOf("optimizer", options.optimizer ?? holds.optimizer, optimizers);
  const momentum = share("momentum", options.momentum ?? usualMomentum);
  requireMomentumRead(optimizer, momentum);
  return {
    epochs,
    batchSize: whole("batchSize", options.batchSize ?? holds.batchSize, 1),
    schedule: options.schedule ?? usualSchedule(holds, { epochs, optimizer }),
    ...((optimizer !== "sgd" || holds.optimizer !== "sgd") && { optimizer }),
    momentum,
    weightDecay: atLeast("weightDecay", options.weightDecay ?? holds.weightDecay, 0),
    precision: oneOf("precision", options.precision ?? "fp32", precisions),
    seed: whole("seed", options.seed ?? 0, 0),
  };
}

/** How the epoch is chosen. */
function protocolFields(options: RecipeOptions): Pick<Recipe, "protocol" | "validationFraction"> {
  const protocol = oneOf("protocol", options.protocol ?? "honest", protocols);
  const usual = protocol === "paper" ? 0 : 0.1;
  const validationFraction = share("validationFraction", options.validationFraction ?? usual);
  if (protocol !== "paper" || validationFraction === 0) return { protocol, validationFraction };
  const advice = "The paper's protocol chooses the epoch on the test set.";
  throw expected("recipe", "validationFraction", "to be 0 with protocol paper", validationFraction, advice);
}

/** The kind of a recipe's data. */
export function inputKindOf({ source, dataset }: Pick<Recipe, "source" | "dataset">): InputKind {
  return source?.kind ?? datasetFacts(dataset).kind;
}

/** What holds for a recipe's data where nothing is asked for. */
export function usualOf(recipe: Pick<Recipe, "source" | "dataset" | "model">): Usual {
  const { source, dataset, model } = recipe;
  return usualFor(inputKindOf(recipe), { model, dataset: source ? undefined : dataset });
}

/** A method with the options that were asked for, and the usual ones that it has. */
function methodWith(
  name: string,
  usualOptions: Usual["methodOptions"] = {},
  asked: MethodOptions | undefined = {},
): Method {
  const method = methodOf(name);
  // Re-balancing begins when the data set's rate drops; a last layer that is trained alone has a rate of its own.
  const lastLayerAlone = method.then?.trainable !== undefined;
  const fits = (option: string): boolean =>
    Object.hasOwn(method.options, option) && !(option === "deferAt" && lastLayerAlone);
  const its = Object.entries(usualOptions).filter(([option]) => fits(option));
  return methodOf(name, { ...Object.fromEntries(its), ...asked });
}
