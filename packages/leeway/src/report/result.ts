import { unseenStage } from "../analysis/index.ts";
import { imbalanceRatio } from "../imbalance/index.ts";
import { baseRate, type CalibrationKind, type Metrics } from "../metrics/index.ts";
import type { RecipeRecord, RunRecord, Summary } from "../records/index.ts";
import { type ClassResult, classResults } from "./class-results.ts";
import { judgementNotes } from "./judgement.ts";

/** A run that has ended: its folder and its records. */
export interface EndedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly summary: Summary;
}

type FromRecipe = "method" | "dataset" | "profile" | "seed" | "protocol";
type FromSummary = "selectedBy" | "status" | "epochs" | "seconds" | "best";
type Measured = Exclude<
  keyof Metrics,
  "confusion" | "meanProbability" | "classCalibration" | "detection" | "selection"
>;

/** What `leeway train --json` prints: one object. The metrics are null where the run stopped before the test set. */
export interface RunResult
  extends
    Pick<RecipeRecord, FromRecipe>,
    Pick<Summary, FromSummary>,
    Readonly<{ [Name in Measured]: Metrics[Name] | null }> {
  /** The run's folder. */
  readonly run: string;
  /** Examples of the largest class for one of the smallest, as trained on; where a profile cut them so, as requested. */
  readonly ratio: number;
  /** Of the examples trained on. */
  readonly fingerprint: string;
  readonly classNames: readonly string[];
  /** Every class: its examples in each split, precision, recall, F1 and mean probability. */
  readonly classes: readonly ClassResult[];
  /** Of two classes: how well the rarer one is found; null otherwise. */
  readonly averagePrecision: number | null;
  readonly areaUnderRoc: number | null;
  /** What average precision is of scores that say nothing: the share of the rarer class in the test split. */
  readonly baseRate: number | null;
  /** The metric that was selected by and its value on the test split; null for the default, balanced accuracy. */
  readonly selection: Metrics["selection"] | null;
  /** Whether patience ended the run before all epochs of its recipe. */
  readonly endedEarly: boolean;
  /** Training alone. */
  readonly examplesPerSecond: number;
  /** The epoch, from 0, at which the method's last stage began, where the best epoch came before it; else null. */
  readonly unseenStage: number | null;
  /** What makes probabilities of logits; null where nothing does. */
  readonly calibration: CalibrationKind | null;
  /** How often the run went back to a checkpoint, to go on at half the rate. */
  readonly rollbacks: number;
  /** Batches that were left out because their numbers were not finite. */
  readonly skipped: number;
  /** What the result cannot say, because the splits have no or few examples of a class: sentences. */
  readonly notes: readonly string[];
}

/** The result of a run for a program. */
export function resultOf({ folder, record, summary }: EndedRun): RunResult {
  const { method, dataset, profile, seed, protocol } = record.recipe;
  const { selectedBy, status, epochs, seconds, best, rollbacks = 0, skipped = 0 } = summary;
  const { fingerprint, classNames } = record.data;
  const test: Partial<Metrics> = summary.test ?? {};
  const { topOne = null, topFive = null, balancedAccuracy = null, perClass = null, shotGroups = null } = test;
  const { worstClass = null, gMean = null, macroF1 = null, expectedCalibrationError = null } = test;
  return {
    run: folder,
    ...{
      method,
      dataset,
      profile,
      ratio: ratioOf(record),
      seed,
      protocol,
      selectedBy,
      status,
      epochs,
      fingerprint,
    },
    ...{ topOne, topFive, balancedAccuracy, perClass, classNames, shotGroups },
    classes: classResults(record, summary),
    ...{ worstClass, gMean, macroF1, expectedCalibrationError },
    calibration: summary.calibration === undefined ? null : (summary.calibration.kind ?? "temperature"),
    averagePrecision: test.detection?.averagePrecision ?? null,
    areaUnderRoc: test.detection?.areaUnderRoc ?? null,
    baseRate: test.detection && summary.test ? baseRate(summary.test) : null,
    selection: test.selection ?? null,
    endedEarly: summary.endedEarly ?? false,
    examplesPerSecond: summary.imagesPerSecond,
    ...{ seconds, best, unseenStage: unseenStage(record, summary), rollbacks, skipped },
    notes: judgementNotes(record, summary),
  };
}

function ratioOf({ recipe: { profile, ratio }, data }: RunRecord): number {
  if (profile === "longtail" || profile === "step") return ratio;
  const present = data.trainCounts.filter((count) => count > 0);
  return present.length < 2 ? 1 : imbalanceRatio(present);
}

/** The class recognised worst: its name and accuracy. */
export function worstClassOf(
  record: RunRecord,
  { test }: Summary,
): { readonly name: string; readonly accuracy: number | null } {
  const perClass = test?.perClass ?? [];
  const accuracy = test?.worstClass ?? null;
  const label = accuracy === null ? -1 : perClass.indexOf(accuracy);
  return { name: record.data.classNames[label] ?? "", accuracy };
}
