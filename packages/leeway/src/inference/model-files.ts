import { expected, RunError } from "../errors.ts";
import { manifestFile } from "./manifest.ts";
import type { ModelFiles } from "./open-model.ts";
import type { OnnxRuntime } from "./runtime.ts";

/** The files of a model by their names: `model.json`, `model.onnx`, `preparation.json`, and `decision.json` where there is one. */
export type ModelBytes = Readonly<Record<string, Uint8Array | ArrayBuffer>>;

/** How a model is loaded. */
export interface LoadOptions {
  /** onnxruntime, where it is to be another than onnxruntime-node, or onnxruntime-web where that is not installed. */
  readonly runtime?: OnnxRuntime | undefined;
  /** Options of onnxruntime's session: `executionProviders`, `intraOpNumThreads` and the like. */
  readonly session?: Readonly<Record<string, unknown>> | undefined;
  /** Takes a graph that `model.json` does not name by its SHA-256, such as one of your own. By default false. */
  readonly unverified?: boolean | undefined;
}

/** Where an exported model is: in Node a folder; an address of one, as text or URL; or its files. */
export type ModelSource = string | { readonly href: string } | ModelBytes;

/**
 * The folder or address that a source names; undefined for files.
 *
 * @throws ArgumentError for something else
 */
export function addressOf(source: unknown): string | undefined {
  if (typeof source === "string") return source;
  if (typeof source === "object" && source !== null) {
    if ("href" in source) return String(source.href);
    if (manifestFile in source) return undefined;
  }
  const what = `to be a folder, an address, or the files of a model, ${manifestFile} among them`;
  throw expected("load", "source", what, source);
}

/** A model whose files a program has read itself. */
export function filesOfBytes(files: ModelBytes): ModelFiles {
  return {
    place: "model",
    read: (name) => {
      const found = Object.hasOwn(files, name) ? files[name] : undefined;
      if (found === undefined) return Promise.resolve(null);
      return Promise.resolve(found instanceof Uint8Array ? found : new Uint8Array(found));
    },
  };
}

/** What of the answer to a request is used. */
interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): Promise<unknown>;
    };
  } | null;
}

/**
 * A model at an address, whose folder it is.
 *
 * @throws RunError with code "environment" when a file is requested and nobody answers, or with an error
 */
export function filesOfAddress(address: string): ModelFiles {
  const folder = address.replace(/\/?([?#].*)?$/, "/");
  const { fetch } = globalThis as unknown as { readonly fetch: (url: string) => Promise<Answer> };
  const fault = (url: string, got: string, cause?: unknown): RunError => {
    const message = `${url}: expected a file of the model, got ${got}. Check the address.`;
    return new RunError("environment", message, { path: url, cause });
  };
  return {
    place: folder.slice(0, -1),
    read: async (name, maxBytes) => {
      const url = `${folder}${name}`;
      const answer = await fetch(url).catch((cause: unknown) => {
        throw fault(url, cause instanceof Error ? cause.message : String(cause), cause);
      });
      if (answer.status === 404) return null;
      if (!answer.ok) throw fault(url, `status ${answer.status}`);
      return bytesOf(answer, maxBytes);
    },
  };
}

/** The bytes of an answer; of one that is longer than it may be, some more than that. */
async function bytesOf({ body }: Answer, maxBytes: number): Promise<Uint8Array> {
  const reader = body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (reader !== undefined && length <= maxBytes) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    parts.push(value);
    length += value.length;
  }
  if (length > maxBytes) await reader?.cancel();
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
