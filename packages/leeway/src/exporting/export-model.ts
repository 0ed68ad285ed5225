import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogueForm, imageSteps, networkInput, type RunPreparation } from "../data/index.ts";
import { RunError } from "../errors.ts";
import {
  graphFile,
  type Manifest,
  manifestFile,
  manifestSchema,
  preparationFile,
  readingOf,
  storedPrecisions,
} from "../inference/index.ts";
import { methodOf } from "../methods/index.ts";
import { startRunNetwork } from "../probes/index.ts";
import { inputKindOf, type Recipe } from "../recipe/index.ts";
import { type DecisionRecord, priorCounts } from "../records/index.ts";
import {
  environmentRecord,
  modelFile,
  openSession,
  readPreparation,
  readWeights,
  recipeOf,
} from "../runs/index.ts";
import {
  decisionFile,
  readDecision,
  readRun,
  sha256,
  type StoredRun,
  writeFolderAtomically,
} from "../storage/index.ts";
import { endSession } from "../training/index.ts";
import { backboneParts } from "./backbone-parts.ts";
import { ExportError } from "./export-error.ts";
import { metadataOf, trainedFacts } from "./metadata.ts";
import { modelGraph } from "./model-graph.ts";
import { networkProgram } from "./network.ts";
import type { Program } from "./program.ts";
import { modelReadme } from "./readme.ts";
import { type RoundedPrecision, withStoredWeights } from "./stored-weights.ts";
import { precisionCost, type PrecisionCost, requireCheap } from "./weigh-precision.ts";

/** How weights are stored: float32, float16, or whole numbers of 8 bits with a scale for each row. */
export type StoredPrecision = (typeof storedPrecisions)[number];

/** What becomes of a run. */
export interface ExportOptions {
  /** The folder, which is made, or replaced where it is an exported model; by default `export` in the run's. */
  readonly output?: string | undefined;
  /**
   * How weights are stored; by default as they are, "fp32". With "fp16" and "int8" the run's data is read, and what they
   * cost is counted on its validation split.
   */
  readonly precision?: StoredPrecision | undefined;
  /** The folder of data sets, and that of cached images. */
  readonly dataDir?: string | undefined;
  readonly cacheDir?: string | undefined;
  /** The terms under which the model may be used, a name or a sentence; none by default. */
  readonly licence?: string | undefined;
}

/** A model that has left its run. */
export interface ExportedModel {
  /** Its folder. */
  readonly path: string;
  readonly manifest: Manifest;
  /** What stored weights cost; absent where they are stored as they are. */
  readonly cost?: PrecisionCost;
  /** Bytes of each file, by its name. */
  readonly files: Readonly<Record<string, number>>;
}

/** The name of the folder where none is requested, in the run's. */
const defaultFolder = "export";

/**
 * Writes a run's network, as ONNX, and all that predicting with it takes to a folder: no libtorch is needed from there on.
 * The network of an interrupted run is that of its last chosen epoch.
 *
 * @param run the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run, its weights are not there or do not fit, its decision is of other
 *   weights, or the folder cannot be written; with code "usage" if the folder holds something else
 */
export async function exportModel(
  run: string,
  { output = join(run, defaultFolder), licence, precision = "fp32", ...folders }: ExportOptions = {},
): Promise<ExportedModel> {
  const stored = readRun(run);
  requireReplaceable(output);
  const weights = readWeights(join(run, modelFile));
  const model = sha256(weights.bytes);
  const decision = decisionOf(stored, model);
  const recipe = recipeOf(stored);
  const preparation = preparationOf(stored, recipe);
  const { scale } = methodOf(recipe.method, recipe.methodOptions);
  const calibration = stored.summary?.calibration ?? null;
  const dataset = {
    ...{ name: "input", classNames: preparation.classNames },
    input: networkInput(preparation),
  };
  const session = startRunNetwork(stored, weights, { dataset });
  const own = inGraph(run, () => {
    try {
      return networkProgram(session, dataset.input);
    } finally {
      endSession(session);
    }
  });
  const program = precision === "fp32" ? own : withStoredWeights(own, precision);
  const cost = precision === "fp32" ? undefined : await costOf(stored, { own, program, precision, folders });
  const graph = inGraph(run, () => modelGraph(program, preparation, { scale, calibration }));
  const { encodeModel } = await import("../onnx/encode.ts"); // whose library other commands do not need
  const version = environmentRecord({}).leeway;
  const bytes = encodeModel(graph, {
    ...{ name: recipe.model, version },
    about: `${recipe.model} trained by ${recipe.method} on ${recipe.dataset}, exported by Leeway.`,
    metadata: metadataOf(stored, { licence }),
  });
  const backbone = await backboneParts(preparation);
  const record = backbone === undefined ? completeRecord(preparation) : backbone.record;
  const prepared = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  const { label, options } = recipe.source ?? {};
  const { trainCounts, validationCounts, classNames } = stored.record.data;
  const fileOf = (data: Uint8Array): Manifest["files"][typeof graphFile] => ({
    bytes: data.length,
    sha256: sha256(data),
  });
  const reading = readingOf({ label, options });
  const manifest: Manifest = manifestSchema.parse({
    ...{ format: "leeway-model", version: 1, kind: preparation.kind, classNames },
    files: {
      ...{ [graphFile]: fileOf(bytes), [preparationFile]: fileOf(prepared) },
      ...Object.fromEntries(
        Object.entries(backbone?.files ?? {}).map(([name, data]) => [name, fileOf(data)]),
      ),
    },
    ...{ weights: model, decision: decision !== null, precision, scale, calibration },
    priorCounts: priorCounts(stored.record.data),
    trainCounts,
    ...(validationCounts && { validationCounts }),
    reading,
    ...(cost && { precisionCost: cost }),
    trained: trainedFacts(stored),
    ...(licence !== undefined && { licence }),
  });
  const files = {
    [graphFile]: bytes,
    [preparationFile]: prepared,
    ...backbone?.files,
    ...(decision && { [decisionFile]: Buffer.from(`${JSON.stringify(decision, null, 2)}\n`) }),
    "README.md": Buffer.from(modelReadme({ manifest, preparation: record, decision })),
    [manifestFile]: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
  };
  writeFolderAtomically(output, files);
  const sizes = Object.entries(files).map(([name, { length }]) => [name, length] as const);
  return { path: output, manifest, ...(cost && { cost }), files: Object.fromEntries(sizes) };
}

/** How a run prepares examples, as predictions read it. */
function preparationOf({ path, record }: StoredRun, recipe: Recipe): RunPreparation {
  const file = join(path, preparationFile);
  return {
    ...{ kind: inputKindOf(recipe), record: readPreparation(file), path: file },
    classNames: record.data.classNames,
    catalogue: recipe.source === undefined ? catalogueForm(recipe.dataset) : undefined,
  };
}

/** What a run records, and of the catalogue's images what it need not. */
function completeRecord(preparation: RunPreparation): unknown {
  if (preparation.record !== null || preparation.kind !== "image") return preparation.record;
  const { size, resize, side, mean, std } = imageSteps(preparation);
  return { kind: "image", version: 1, size, resize, side, mean, std };
}

/** What stored weights cost on the run's validation split, where that is little. */
async function costOf(
  { path, record }: StoredRun,
  { own, program, precision, folders }: StoredWeights,
): Promise<PrecisionCost> {
  if (record.data.validationSize === 0) {
    const got = "one that held nothing out";
    const advice = "Export it with --precision fp32.";
    const message = `${path}: expected a run with a validation split to count the cost of ${precision} weights on, got ${got}. ${advice}`;
    throw new RunError("run", message, { path });
  }
  const { session } = await openSession(path, folders);
  const { validation, counts } = session.data;
  endSession(session); // the program has its weights
  const cost = await precisionCost(validation!, { own, stored: program, trainCounts: counts }); // it has one
  requireCheap(cost, precision, path);
  return cost;
}

interface StoredWeights {
  readonly own: Program;
  readonly program: Program;
  readonly precision: RoundedPrecision;
  readonly folders: { readonly dataDir?: string | undefined; readonly cacheDir?: string | undefined };
}

/** The run's decision; null where it has none. */
function decisionOf({ path }: StoredRun, model: string): DecisionRecord | null {
  const decision = readDecision(path);
  if (decision === null || decision.model === model) return decision;
  const file = join(path, decisionFile);
  const message = `${file}: expected a decision of the run's weights, got one of others. Decide again with leeway decide.`;
  throw new RunError("run", message, { path: file });
}

/** Refuses a folder of somebody's, so that nothing is lost. */
function requireReplaceable(path: string): void {
  if (!existsSync(path)) return;
  const names = existingNames(path);
  if (names?.length === 0 || names?.includes(manifestFile)) return;
  const got = names === null ? "a file" : "a folder that holds something else";
  const message = `${path}: expected a new folder, or an exported model to replace, got ${got}. Name another --output.`;
  throw new RunError("usage", message, { path });
}

function existingNames(path: string): readonly string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

/** What an operator without a counterpart means to who exports a run. */
function inGraph<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (cause) {
    if (!(cause instanceof ExportError)) throw cause;
    const message = `${path}: expected a network that ONNX can say, got one of which it cannot. ${cause.message}`;
    throw new RunError("run", message, { path, cause });
  }
}
