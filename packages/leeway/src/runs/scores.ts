import { existsSync, readFileSync } from "node:fs";
import { decodeSafetensors, encodeSafetensors, scope, type Tensor, tensor } from "@leeway/torch";
import type { Dataset } from "../data/index.ts";
import type { DataRecord } from "../records/index.ts";
import { type RunFolder, sha256, writeFileAtomically } from "../storage/index.ts";
import { readScores, type Session } from "../training/index.ts";
import { type TrainMargins, trainMargins } from "./train-margins.ts";

/** What the chosen network gives on the splits that a run is judged by. */
export interface RunScores {
  /** Null where nothing was held out. */
  readonly validation: SplitScores | null;
  readonly test: SplitScores;
  /** Absent in the files of older versions. */
  readonly train?: TrainMargins;
}

/** The scores of a split, N examples in its order. */
export interface SplitScores {
  /** Logits as the method reads them, [N, K] row by row: what `calibratedProbabilities` makes probabilities of. */
  readonly logits: Float32Array;
  /** True classes, [N]. */
  readonly labels: Int32Array;
  /** Where each example stands in its source, [N]; see `Examples`. */
  readonly ids: Uint32Array;
}

/** The scores of a finished run, in its folder. */
export const scoresFile = "scores.safetensors";

/** Bytes of a run's scores above which none are written: four million rows of two classes. */
export const maxScoresBytes = 64 * 2 ** 20;

/**
 * Evaluates a session's network on the validation split, where there is one, on the test split, and on as many training
 * examples as their margins need.
 *
 * @param signal ends the reading early, with an AbortError
 */
export async function evaluateSplits(
  session: Session,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RunScores> {
  const { validation, test } = session.data;
  const scoresOf = async (split: Dataset): Promise<SplitScores> => {
    const { scores } = await readScores(session, split, options);
    return { logits: scores, labels: split.labels, ids: split.ids };
  };
  return {
    validation: validation && (await scoresOf(validation)),
    test: await scoresOf(test),
    train: await trainMargins(session, options),
  };
}

/** What of a run's splits says how large its scores are. */
type SplitSizes = Pick<DataRecord, "validationSize" | "testSize" | "classNames">;

/** Bytes that a run's scores take in their file; 0 where they are more than {@link maxScoresBytes}, and none is written. */
export function scoresBytes({ validationSize, testSize, classNames }: SplitSizes): number {
  const bytes = (validationSize + testSize) * (4 * classNames.length + 4 + 8);
  return bytes <= maxScoresBytes ? bytes : 0;
}

/**
 * Writes `scores.safetensors`: `<split>.logits`, `.labels` and `.ids` of each split, `train.margins` and `train.labels`,
 * with the SHA-256 of the weights that gave them. Nothing where they are more than {@link maxScoresBytes}.
 *
 * @param model the bytes of `model.safetensors`
 */
export function writeScores(
  folder: RunFolder,
  scores: RunScores,
  { model, data }: { readonly model: Uint8Array; readonly data: SplitSizes },
): void {
  if (scoresBytes(data) === 0) return;
  const { classNames } = data;
  const metadata = { format: "pt", classes: JSON.stringify(classNames), model: sha256(model) };
  const bytes = scope(() => encodeSafetensors(tensorsOf(scores, classNames.length), metadata));
  writeFileAtomically(folder.file(scoresFile), bytes);
}

/**
 * Reads `scores.safetensors`.
 *
 * @param model the bytes of `model.safetensors`
 * @returns null where there is none, or it is not that of these weights and splits
 */
export function readScoresFile(
  path: string,
  { model, data }: { readonly model: Uint8Array; readonly data: SplitSizes },
): RunScores | null {
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  return scope(() => {
    const { tensors, metadata } = decoded(bytes) ?? {};
    if (tensors === undefined || metadata?.["model"] !== sha256(model)) return null;
    const classes = data.classNames.length;
    const test = splitIn(tensors, "test", { examples: data.testSize, classes });
    const validation = splitIn(tensors, "validation", { examples: data.validationSize, classes });
    if (test === null || (validation === null && data.validationSize > 0)) return null;
    const train = trainIn(tensors);
    return { validation, test, ...(train && { train }) };
  });
}

/** A damaged file is as good as none: the network can be evaluated again. */
function decoded(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> | null {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function splitIn(
  tensors: Readonly<Record<string, Tensor>>,
  split: string,
  { examples, classes }: { readonly examples: number; readonly classes: number },
): SplitScores | null {
  const [logits, labels, ids] = ["logits", "labels", "ids"].map((part) =>
    tensors[`${split}.${part}`]?.data(),
  );
  if (!(logits instanceof Float32Array && labels instanceof Int32Array && ids instanceof BigInt64Array))
    return null;
  const fits = logits.length === examples * classes && labels.length === examples && ids.length === examples;
  return fits ? { logits, labels, ids: Uint32Array.from(ids, Number) } : null;
}

function trainIn(tensors: Readonly<Record<string, Tensor>>): TrainMargins | null {
  const [margins, labels] = ["margins", "labels"].map((part) => tensors[`train.${part}`]?.data());
  const isWhole = margins instanceof Float32Array && labels instanceof Int32Array;
  return isWhole && margins.length === labels.length ? { margins, labels } : null;
}

function tensorsOf({ train, ...scores }: RunScores, classes: number): Record<string, Tensor> {
  const margins = train && { "train.margins": tensor(train.margins), "train.labels": tensor(train.labels) };
  const splits = Object.fromEntries(
    Object.entries(scores).flatMap(([split, read]: [string, SplitScores | null]) => {
      if (read === null) return [];
      const { logits, labels, ids } = read;
      return [
        [`${split}.logits`, tensor(logits, [labels.length, classes])],
        [`${split}.labels`, tensor(labels)],
        [`${split}.ids`, tensor(BigInt64Array.from(ids, BigInt))],
      ];
    }),
  );
  return { ...splits, ...margins };
}
