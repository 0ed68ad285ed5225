import { noGrad, scope, tensor } from "@leeway/torch";
import { datasetEntry } from "../data/index.ts";
import { type Method, methodOf } from "../methods/index.ts";
import { random } from "../random.ts";
import { recipeText } from "../records/index.ts";
import { expectedCounts, type Recipe, testPriorClasses } from "../recipe/index.ts";

/** What a method does in training before an epoch, in forms that can be compared: equal ones give the same bits. */
export interface FirstStage {
  readonly stage: string;
  readonly "last layer": string;
  readonly regulariser: string;
  readonly loss: string;
}

/**
 * A method's training before an epoch, for these class counts.
 *
 * Losses are functions: two are taken for the same where they agree to the bit on logits drawn for the purpose, and
 * have the same test prior, the one parameter that may concern a single class, which is no target among so few rows.
 *
 * @param until the epoch, and how many the run has
 */
export function firstStage(
  method: Method,
  counts: readonly number[],
  until: { readonly epoch: number; readonly epochs: number },
): FirstStage {
  const stages = method
    .stages(counts, until.epochs)
    .filter(({ fromEpoch }) => fromEpoch < until.epoch)
    .map((stage) => ({
      ...stage,
      classWeights: [...stage.classWeights],
      samplingOdds: [...stage.samplingOdds],
    }));
  return {
    stage: JSON.stringify(stages),
    // Until a stage trains its scales, which `stage` would tell, a scaled layer is a linear one.
    "last layer": method.classifier === "scaled-linear" ? "linear" : method.classifier,
    regulariser: JSON.stringify(method.regularisers ?? {}),
    loss: JSON.stringify([method.options["testPrior"] ?? null, lossValues(method, counts)]),
  };
}

/** What differs between two methods' training, or null where nothing does. */
export function firstStageDifference(one: FirstStage, other: FirstStage): keyof FirstStage | null {
  const parts = ["stage", "last layer", "regulariser", "loss"] as const;
  return parts.find((part) => one[part] !== other[part]) ?? null;
}

/**
 * The epoch before which a run keeps its state for others: the first decay of the learning rate, or the method's
 * own second stage where that comes earlier; null where there is neither.
 *
 * @param stages of the run's method
 */
export function forkEpoch(
  { schedule, epochs }: Pick<Recipe, "schedule" | "epochs">,
  stages: readonly { readonly fromEpoch: number }[],
): number | null {
  const decay = schedule.decays[0]?.fromEpoch ?? epochs;
  const epoch = Math.min(decay, stages[1]?.fromEpoch ?? epochs);
  return epoch > 0 && epoch < epochs ? epoch : null;
}

/** The first stage of a recipe: recipes with the same `key` share it, up to `epoch`. */
export interface SharedStage {
  readonly key: string;
  /** The first epoch that is not shared. */
  readonly epoch: number;
  /** What is done to logits when they are read: evaluations in the shared epochs are those of methods with the same. */
  readonly posthoc: string;
}

/** Classes that losses are compared on where nobody knows how many there are before the data is read. */
const anyClasses = 10;

/** The first stage of a recipe; null where it has no second one. */
export function sharedStage(recipe: Recipe): SharedStage | null {
  const method = methodOf(recipe.method, recipe.methodOptions);
  // Where counts are only known once the data is read, any unequal ones tell methods apart.
  const known = recipe.source === undefined ? datasetEntry(recipe.dataset).classes : testPriorClasses(recipe);
  const counts = expectedCounts(recipe) ?? Array.from({ length: known ?? anyClasses }, (_, j) => j + 1);
  const epoch = forkEpoch(recipe, method.stages(counts, recipe.epochs));
  if (epoch === null) return null;
  const rest = recipeText({ ...recipe, method: "any", methodOptions: {} });
  const stage = firstStage(method, counts, { epoch, epochs: recipe.epochs });
  return {
    key: JSON.stringify([rest, epoch, stage]),
    epoch,
    posthoc: JSON.stringify(method.posthoc ?? {}),
  };
}

/** Rows of logits on which losses are compared. */
const rows = 64;

function lossValues(method: Method, counts: readonly number[]): number[] {
  const classes = counts.length;
  const from = random(0, "first stage");
  // Every second row of cosines, the others of plain logits.
  const logits = Float32Array.from(
    { length: rows * classes },
    (_, i) => (2 * from.uniform() - 1) * (Math.floor(i / classes) % 2 === 0 ? 1 : 8),
  );
  const targets = Int32Array.from({ length: rows }, (_, i) =>
    classes < rows ? i % classes : Math.floor((i * classes) / rows),
  );
  return scope(() =>
    noGrad(() =>
      method
        .loss(counts)(tensor(logits, [rows, classes]), tensor(targets, undefined, { dtype: "int64" }))
        .toNumbers(),
    ),
  );
}
