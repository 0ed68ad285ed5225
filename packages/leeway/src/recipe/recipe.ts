import { datasetFacts, type InputKind, requireNetwork, requireReaderOptions } from "../catalogue/index.ts";
import { expected } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { type Method, methodOf, type MethodOptions, ownBalance } from "../methods/index.ts";
import { defaultSelection } from "../metrics/index.ts";
import { type Defaults, defaultsFor, defaultMomentum, weighedMethod } from "./defaults.ts";
import type { Protocol, Recipe } from "./fields.ts";
import { requestedMethod } from "./requested-method.ts";
import { requestedSchedule, type ScheduleOptions } from "./requested-schedule.ts";
import {
  requireBackbone,
  requireFold,
  requireInit,
  requireMomentumRead,
  requireNesterov,
  requireNoCut,
  requireNoTestSplit,
  requestedSelection,
  requireOneValidation,
  requirePatienceSeen,
  requirePossible,
  requireTextOptions,
} from "./requirements.ts";
import { optionsSchema } from "./schemas.ts";

/** A method's options as they are requested: a deferral may be an epoch. */
export interface RequestedMethodOptions extends Omit<MethodOptions, "deferAt"> {
  /** The share of the epochs before the second stage; or its first epoch, as such or as a whole number above 1. */
  readonly deferAt?: number | { readonly epoch: number };
}

/** What may be requested of a recipe; the rest are defaults. */
export interface RecipeOptions
  extends Partial<Omit<Recipe, "methodOptions" | "dataset" | "schedule">>, ScheduleOptions {
  readonly methodOptions?: RequestedMethodOptions;
  /** How many training examples custom data has: its default length depends on it. */
  readonly examples?: number;
}

/**
 * The default recipe of a data set with what was requested in its place. For images it is the paper's: SGD with
 * momentum 0.9 and weight decay 2e-4, batches of 128, learning rate 0.1, schedule and deferral scaled from 200 epochs.
 *
 * @param dataset a name of the catalogue, or with `source` any name
 * @throws ArgumentError naming the option that is impossible
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4 and the authors' code
 */
export function recipeFor(dataset: string, options: RecipeOptions = {}): Recipe {
  const { error } = optionsSchema.safeParse(options);
  if (error) throw schemaFault("recipe", error, { value: options, schema: optionsSchema });
  const { source, keepNegatives = 1 } = options;
  // Where a class is nearly all of the data, as many are left.
  const examples = options.examples && Math.ceil(keepNegatives * options.examples);
  if (source) requireReaderOptions(source);
  const dataKind = source?.kind ?? datasetFacts(dataset).kind;
  requireBackbone(options, dataKind);
  const kind = options.backbone === undefined ? dataKind : "embedding";
  const model = options.model ?? options.init?.model;
  const initialised = options.init !== undefined;
  const network = { ...(model !== undefined && { model }), initialised };
  const ofData = source ? { examples } : { dataset };
  const own = defaultsFor(kind, { ...network, ...(options.backbone === undefined ? ofData : { examples }) });
  // Class sizes are cut as those of the images or texts themselves.
  const { profile } = defaultsFor(dataKind, ofData);
  const defaults = options.backbone === undefined ? own : { ...own, profile };
  const epochs = options.epochs ?? epochsOf(kind, options, defaults);
  const method = methodFor(options, defaults, epochs);
  const recipe: Recipe = {
    dataset,
    ...dataFields(kind, options, defaults),
    method: method.name,
    methodOptions: method.options,
    ...weightFields(options),
    model: model ?? defaults.model,
    ...initFields(options, epochs),
    epochs,
    ...trainingFields(options, defaults, epochs),
    ...protocolFields(options),
    ...(options.calibration !== undefined && { calibration: options.calibration }),
  };
  requireNetwork(recipe.model, kind);
  requirePossible(method, recipe, kind);
  return recipe;
}

/** The default length; not by the size of the data where drops of the rate are requested, which tell of their own. */
function epochsOf(kind: InputKind, { schedule, source, init }: RecipeOptions, defaults: Defaults): number {
  if (source === undefined || schedule?.decays === undefined) return defaults.epochs;
  return defaultsFor(kind, { model: defaults.model, initialised: init !== undefined }).epochs;
}

type InitFields = Pick<Recipe, "init" | "backboneLr" | "layerDecay" | "freezeEpochs" | "batchNorm">;

/** What the network begins from, and how fast which layers move away from there. */
function initFields(options: RecipeOptions, epochs: number): InitFields {
  const { init, backboneLr = 1, layerDecay = 1, freezeEpochs = 0, batchNorm } = options;
  requireInit(options, epochs);
  return {
    ...(init && { init }),
    ...(backboneLr !== 1 && { backboneLr }),
    ...(layerDecay !== 1 && { layerDecay }),
    ...(freezeEpochs !== 0 && { freezeEpochs }),
    ...(batchNorm === "learning" && { batchNorm }),
  };
}

type DataFields = Pick<Recipe, "source" | "backbone" | "testFraction" | "fold" | "profile" | "keep"> &
  Pick<Recipe, "keepNegatives"> &
  Pick<Recipe, "testProfile" | "ratio" | "maxPerClass" | "normalize" | "text">;

/** What is trained and tested on. */
function dataFields(kind: InputKind, options: RecipeOptions, defaults: Defaults): DataFields {
  const { source, fold, keep, keepNegatives, testProfile, profile = defaults.profile } = options;
  const { normalize = "standardize" } = options;
  if (normalize !== "standardize" && kind !== "embedding") {
    throw expected(
      "recipe",
      "normalize",
      "not to be set for data other than embeddings",
      normalize,
      "Leave it out.",
    );
  }
  const text = { ...defaults.text, ...options.text };
  requireTextOptions(text, kind, defaults.model);
  const cutToRatio = profile === "longtail" || profile === "step";
  if (!cutToRatio) requireNoCut(profile, options);
  requireNoTestSplit(options);
  requireFold(options);
  return {
    ...(source && { source }),
    ...(options.backbone && { backbone: options.backbone }),
    ...(source && !source.testPaths && !fold && { testFraction: options.testFraction ?? 0.2 }),
    ...(fold && { fold }),
    profile,
    ...(keep && Object.keys(keep).length > 0 && { keep }),
    ...(keepNegatives !== undefined && { keepNegatives }),
    ...(testProfile && { testProfile }),
    ratio: cutToRatio ? (options.ratio ?? 100) : 1,
    maxPerClass: options.maxPerClass ?? null,
    ...(normalize !== "standardize" && { normalize }),
    ...(Object.keys(text).length > 0 && { text }),
  };
}

type WeightFields = Pick<Recipe, "classWeight" | "weightPower" | "minPerBatch"> &
  Pick<Recipe, "biasInit" | "headInit" | "headPrompt">;

/** What classes weigh, and have of every batch, beside the method. */
function weightFields({
  classWeight,
  weightPower,
  minPerBatch,
  biasInit,
  headInit,
  headPrompt,
}: RecipeOptions): WeightFields {
  return {
    ...(classWeight && Object.keys(classWeight).length > 0 && { classWeight }),
    ...(weightPower !== undefined && { weightPower }),
    ...(minPerBatch && Object.keys(minPerBatch).length > 0 && { minPerBatch }),
    ...(biasInit === "prior" && { biasInit }),
    ...(headInit !== undefined && headInit !== "random" && { headInit }),
    ...(headPrompt !== undefined && { headPrompt }),
  };
}

type TrainingFields = Pick<Recipe, "batchSize" | "schedule" | "optimizer" | "momentum" | "nesterov"> &
  Pick<Recipe, "weightDecay" | "augment" | "averageDecay" | "precision" | "syncBatchNorm" | "seed">;

/** By which steps. */
function trainingFields(options: RecipeOptions, defaults: Defaults, epochs: number): TrainingFields {
  const { optimizer = defaults.optimizer, momentum = defaultMomentum, nesterov = false } = options;
  const { augment = "none", averageDecay = 0 } = options;
  requireMomentumRead(optimizer, momentum);
  if (nesterov) requireNesterov(optimizer, momentum);
  return {
    batchSize: options.batchSize ?? defaults.batchSize,
    schedule: requestedSchedule(options, { defaults, epochs, optimizer }),
    ...((optimizer !== "sgd" || defaults.optimizer !== "sgd") && { optimizer }),
    momentum,
    ...(nesterov && { nesterov }),
    weightDecay: options.weightDecay ?? defaults.weightDecay,
    ...(augment !== "none" && { augment }),
    ...(averageDecay > 0 && { averageDecay }),
    precision: options.precision ?? "fp32",
    ...(options.syncBatchNorm !== undefined && { syncBatchNorm: options.syncBatchNorm }),
    seed: options.seed ?? 0,
  };
}

/** How the epoch is chosen, and whether training ends once no better one comes. */
function protocolFields(
  options: RecipeOptions,
): Pick<Recipe, "protocol" | "validationFraction" | "selectBy" | "patience"> {
  const protocol: Protocol = options.protocol ?? "honest";
  const byDefault = protocol === "paper" || options.source?.validationPaths ? 0 : 0.1;
  const { validationFraction = byDefault, patience } = options;
  requireOneValidation(options, { protocol, validationFraction });
  requirePatienceSeen(options, { protocol, validationFraction });
  if (protocol === "paper" && validationFraction !== 0) {
    const advice = "The paper's protocol chooses the epoch on the test set.";
    throw expected("recipe", "validationFraction", "to be 0 with protocol paper", validationFraction, advice);
  }
  const selectBy = requestedSelection(options, protocol);
  return {
    protocol,
    validationFraction,
    ...(selectBy !== defaultSelection && { selectBy }),
    ...(patience !== undefined && { patience }),
  };
}

/** The method with the options that were requested, and the defaults of the data that it has. */
function methodFor(options: RecipeOptions, defaults: Defaults, epochs: number): Method {
  const { name, methodOptions } = requestedMethod(options, {
    epochs,
    method: defaultMethod(options, defaults),
  });
  const method = methodOf(name);
  // Re-balancing begins when the data set's rate drops; a last layer that is trained alone has a rate of its own.
  const lastLayerAlone = method.then?.trainable !== undefined;
  const fits = (option: string): boolean =>
    Object.hasOwn(method.options, option) && !(option === "deferAt" && lastLayerAlone);
  const its = Object.entries(defaults.methodOptions ?? {}).filter(([option]) => fits(option));
  return methodOf(name, { ...Object.fromEntries(its), ...methodOptions });
}

/** The data's default method; a plain one where class weights are given and that one balances without them. */
function defaultMethod({ classWeight, weightPower }: RecipeOptions, { method }: Defaults): string {
  const isWeighed = classWeight !== undefined || weightPower !== undefined;
  return isWeighed && ownBalance(methodOf(method)) !== undefined ? weighedMethod : method;
}

/** The kind of what a recipe's network is given: vectors, where a backbone makes them of its data. */
export function inputKindOf(recipe: Pick<Recipe, "source" | "dataset" | "backbone">): InputKind {
  return recipe.backbone === undefined ? dataKindOf(recipe) : "embedding";
}

/** The kind of a recipe's data, whatever a backbone makes of it. */
export function dataKindOf({ source, dataset }: Pick<Recipe, "source" | "dataset">): InputKind {
  return source?.kind ?? datasetFacts(dataset).kind;
}
