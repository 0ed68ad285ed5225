import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  addressOf,
  type ExportedPredictor,
  filesOfAddress,
  filesOfBytes,
  graphSessions,
  manifestFile,
  Model,
  type LoadOptions,
  type ModelBytes,
  type ModelFiles,
  type ModelSource,
  onnxRuntime,
  openModel,
} from "../inference/index.ts";
import { imageDecoder, wholeImage } from "./decode.ts";
import { filesOfFolder } from "./folder-files.ts";
import { findRuntime } from "../backbones/index.ts";

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
    backbone: {
      open: async (graph) => graphSessions(runtime ?? (await findRuntime()), session)(graph),
      platform: { colours: wholeImage, squares: imageDecoder },
    },
    decode: imageDecoder,
    unverified,
  });
}

/** Whether a folder holds an exported model, and not a run. */
export function isExported(path: string): boolean {
  return existsSync(join(path, manifestFile));
}

function filesOf(source: unknown): ModelFiles {
  const address = addressOf(source);
  if (address === undefined) return filesOfBytes(source as ModelBytes); // which it has looked at
  if (/^https?:/i.test(address)) return filesOfAddress(address);
  return filesOfFolder(/^file:/i.test(address) ? fileURLToPath(address) : address);
}
