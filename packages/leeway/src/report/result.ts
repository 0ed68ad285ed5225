import { unseenStage } from "../analysis/index.ts";
import type { ShotGroup } from "../imbalance/index.ts";
import type { RecipeRecord, RunRecord, Summary } from "../records/index.ts";

/** A run that has ended: its folder and its records. */
export interface EndedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly summary: Summary;
}

/** What `leeway train --json` prints: one object. The metrics are null where the run stopped before the test set. */
export interface RunResult {
  /** The run's folder. */
  readonly run: string;
  readonly method: string;
  readonly dataset: string;
  readonly profile: RecipeRecord["profile"];
  readonly ratio: number;
  readonly seed: number;
  readonly protocol: "paper" | "honest";
  readonly selectedBy: Summary["selectedBy"];
  readonly status: Summary["status"];
  /** Epochs done. */
  readonly epochs: number;
  /** Of the examples trained on. */
  readonly fingerprint: string;
  readonly topOne: number | null;
  readonly topFive: number | null;
  readonly balancedAccuracy: number | null;
  readonly perClass: readonly (number | null)[] | null;
  readonly classNames: readonly string[];
  readonly shotGroups: Readonly<Record<ShotGroup, number | null>> | null;
  readonly worstClass: number | null;
  readonly gMean: number | null;
  readonly macroF1: number | null;
  readonly expectedCalibrationError: number | null;
  /** Of two classes: how well the rarer one is found; null otherwise. */
  readonly averagePrecision: number | null;
  readonly areaUnderRoc: number | null;
  /** Training alone. */
  readonly examplesPerSecond: number;
  readonly seconds: number;
  readonly best: Summary["best"];
  /** The epoch, from 0, at which the method's last stage began, where the best epoch came before it; else null. */
  readonly unseenStage: number | null;
  /** How often the run went back to a checkpoint, to go on at half the rate. */
  readonly rollbacks: number;
  /** Batches that were left out because their numbers were not finite. */
  readonly skipped: number;
}

/** The result of a run for a program. */
export function resultOf({ folder, record, summary }: EndedRun): RunResult {
  const { recipe, data } = record;
  const { test } = summary;
  return {
    run: folder,
    method: recipe.method,
    dataset: recipe.dataset,
    profile: recipe.profile,
    ratio: recipe.ratio,
    seed: recipe.seed,
    protocol: recipe.protocol,
    selectedBy: summary.selectedBy,
    status: summary.status,
    epochs: summary.epochs,
    fingerprint: data.fingerprint,
    topOne: test?.topOne ?? null,
    topFive: test?.topFive ?? null,
    balancedAccuracy: test?.balancedAccuracy ?? null,
    perClass: test?.perClass ?? null,
    classNames: data.classNames,
    shotGroups: test?.shotGroups ?? null,
    worstClass: test?.worstClass ?? null,
    gMean: test?.gMean ?? null,
    macroF1: test?.macroF1 ?? null,
    expectedCalibrationError: test?.expectedCalibrationError ?? null,
    averagePrecision: test?.detection?.averagePrecision ?? null,
    areaUnderRoc: test?.detection?.areaUnderRoc ?? null,
    examplesPerSecond: summary.imagesPerSecond,
    seconds: summary.seconds,
    best: summary.best,
    unseenStage: unseenStage(record, summary),
    rollbacks: summary.rollbacks ?? 0,
    skipped: summary.skipped ?? 0,
  };
}

/** The class recognised worst: its name and accuracy. */
export function worstClassOf(
  record: RunRecord,
  { test }: Summary,
): { readonly name: string; readonly accuracy: number | null } {
  const perClass = test?.perClass ?? [];
  const accuracy = test?.worstClass ?? null;
  return { name: record.data.classNames[perClass.indexOf(accuracy)] ?? "", accuracy };
}
