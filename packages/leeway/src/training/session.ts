import {
  type distributed,
  emptyCache,
  Generator,
  manualSeed,
  optim,
  scope,
  setReproducible,
} from "@leeway/torch";
import type { Dataset, DataSplits, Preparation } from "../data/index.ts";
import { expected } from "../errors.ts";
import { type Loss, lossOf } from "../losses/index.ts";
import {
  givenWeights,
  imageRegulariser,
  type Method,
  methodOf,
  type Stage,
  stageAt,
  stagesOf,
} from "../methods/index.ts";
import { buildModel, type Model } from "../models/index.ts";
import { random } from "../random.ts";
import { cosineRate, learningRate, type Recipe } from "../recipe/index.ts";
import { branchOf } from "./branch-of.ts";
import { beginNarrow, type ContrastiveBranch } from "./contrastive-branch.ts";
import { parameterGroups } from "./parameter-groups.ts";
import { beginAtPrior } from "./prior-bias.ts";
import type { Position } from "./progress.ts";
import { Ranks } from "./ranks.ts";

/** The data of a run: what is trained on, what chooses the epoch (null for nothing), what is reported on. */
export interface RunData extends DataSplits {
  /** n_j of `train`, length K. */
  readonly counts: readonly number[];
  /** n_j before the most frequent class was thinned for training: what probabilities aim at. Absent where it was not. */
  readonly unthinnedCounts?: readonly number[];
  /** How examples became numbers, where that was learned from `train`. */
  readonly preparation?: Preparation;
  /** Whether the test is a part of custom data that the seed chose. */
  readonly testHeldOut?: boolean;
  /** False where custom data has a validation split of its own. */
  readonly validationHeldOut?: boolean;
  /** Where a last layer of cosines begins, in place of the training examples: an example or more of every class. */
  readonly heads?: Dataset;
  /** What a person should know of what was read. */
  readonly notes?: readonly string[];
}

/** A recipe made real: its data, its network and what trains it. */
export interface Session {
  readonly recipe: Recipe;
  readonly data: RunData;
  readonly method: Method;
  readonly stages: readonly Stage[];
  /** The stage it is in, and that stage's loss: {@link setStage} sets both. */
  stage: Stage;
  loss: Loss;
  readonly model: Model;
  /** What further views of its examples are trained for; null where the method takes none. */
  readonly branch: ContrastiveBranch | null;
  readonly optimizer: optim.Optimizer;
  /** The average of its weights, which is what is measured and kept; null where the weights themselves are. */
  readonly average: optim.WeightAverage | null;
  /** Where it computes: "cpu", "cuda", "cuda:1". */
  readonly device: string;
  /** The ranks that train it together; null for a process by itself. */
  readonly ranks: Ranks | null;
}

/** Where and how to compute. */
export interface ComputeOptions {
  /** "cpu" by default; "cuda", "cuda:1", … where libtorch has it. */
  readonly device?: string | undefined;
  /** Whether a GPU gives the same bits in every run, as the CPU always does; by default it does. */
  readonly reproducible?: boolean | undefined;
  /** The processes that train together, all of which start the same session; by default this one trains by itself. */
  readonly group?: distributed.ProcessGroup | null | undefined;
}

/** How a session is started. */
export interface SessionOptions extends ComputeOptions {
  /** Puts the state of another session into it. */
  readonly load?: ((session: Session) => void) | undefined;
}

/**
 * The network, loss and optimizer of a recipe for its data, seeded. Who starts a session owns it, and ends it with
 * {@link endSession}; nobody else frees a part of it.
 *
 * @throws ArgumentError if the recipe's model or regularisers are not for this kind of data
 * @throws what `load` throws; the session is ended then
 */
export function startSession(
  recipe: Recipe,
  data: RunData,
  { device = "cpu", reproducible = true, group = null, load }: SessionOptions = {},
): Session {
  const method = methodOf(recipe.method, recipe.methodOptions);
  const { input } = data.train;
  const ofImages = imageRegulariser(method);
  if (input.kind !== "image" && ofImages !== undefined) {
    const value = method.regularisers[ofImages];
    throw expected("recipe", ofImages, "to be 0 for data other than images", value);
  }
  if (method.contrast && group !== null && group.size > 1) {
    const what = "to be one that ranks can share: its contrast is of whole batches";
    throw expected("recipe", "method", what, method.name, "Train it as one process.");
  }
  if (device !== "cpu") setReproducible(reproducible);
  manualSeed(recipe.seed);
  const model = networkOf(recipe, data, method);
  if (recipe.init && recipe.batchNorm !== "learning") model.freezeStatistics();
  if (device !== "cpu") model.to({ device });
  const seed = seedOf(recipe.seed, "projection");
  const branch = branchOf(method.contrast, model, { seed, device });
  const given = givenWeights(recipe, data.train.classNames);
  const stages = stagesOf(method, data.counts, recipe.epochs, { given });
  const [stage] = stages;
  const session = {
    recipe,
    data,
    method,
    stages,
    stage,
    loss: lossOf(stage.loss),
    model,
    branch,
    optimizer: optimizerOf(recipe, model, branch),
    average: averageOf(recipe, model),
    device,
    ranks: group === null || group.size === 1 ? null : new Ranks(group, recipe, model),
  };
  if (recipe.biasInit === "prior") beginAtPrior(session, stage);
  session.average?.reset();
  try {
    load?.(session);
  } catch (error) {
    endSession(session);
    throw error;
  }
  return session;
}

/** A seed for libtorch's numbers of one purpose, 31 bits. */
function seedOf(seed: number, ...purpose: readonly (string | number)[]): number {
  return random(seed, ...purpose).below(2 ** 31);
}

/** A network with its initial values. */
function networkOf(recipe: Recipe, data: RunData, { classifier, contrast }: Method): Model {
  // In a scope, because what initial values are computed from would else wait for the garbage collector.
  return scope(() => {
    const model = buildModel(recipe.model, {
      input: data.train.input,
      classes: data.counts.length,
      classifier,
      stem: recipe.init?.stem,
      generator: new Generator(recipe.seed),
    });
    if (contrast) beginNarrow(model.classifier, new Generator(seedOf(recipe.seed, "last layer")));
    return model;
  });
}

function averageOf({ averageDecay: decay = 0 }: Recipe, model: Model): optim.WeightAverage | null {
  return decay === 0 ? null : new optim.WeightAverage(model.stateDict(), { decay });
}

function optimizerOf(recipe: Recipe, model: Model, branch: ContrastiveBranch | null): optim.Optimizer {
  const { optimizer, momentum, nesterov = false, weightDecay, schedule } = recipe;
  const ofBranch = branch?.parameters() ?? [];
  const parameters = recipe.init
    ? [...parameterGroups(model, recipe), ...(branch ? [{ parameters: ofBranch }] : [])]
    : [...model.parameters(), ...ofBranch];
  const lr = schedule.base;
  if (optimizer === "adam") return new optim.Adam(parameters, { lr, weightDecay });
  if (optimizer === "adamw") return new optim.AdamW(parameters, { lr, weightDecay });
  return new optim.SGD(parameters, { lr, momentum, nesterov, weightDecay });
}

/**
 * Sets a session to the stage, the learning rate and the random numbers of the epoch of a position. At the beginning of
 * a stage the last layer may start anew.
 */
export function beginEpoch(session: Session, { epoch, batch, rollbacks }: Position): void {
  const { recipe, stages, optimizer } = session;
  const stage = stageAt(stages, epoch);
  if (epoch === stage.fromEpoch && batch === 0) enterStage(session, stage);
  else setStage(session, stage);
  if (stage.trainable === undefined) beginFrozen(session, { epoch, batch });
  session.branch?.beginEpoch(epoch);
  // What libtorch draws follows from the epoch, too; within it, from the generator's state, which checkpoints hold.
  if (batch === 0) manualSeed(seedOf(recipe.seed, "dropout", epoch));
  optimizer.lr = rateOf(session, epoch) * 0.5 ** rollbacks;
}

/** Lets the last layer learn alone in the first epochs of a network that was trained before, and then all. */
function beginFrozen(
  { model, optimizer, recipe }: Session,
  { epoch, batch }: Pick<Position, "epoch" | "batch">,
): void {
  const { freezeEpochs = 0 } = recipe;
  if (epoch < freezeEpochs) model.learn("weights");
  // As at the beginning of a stage: what is remembered of the last layer is no start for all.
  else if (epoch === freezeEpochs && epoch > 0 && batch === 0) optimizer.reset();
}

/**
 * Seeds what libtorch draws in a step of several ranks: each has numbers of its own, which follow from the step, so that
 * none need be saved of them.
 */
export function seedStep(
  { recipe, ranks }: Session,
  { epoch, batch }: Pick<Position, "epoch" | "batch">,
): void {
  if (ranks === null) return;
  manualSeed(seedOf(recipe.seed, "dropout", epoch, batch, "rank", ranks.group.rank));
}

/** The learning rate of an epoch: along the stage's own cosine where it has one, else by the recipe's schedule. */
function rateOf({ recipe, stages, stage }: Session, epoch: number): number {
  const { fromEpoch, rateFactor } = stage;
  if (rateFactor === undefined) return learningRate(recipe.schedule, epoch);
  const until = stages[stages.indexOf(stage) + 1]?.fromEpoch ?? recipe.epochs;
  return cosineRate(rateFactor * recipe.schedule.base, (epoch - fromEpoch) / (until - fromEpoch));
}

/** Sets a session to a stage at its beginning, where velocities are forgotten and the last layer may start anew. */
export function enterStage(session: Session, stage: Stage): void {
  const { model, optimizer, recipe, stages } = session;
  setStage(session, stage);
  if (stage.trainable === undefined && !stage.restart) return;
  optimizer.reset(); // velocities of the stage before would push what has stopped, or what is new
  if (!stage.restart) return;
  const seed = seedOf(recipe.seed, "restart", stages.indexOf(stage));
  scope(() => {
    model.classifier.resetParameters(new Generator(seed));
  });
  if (recipe.biasInit === "prior") beginAtPrior(session, stage);
  session.average?.reset(); // a new layer has nothing of the old one
}

/**
 * Sets a session to a stage, also in its middle: its loss, and what learns. The network's values and
 * what the optimizer remembers stay as they are.
 */
export function setStage(session: Session, stage: Stage): void {
  if (session.stage !== stage) {
    session.stage = stage;
    session.loss = lossOf(stage.loss);
  }
  // Also where everything learns: a run that was rolled back may come from a stage in which features rest.
  session.model.learn(stage.trainable ?? "all", { shiftStatistics: stage.shiftStatistics ?? false });
}

/** Frees what a session holds: the network, what is trained beside it, and what the optimizer remembers. */
export function endSession({ model, branch, optimizer, average, device, ranks }: Session): void {
  ranks?.dispose();
  model.dispose();
  branch?.dispose();
  optimizer.dispose();
  average?.dispose();
  if (device !== "cpu") emptyCache(device); // what follows may be another program's
}
