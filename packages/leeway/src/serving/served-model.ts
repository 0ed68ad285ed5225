import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { InputKind } from "../catalogue/index.ts";
import { examplesDataset } from "../data/index.ts";
import { namedPredictions, type Prediction } from "../inference/index.ts";
import { openPredictor } from "../probes/index.ts";
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

/**
 * Opens a trained run for a service.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run, or its preparation cannot be read
 */
export function serveRun(
  path: string,
  { device }: { readonly device?: string | undefined } = {},
): ServedModel {
  const predictor = openPredictor(path, { device });
  const { run, recipe, preparation, classNames, kind } = predictor;
  const form = modelForm(kind, preparation.record, preparation.path);
  const toDataset = examplesDataset(preparation, recipe.source?.options);
  const predict: ServedModel["predict"] = async (examples, options) =>
    namedPredictions(await predictor.classify(await toDataset(examples), options), classNames);
  return {
    name: basename(realpathSync(run.path)),
    ...{ kind, classNames, form, predict },
    shares: sharesOf(priorCounts(run.record.data)),
    warmUp: () => warmedUp(form, predict),
    close: () => predictor.close(),
  };
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => count / total);
}

async function warmedUp(form: ModelForm, predict: ServedModel["predict"]): Promise<void> {
  await predict([exampleOf(form)], { prior: undefined, decision: undefined });
}
