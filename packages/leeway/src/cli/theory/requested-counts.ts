import { datasetFacts } from "../../catalogue/index.ts";
import { RunError } from "../../errors.ts";
import { defaultMaxMargin, type Profile, profileCounts, profiles } from "../../imbalance/index.ts";
import { recipeFor } from "../../recipe/index.ts";
import type { TheoryFlags } from "../commands/theory.ts";
import { refuseStray, usageError } from "../options.ts";

/** Class counts and their title. */
export interface RequestedCounts {
  readonly title: string;
  readonly counts: readonly number[];
  /** The default of the largest margin: the data set's in training. */
  readonly defaultMargin: number;
}

/** The requested class counts, from --counts or of a data set, whose files are not needed. */
export function requestedCounts(dataset: string | undefined, flags: TheoryFlags): RequestedCounts {
  const { counts } = flags;
  if (counts !== undefined) {
    if (dataset !== undefined)
      throw usageError("--counts", `none beside ${dataset}`, counts, "Leave it out.");
    refuseStray(flags, ["profile", "ratio", "maxPerClass"], { where: "with --counts" });
    return { title: "Class counts", counts, defaultMargin: defaultMaxMargin };
  }
  if (dataset === undefined) {
    throw new RunError("usage", "theory: expected a data set, --counts or the folder of a run, got nothing.");
  }
  const recipe = recipeFor(dataset, { method: "ldam" });
  const profile = flags.profile ?? recipe.profile;
  const { title } = datasetFacts(dataset);
  const defaultMargin = Number(recipe.methodOptions["maxMargin"]);
  return {
    title: profile === "natural" ? `${title}, as it is` : `${title}, profile ${profile}`,
    counts: profile === "natural" ? publishedCounts(dataset, flags) : profiledCounts(dataset, profile, flags),
    defaultMargin,
  };
}

/** The class counts of a data set as it is published. */
function publishedCounts(dataset: string, flags: TheoryFlags): number[] {
  refuseStray(flags, ["ratio", "maxPerClass"], {
    where: `for ${dataset} as it is`,
    advice: "Name a profile: --profile longtail.",
  });
  const { classes, trainSize, smallestClass } = datasetFacts(dataset);
  if (classes * smallestClass === trainSize) return new Array<number>(classes).fill(smallestClass);
  const advice = `Its own class sizes are only known once it is read: npx leeway inspect ${dataset}.`;
  throw usageError("--profile", profiles.join(", "), "none", advice);
}

function profiledCounts(dataset: string, profile: Profile, flags: TheoryFlags): number[] {
  if (profile === "balanced") refuseStray(flags, ["ratio"], { where: "with --profile balanced" });
  const { classes, smallestClass } = datasetFacts(dataset);
  const { maxPerClass = smallestClass } = flags;
  if (maxPerClass > smallestClass) {
    const what = `at most ${smallestClass}, the examples of the smallest class`;
    throw usageError("--max-per-class", what, maxPerClass);
  }
  const ratio = profile === "balanced" ? 1 : (flags.ratio ?? 100);
  return profileCounts(profile, { classes, max: maxPerClass, ratio });
}
