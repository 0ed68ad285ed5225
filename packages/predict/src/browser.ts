import { RunError } from "../../leeway/src/errors.ts";
import {
  addressOf,
  filesOfAddress,
  filesOfBytes,
  graphSessions,
  type LoadOptions,
  Model,
  type ModelBytes,
  type ModelSource,
  type OnnxRuntime,
  onnxRuntime,
  openModel,
  webColours,
  webDecoder,
} from "../../leeway/src/inference/index.ts";

export * from "./names.ts";

/**
 * Loads an exported model, once for all predictions: from the address of its folder, or its files.
 *
 * @throws RunError with code "run" for a file that is missing, damaged or of another model; with code "environment"
 *   where onnxruntime-web is not there, nobody answers, or the page has no Web Crypto to verify files by
 */
export async function load(
  source: ModelSource,
  { runtime, session, unverified }: LoadOptions = {},
): Promise<Model> {
  const address = addressOf(source);
  const files = address === undefined ? filesOfBytes(source as ModelBytes) : filesOfAddress(address);
  const predictor = await openModel(files, {
    open: async (graph) => onnxRuntime(runtime ?? (await webRuntime()), session)(graph),
    backbone: {
      open: async (graph) => graphSessions(runtime ?? (await webRuntime()), session)(graph),
      platform: { colours: webColours, squares: webDecoder },
    },
    decode: webDecoder,
    unverified,
  });
  return new Model(predictor);
}

async function webRuntime(): Promise<OnnxRuntime> {
  try {
    return await import("onnxruntime-web");
  } catch (cause) {
    const message =
      "load: expected onnxruntime-web, got none. Install it, npm i onnxruntime-web, or give it as the option runtime.";
    throw new RunError("environment", message, { cause });
  }
}
