import { imbalanceRatio } from "../imbalance/index.ts";
import { type ClassRow, classTable } from "./class-table.ts";
import { type ExtremeRatio, extremeRatioOf } from "./extreme-ratio.ts";
import { recommend, type Recommendation, type RecommendationFacts } from "./recommendation.ts";

/** What labels and contents tell of data before anything is trained. */
interface InspectedData extends RecommendationFacts {
  readonly name: string;
  readonly classNames: readonly string[];
  /** n'_j of the test split; null where there is none of its own. */
  readonly testCounts: readonly number[] | null;
  /** What is suspicious; `about` names it for programs. */
  readonly findings: readonly { readonly about: string; readonly message: string }[];
}

/** How many examples of the rarest class training sees. */
interface RarestSeen {
  readonly name: string;
  readonly count: number;
  readonly batchSize: number;
  /** Expected in a batch, drawn as they are. */
  readonly perBatch: number;
  /** In an epoch. */
  readonly perEpoch: number;
  /** Expected in a batch when all classes are drawn alike. */
  readonly perBalancedBatch: number;
}

/** What an inspection needs to know of a recipe. */
interface InspectedRecipe {
  readonly batchSize: number;
  /** The network. */
  readonly model: string;
}

/** The whole look at a data set's imbalance. `Recipe` is what would be trained. */
export interface Inspection<Recipe extends InspectedRecipe = InspectedRecipe> extends Pick<
  InspectedData,
  "name" | "kind" | "findings"
> {
  readonly trainSize: number;
  readonly testSize: number | null;
  /** ρ over the classes that have examples. */
  readonly ratio: number;
  readonly classes: readonly ClassRow[];
  readonly rarest: RarestSeen;
  /** What helps where a class is one in a thousand or rarer; null elsewhere. */
  readonly extreme: ExtremeRatio | null;
  /** Why nothing can be trained; null where something can. */
  readonly obstacle: string | null;
  /** Null where there is an obstacle. */
  readonly recommendation: (Recommendation & { readonly recipe: Recipe }) | null;
}

/**
 * Looks at class counts as methods do, and recommends one.
 *
 * @param recipeOf the recipe of the data with a method
 */
export function inspectionOf<Recipe extends InspectedRecipe>(
  data: InspectedData,
  recipeOf: (method: string) => Recipe,
): Inspection<Recipe> {
  const { name, kind, classNames, trainCounts, testCounts, findings } = data;
  const present = trainCounts.filter((count) => count > 0);
  const classes = classTable({ counts: trainCounts, names: classNames, testCounts });
  const obstacle = obstacleOf(data);
  const recommended = obstacle === null ? recommend(data) : null;
  const recommendation = recommended && { ...recommended, recipe: recipeOf(recommended.method) };
  const trainSize = sum(trainCounts);
  const batchSize = Math.min(recommendation?.recipe.batchSize ?? 128, trainSize);
  const rarest = classes
    .filter(({ count }) => count > 0)
    .reduce((least, each) => (each.count < least.count ? each : least), firstPresent(classes));
  return {
    ...{ name, kind, trainSize, ratio: present.length < 2 ? 1 : imbalanceRatio(present), classes },
    testSize: testCounts && sum(testCounts),
    rarest: {
      ...{ name: rarest.name, count: rarest.count, batchSize, perEpoch: rarest.count },
      perBatch: (batchSize * rarest.count) / Math.max(1, trainSize),
      perBalancedBatch: batchSize / Math.max(1, present.length),
    },
    extreme: obstacle === null ? extremeRatioOf(trainCounts, batchSize) : null,
    ...{ findings, obstacle, recommendation },
  };
}

/** What training would refuse. */
function obstacleOf({ trainCounts, findings }: InspectedData): string | null {
  if (trainCounts.filter((count) => count > 0).length < 2) return "there must be two classes with examples";
  if (trainCounts.includes(0)) return "every class of the test needs an example to train";
  const about = findings.map((finding) => finding.about);
  if (about.includes("missing-label"))
    return "every row needs a class: fill it in, or leave such rows out with --unlabelled skip";
  const unsplit = findings.find((finding) => finding.about === "no-split");
  if (unsplit !== undefined) return unsplit.message;
  return about.includes("no-classes") ? "name the column of classes with --label" : null;
}

function firstPresent(classes: readonly ClassRow[]): ClassRow {
  return classes.find(({ count }) => count > 0) ?? classes[0]!; // data has classes
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
