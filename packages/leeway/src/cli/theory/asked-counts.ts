import { datasetEntry } from "../../data/index.ts";
import { RunError } from "../../errors.ts";
import { type Profile, profileCounts, profiles } from "../../imbalance/index.ts";
import { recipeFor } from "../../recipe/index.ts";
import type { TheoryFlags } from "../commands/theory.ts";
import { refuseStray, usageError } from "../options.ts";

/** Class counts, and how they are called. */
export interface AskedCounts {
  readonly title: string;
  readonly counts: readonly number[];
  /** The largest margin where none is given: the data set's own in training. */
  readonly usualMargin: number;
}

/** The class counts asked for, as given or as a data set has them: its files are not needed. */
export function askedCounts(flags: TheoryFlags): AskedCounts {
  const { counts, dataset } = flags;
  if (counts !== undefined) {
    refuseStray(flags, ["dataset", "profile", "ratio", "maxPerClass"], { where: "with --counts" });
    return { title: "Class counts", counts, usualMargin: 0.5 };
  }
  if (dataset === undefined) {
    throw new RunError("usage", "theory: expected --counts, --dataset or a run's folder, got nothing.");
  }
  const usual = recipeFor(dataset, { method: "ldam" });
  const profile = flags.profile ?? usual.profile;
  const { title } = datasetEntry(dataset);
  const usualMargin = Number(usual.methodOptions["maxMargin"]);
  return {
    title: profile === "natural" ? `${title}, as it is` : `${title}, profile ${profile}`,
    counts: profile === "natural" ? ownCounts(dataset, flags) : cutCounts(dataset, profile, flags),
    usualMargin,
  };
}

/** The class counts of a data set as it is published. */
function ownCounts(dataset: string, flags: TheoryFlags): number[] {
  refuseStray(flags, ["ratio", "maxPerClass"], {
    where: `for ${dataset} as it is`,
    advice: "Name a profile: --profile longtail.",
  });
  const { classes, trainSize, smallestClass } = datasetEntry(dataset);
  if (classes * smallestClass === trainSize) return new Array<number>(classes).fill(smallestClass);
  const advice = `Its own class sizes are only known once it is read: npx leeway inspect ${dataset}.`;
  throw usageError("--profile", profiles.join(", "), "none", advice);
}

function cutCounts(dataset: string, profile: Profile, flags: TheoryFlags): number[] {
  if (profile === "balanced") refuseStray(flags, ["ratio"], { where: "with --profile balanced" });
  const { classes, smallestClass } = datasetEntry(dataset);
  const { maxPerClass = smallestClass } = flags;
  if (maxPerClass > smallestClass) {
    const wanted = `at most ${smallestClass}, the examples of the smallest class`;
    throw usageError("--max-per-class", wanted, maxPerClass);
  }
  const ratio = profile === "balanced" ? 1 : (flags.ratio ?? 100);
  return profileCounts(profile, { classes, max: maxPerClass, ratio });
}
