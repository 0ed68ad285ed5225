import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { InputKind } from "../catalogue/index.ts";
import type { Prediction } from "../inference/index.ts";
import { openPredictor } from "../probes/index.ts";
import { priorCounts } from "../records/index.ts";
import { type Example, exampleOf, type ModelForm, modelForm } from "./model-form.ts";
import type { RequestedOptions } from "./requested-options.ts";
import { inputsOfRun } from "./run-inputs.ts";

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
  const { run, preparation, classNames } = predictor;
  const counts = priorCounts(run.record.data);
  const total = counts.reduce((a, b) => a + b, 0);
  const form = modelForm(preparation.kind, preparation.record, preparation.path);
  const predict: ServedModel["predict"] = (examples, { prior, decision }) =>
    inputsOfRun(examples, (inputs) => predictor.predict(inputs, { prior, decision }));
  return {
    name: basename(realpathSync(run.path)),
    kind: preparation.kind,
    classNames,
    shares: counts.map((count) => count / total),
    form,
    predict,
    warmUp: async () => {
      await predict([exampleOf(form)], { prior: undefined, decision: undefined });
    },
    close: () => predictor.close(),
  };
}
