import { RunError } from "../../errors.ts";
import type { Examples } from "../examples.ts";
import type { Source } from "../source.ts";
import { fewNotes, splitNotes, splitSource } from "../split.ts";
import { heldOf } from "../subset.ts";
import { type RowWeights, weightNotes } from "../row-weights.ts";
import type { Finding } from "./findings.ts";

/** What is held out by default: of the recipe, which inspecting has none of. */
const byDefault = { testFraction: 0.2, validationFraction: 0.1 } as const;

interface ValidatedElsewhere {
  /** Whether the validation split has files of its own, which were not read. */
  readonly isValidated?: boolean;
}

/** What a split of examples would leave to judge by, and what training would refuse. */
export function splitFindings(
  source: Pick<Source, "train" | "test" | "validation" | "ties">,
  { isValidated = false }: ValidatedElsewhere = {},
): Finding[] {
  const validationFraction = isValidated ? 0 : byDefault.validationFraction;
  try {
    const parts = splitSource(source, { ...byDefault, validationFraction, seed: 0 });
    return splitNotes(parts, source).map((message) => ({ about: "split", message }));
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return [{ about: "no-split", message: error.message.replace(/\.$/, "") }];
  }
}

/** The same of data of which the counts are known, where nothing but the classes decides. */
export function countFindings(
  counts: {
    readonly classNames: readonly string[];
    readonly trainCounts: readonly number[];
    readonly testCounts: readonly number[] | null;
  },
  { isValidated = false }: ValidatedElsewhere = {},
): Finding[] {
  const { classNames, trainCounts } = counts;
  const { testFraction, validationFraction } = byDefault;
  const testCounts = counts.testCounts ?? trainCounts.map((count) => heldOf(count, testFraction, 2));
  const kept =
    counts.testCounts === null ? trainCounts.map((count, j) => count - testCounts[j]!) : trainCounts; // as many
  if (counts.testCounts === null && testCounts.filter((count) => count > 0).length < 2) {
    const message =
      "a test that is held out would have examples of one class alone: name a test split with --test, or add examples";
    return [{ about: "no-split", message }];
  }
  const validationCounts = isValidated ? null : kept.map((count) => heldOf(count, validationFraction, 1));
  return fewNotes({ classNames, testCounts, validationCounts }).map((message) => ({
    about: "split",
    message,
  }));
}

/** Examples that are nothing but classes: enough to split. */
export function bareExamples(rows: Pick<Examples, "name" | "classNames" | "labels" | "ids">): Examples {
  return {
    ...rows,
    select: (indices) =>
      bareExamples({
        ...rows,
        labels: Int32Array.from(indices, (i) => rows.labels[i]!),
        ids: Uint32Array.from(indices, (i) => rows.ids[i]!),
      }),
  };
}

/** What is noticed of the weights of training rows. */
export function weightFindings(train: Examples, weights: RowWeights | undefined): Finding[] {
  if (weights === undefined) return [];
  return weightNotes(train, weights).map((message) => ({ about: "weight", message }));
}
