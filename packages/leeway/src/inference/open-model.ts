import { firstLine, RunError } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { type BackboneSteps, exampleReader, parseEmbeddingSteps } from "../preparation/index.ts";
import { type DecisionRecord, parseDecision } from "../records/index.ts";
import { backboneDecoder, type BackbonePlatform } from "./backbone-decoder.ts";
import { type Decode, eachBy, ExportedPredictor, type LoadedModel } from "./exported-predictor.ts";
import {
  backboneFile,
  graphFile,
  type Manifest,
  manifestFile,
  manifestSchema,
  preparationFile,
  tokenizerFiles,
} from "./manifest.ts";
import { requireGraph } from "./require-graph.ts";
import type { GraphSession, OpenRuntime } from "./runtime.ts";
import { sha256 } from "./sha256.ts";

/** The files of an exported model, wherever they are. */
export interface ModelFiles {
  /** The folder or address, for errors. */
  readonly place: string;
  /**
   * The bytes of a file; null where it is not there.
   *
   * @param maxBytes what it may have: of a longer one nothing more need be read
   */
  read(name: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** How a model is opened. */
export interface OpenOptions {
  /** Runs its graph. */
  readonly open: OpenRuntime;
  /** Runs the network that makes vectors of images or texts, where a model has one. */
  readonly backbone?: {
    readonly open: (graph: Uint8Array) => Promise<GraphSession>;
    readonly platform: BackbonePlatform;
  };
  /** Makes of images what the reader takes; needed by models of images alone. */
  readonly decode?: ((preparation: unknown, path: string) => Decode) | undefined;
  /**
   * Takes files whose SHA-256 is not that of `model.json`: a graph that was not exported by Leeway then runs. By default
   * false.
   */
  readonly unverified?: boolean | undefined;
}

/** Bytes that a file of JSON may have. */
const maxJson = 256 * 2 ** 20;

/**
 * Opens an exported model. Nothing of it is run that `model.json` does not name by its SHA-256.
 *
 * @throws RunError with code "run" for a file that is missing, damaged or of another model
 */
export async function openModel(files: ModelFiles, options: OpenOptions): Promise<ExportedPredictor> {
  const { place } = files;
  const at = (name: string): string => `${place.replace(/\/$/, "")}/${name}`;
  const manifest = parseManifest(await jsonOf(files, manifestFile), at(manifestFile));
  const preparationBytes = await verified(files, preparationFile, manifest, options);
  const preparation = parsed(preparationBytes, at(preparationFile));
  const { kind, reading } = manifest;
  const reader = exampleReader({
    ...{ kind, record: preparation, path: at(preparationFile) },
    options: reading?.options,
  });
  const decision = await decisionOf(files, manifest, at(decisionName));
  const graph = await verified(files, graphFile, manifest, options);
  requireGraph(graph, reader.declared, at(graphFile));
  const runtime = await options.open(graph).catch((cause: unknown) => {
    if (cause instanceof RunError) throw cause; // there is no runtime: the graph is not to blame
    throw fault(at(graphFile), "a graph that onnxruntime loads", firstLine(cause), { cause });
  });
  const model = { manifest, preparation, reader, decision, runtime, place };
  const backbone =
    kind === "embedding" ? parseEmbeddingSteps(preparation, at(preparationFile)).backbone : undefined;
  if (backbone !== undefined) return withBackbone(model, backbone, { files, options });
  const decode = kind === "image" ? options.decode?.(preparation, at(preparationFile)) : undefined;
  return new ExportedPredictor(model, { decode: decode && eachBy(decode) });
}

/** A model that takes images or texts, of which a backbone makes its vectors. */
async function withBackbone(
  model: LoadedModel,
  steps: BackboneSteps,
  { files, options }: { readonly files: ModelFiles; readonly options: OpenOptions },
): Promise<ExportedPredictor> {
  const { manifest, runtime } = model;
  const at = (name: string): string => `${files.place.replace(/\/$/, "")}/${name}`;
  const graph = await verified(files, backboneFile, manifest, options);
  const [json, config] = tokenizerFiles;
  const tokenizer =
    steps.text === undefined
      ? undefined
      : {
          json: parsed(await verified(files, json, manifest, options), at(json)),
          config: parsed(await verified(files, config, manifest, options), at(config)),
        };
  if (options.backbone === undefined)
    throw fault(at(backboneFile), "a program that runs backbones", "another");
  const { open, platform } = options.backbone;
  const session = await open(graph).catch((cause: unknown) => {
    throw fault(at(backboneFile), "a graph that onnxruntime loads", firstLine(cause), { cause });
  });
  const decode = backboneDecoder(steps, { session, tokenizer, platform, path: at(preparationFile) });
  const both = async (): Promise<void> => {
    await Promise.all([runtime.release(), session.release()]);
  };
  return new ExportedPredictor({ ...model, runtime: { ...runtime, release: both } }, { decode });
}

const decisionName = "decision.json";

async function decisionOf(
  files: ModelFiles,
  { classNames, decision: isThere }: Manifest,
  path: string,
): Promise<DecisionRecord | null> {
  if (isThere === false) return null; // a page need not ask its server for nothing
  const bytes = await files.read(decisionName, maxJson);
  if (bytes === null && isThere === true) throw fault(path, "a file of the model", "none there");
  if (bytes === null) return null;
  const decision = parseDecision(parsed(bytes, path), path);
  const isSame = String(decision.classNames) === String(classNames);
  if (isSame) return decision;
  throw fault(path, `a decision among ${classNames.join(", ")}`, decision.classNames.join(", "));
}

/** @throws RunError with code "run" that names the first wrong field */
function parseManifest(value: unknown, path: string): Manifest {
  const { format, version } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (format === "leeway-model" && typeof version === "number" && version > 1) {
    throw fault(path, "version 1 of the format", String(version), { advice: "Update Leeway." });
  }
  const result = manifestSchema.safeParse(value);
  if (!result.success) {
    const cause = schemaFault(path, result.error, { value });
    throw new RunError("run", `${cause.message} ${again}`, { path, cause });
  }
  const { data } = result;
  const K = data.classNames.length;
  const lists = {
    priorCounts: data.priorCounts,
    trainCounts: data.trainCounts,
    offsets: data.calibration?.offsets,
  };
  for (const [name, list] of Object.entries(lists)) {
    if (list === undefined || list.length === K || (name === "offsets" && list.length === 0)) continue;
    throw fault(path, `${K} ${name}, one a class`, String(list.length));
  }
  return data;
}

async function jsonOf(files: ModelFiles, name: string): Promise<unknown> {
  const bytes = await files.read(name, maxJson);
  const path = `${files.place.replace(/\/$/, "")}/${name}`;
  if (bytes !== null) return parsed(bytes, path);
  const advice = "leeway export RUN makes such a folder.";
  throw fault(path, "the folder of an exported model", "none there", { advice });
}

/** The bytes of a file that the manifest names. */
async function verified(
  files: ModelFiles,
  name: keyof Manifest["files"],
  manifest: Manifest,
  { unverified = false }: Pick<OpenOptions, "unverified">,
): Promise<Uint8Array> {
  const path = `${files.place.replace(/\/$/, "")}/${name}`;
  const { [name]: named } = manifest.files;
  if (named === undefined) throw fault(path, `a file that ${manifestFile} names`, "none of that name");
  const { bytes, sha256: expected } = named;
  const found = await files.read(name, unverified ? Infinity : bytes);
  if (found === null) throw fault(path, "a file of the model", "none there");
  if (unverified) return found;
  if (found.length !== bytes) {
    const got = found.length < bytes ? `only ${found.length}` : "more";
    throw fault(path, `${bytes} bytes, as ${manifestFile} says`, got);
  }
  if ((await sha256(found)) === expected) return found;
  const advice = `${again} Where you trust it as it is, load with unverified.`;
  throw fault(path, `the file that ${manifestFile} names by its SHA-256`, "another", { advice });
}

function parsed(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw fault(path, "JSON", "something else", { cause });
  }
}

const again = "Export the run again, or get a fresh copy.";

function fault(
  path: string,
  expected: string,
  got: string,
  { advice = again, cause }: { readonly advice?: string; readonly cause?: unknown } = {},
): RunError {
  return new RunError("run", `${path}: expected ${expected}, got ${got}. ${advice}`, { path, cause });
}
