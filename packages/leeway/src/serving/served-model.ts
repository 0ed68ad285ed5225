import { realpathSync } from "node:fs";
import { basename, join } from "node:path";
import type { InputKind } from "../catalogue/index.ts";
import { exampleKind, examplesDataset } from "../data/index.ts";
import { isExported, openExported } from "../exported/index.ts";
import { namedPredictions, preparationFile, type Prediction } from "../inference/index.ts";
import { openPredictor, type PredictorOptions } from "../probes/index.ts";
import { priorCounts } from "../records/index.ts";
import { type Example, exampleOf, type ModelForm, modelForm } from "./model-form.ts";
import type { RequestedOptions } from "./requested-options.ts";

/** A run or an exported model as a service sees it. */
export interface ServedModel {
  /** The folder's name. */
  readonly name: string;
  readonly kind: InputKind;
  /** By label, length K. */
  readonly classNames: readonly string[];
  /** The class frequencies that probabilities have, length K, sum 1. */
  readonly shares: readonly number[];
  readonly form: ModelForm;
  /** Predicts examples of the model's kind, in their order; calls may overlap. */
  predict(
    examples: readonly Example[],
    options: Pick<RequestedOptions, "prior" | "decision">,
  ): Promise<readonly Prediction[]>;
  /**
   * Predicts an example of its own, so that what is damaged is found before clients come, and none waits for weights.
   *
   * @throws RunError with code "run" for weights that are not there, or do not fit
   */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** How a model is opened. */
export interface OpenOptions {
  /** Where a run computes, "cpu" by default; an exported model computes where onnxruntime does. */
  readonly device?: string | undefined;
  /** Processors that an exported model uses, by default all. */
  readonly threads?: number | undefined;
  /** Where the backbone of a run is now; by default where it was. An exported model has its own beside it. */
  readonly backbone?: string | undefined;
}

/**
 * Opens a trained run or an exported model for a service.
 *
 * @param path the run's folder, the link `latest`, or the folder of an exported model
 * @throws RunError with code "run" if there is neither, or what is there is damaged
 */
export async function openServed(
  path: string,
  { threads, ...options }: OpenOptions = {},
): Promise<ServedModel> {
  return isExported(path) ? servedExport(path, threads) : servedRun(path, options);
}

function servedRun(path: string, options: PredictorOptions): ServedModel {
  const predictor = openPredictor(path, options);
  const { run, recipe, preparation, classNames } = predictor;
  // Who gave a run vectors of files has vectors; who gave it images or texts with a backbone has those.
  const kind = recipe.backbone === undefined ? predictor.kind : exampleKind(preparation);
  const form = modelForm(kind, preparation.record, preparation.path);
  const toDataset = examplesDataset(preparation, recipe.source?.options);
  const predict: ServedModel["predict"] = async (examples, options) =>
    namedPredictions(await predictor.classify(await toDataset(examples), options), classNames);
  return {
    name: nameOf(run.path),
    ...{ kind, classNames, form, predict },
    shares: sharesOf(priorCounts(run.record.data)),
    warmUp: () => warmedUp(form, predict),
    close: () => predictor.close(),
  };
}

async function servedExport(path: string, threads: number | undefined): Promise<ServedModel> {
  const predictor = await openExported(path, {
    session: threads === undefined ? {} : { intraOpNumThreads: threads },
  });
  const { manifest, preparation, classNames } = predictor;
  const at = join(path, preparationFile);
  const kind = exampleKind({ kind: predictor.kind, record: preparation, path: at });
  const form = modelForm(kind, preparation, at);
  const predict: ServedModel["predict"] = (examples, options) => predictor.predict(examples, options);
  return {
    name: nameOf(path),
    ...{ kind, classNames, form, predict },
    shares: sharesOf(manifest.priorCounts),
    warmUp: () => warmedUp(form, predict),
    close: () => predictor.close(),
  };
}

/** The folder's own name, also where a link leads to it. */
function nameOf(path: string): string {
  return basename(realpathSync(path));
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => count / total);
}

async function warmedUp(form: ModelForm, predict: ServedModel["predict"]): Promise<void> {
  await predict([exampleOf(form)], { prior: undefined, decision: undefined });
}
