import { setThreads } from "@leeway/torch";
import type { PreparedInput, RunPreparation } from "../../data/index.ts";
import { isExported, openExported } from "../../exported/index.ts";
import {
  type Classified,
  preparationFile,
  type PriorShares,
  type ReadingOptions,
} from "../../inference/index.ts";
import type { PriorEstimate } from "../../metrics/index.ts";
import { openPredictor } from "../../probes/index.ts";
import { exportedNotes, predictionNotes } from "../../report/index.ts";
import { usageError } from "../options.ts";
import { requestedDevice } from "../requested-device.ts";

/** A run, or a model exported from one, as `leeway predict` uses it. */
export interface OpenedModel {
  readonly classNames: readonly string[];
  readonly preparation: RunPreparation;
  /** n_j trained on, length K. */
  readonly trainCounts: readonly number[];
  /** How files are read where nothing else is requested. */
  readonly reading: {
    readonly label?: string | undefined;
    readonly options?: Readonly<Record<string, unknown>> | undefined;
  };
  classify(read: PreparedInput, options: ReadingOptions): Promise<Classified>;
  /** What is to be known of its predictions. */
  notes(options: {
    readonly notes: readonly string[];
    readonly prior: PriorShares | undefined;
    readonly estimate: PriorEstimate | undefined;
  }): string[];
  close(): Promise<void>;
}

/** Where it computes, and where its backbone is now. */
interface Machine {
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  readonly backbone?: string | undefined;
}

/**
 * Opens a run's folder, or that of an exported model, which needs no libtorch.
 *
 * @throws RunError with code "usage" for a device that cannot be
 */
export async function openedModel(path: string, machine: Machine): Promise<OpenedModel> {
  return isExported(path) ? openedExport(path, machine) : openedRun(path, machine);
}

function openedRun(path: string, { device, threads, backbone }: Machine): OpenedModel {
  const predictor = openPredictor(path, { device, backbone });
  const { classNames, preparation, recipe, run } = predictor;
  requestedDevice({ device }, recipe.precision);
  if (threads !== undefined) setThreads(threads);
  return {
    ...{ classNames, preparation, trainCounts: run.record.data.trainCounts },
    reading: { label: recipe.source?.label, options: recipe.source?.options },
    classify: ({ dataset }, options) => predictor.classify(dataset, options),
    notes: (options) => predictionNotes(run, options),
    close: () => predictor.close(),
  };
}

async function openedExport(path: string, { device, threads, backbone }: Machine): Promise<OpenedModel> {
  if (device !== undefined && device !== "cpu") {
    const advice = "Leave it out, or predict with the run.";
    throw usageError("--device", "cpu, where an exported model computes", device, advice);
  }
  const session = threads === undefined ? undefined : { intraOpNumThreads: threads };
  const model = await openExported(path, { session });
  const { manifest, kind, classNames, preparation } = model;
  const { calibration, priorCounts, trainCounts = priorCounts, validationCounts, reading = {} } = manifest;
  return {
    ...{ classNames, trainCounts, reading },
    preparation: { kind, record: preparation, path: `${path}/${preparationFile}`, classNames, backbone },
    classify: ({ raw }, options) => model.classify(raw(), options),
    notes: (options) => {
      const facts = { classNames, trainCounts: priorCounts, calibration };
      return exportedNotes({ ...facts, ...(validationCounts && { validationCounts }) }, options);
    },
    close: () => model.close(),
  };
}
