import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expected } from "../errors.ts";
import {
  type ExportedPredictor,
  filesOfAddress,
  filesOfBytes,
  manifestFile,
  Model,
  type ModelBytes,
  type ModelFiles,
  type OnnxRuntime,
  onnxRuntime,
  openModel,
} from "../inference/index.ts";
import { imageDecoder } from "./decode.ts";
import { filesOfFolder } from "./folder-files.ts";
import { findRuntime } from "./find-runtime.ts";

/** How a model is loaded. */
export interface LoadOptions {
  /** onnxruntime, where it is to be another than onnxruntime-node, or onnxruntime-web where that is not installed. */
  readonly runtime?: OnnxRuntime | undefined;
  /** Options of onnxruntime's session: `executionProviders`, `intraOpNumThreads` and the like. */
  readonly session?: Readonly<Record<string, unknown>> | undefined;
  /** Takes a graph that `model.json` does not name by its SHA-256, such as one of your own. By default false. */
  readonly unverified?: boolean | undefined;
}

/** Where an exported model is: a folder, an address of one (URL or text with http:), or its files. */
export type ModelSource = string | { readonly href: string } | ModelBytes;

/**
 * Loads an exported model, once for all predictions.
 *
 * @throws RunError with code "run" for a file that is missing, damaged or of another model; with code "environment"
 *   where onnxruntime is not installed or nobody answers
 */
export async function load(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  return new Model(await openExported(source, options));
}

/** As {@link load}, with what reads files of examples. */
export async function openExported(
  source: ModelSource,
  { runtime, session, unverified }: LoadOptions = {},
): Promise<ExportedPredictor> {
  const files = filesOf(source);
  return openModel(files, {
    open: async (graph) => onnxRuntime(runtime ?? (await findRuntime()), session)(graph),
    decode: imageDecoder,
    unverified,
  });
}

/** Whether a folder holds an exported model, and not a run. */
export function isExported(path: string): boolean {
  return existsSync(join(path, manifestFile));
}

function filesOf(source: unknown): ModelFiles {
  const href =
    typeof source === "object" && source !== null && "href" in source ? String(source.href) : source;
  if (typeof href === "string") {
    if (/^https?:/i.test(href)) return filesOfAddress(href);
    return filesOfFolder(/^file:/i.test(href) ? fileURLToPath(href) : href);
  }
  if (typeof source === "object" && source !== null && manifestFile in source)
    return filesOfBytes(source as ModelBytes);
  throw expected(
    "load",
    "source",
    `to be a folder, an address, or the files of a model, ${manifestFile} among them`,
    source,
  );
}
