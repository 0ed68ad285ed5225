import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type FoundGraph, decodeModel } from "../onnx/cut.ts";
import { sha256 } from "../storage/index.ts";
import { backboneFault } from "./backbone-fault.ts";

/** A graph's file, read. */
export interface GraphFile extends FoundGraph {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of the file; where others hold weights of it, of all of them. */
  readonly sha256: string;
}

const advice = "Get a fresh copy of the file, or export the model to ONNX again.";

/**
 * Reads the graph of a backbone.
 *
 * @throws RunError with code "data" for a file that is none of ONNX or ends too early, and for weights outside its folder
 */
export async function readGraphFile(path: string): Promise<GraphFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw backboneFault(path, {
      ...{ expected: "a graph that can be read", got: (cause as Error).message, cause },
      advice: "Check the path.",
    });
  });
  const found = decoded(bytes, path);
  const others = await Promise.all(found.external.map((name) => externalHash(path, name)));
  const own = sha256(bytes);
  const all = others.length === 0 ? own : sha256(Buffer.from([own, ...others].join("\n")));
  return { ...found, path, bytes, sha256: all };
}

function decoded(bytes: Uint8Array, path: string): FoundGraph {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    const pointer = Buffer.from(bytes.subarray(0, 40)).toString("latin1");
    if (pointer.startsWith("version https://git-lfs")) {
      const got = "a pointer of Git LFS, in whose place the file must be fetched";
      throw backboneFault(path, {
        expected: "an ONNX file",
        got,
        advice: "Run git lfs pull in its repository.",
      });
    }
    throw backboneFault(path, { expected: "an ONNX file", got: (cause as Error).message, advice, cause });
  }
}

/** The hash of a file that a graph names, which lies in the graph's folder. */
async function externalHash(path: string, name: string): Promise<string> {
  const folder = dirname(resolve(path));
  const place = resolve(folder, name);
  const within = relative(folder, place);
  if (name === "" || isAbsolute(name) || within.startsWith("..") || within === "") {
    const got = `one outside it, ${JSON.stringify(name)}`;
    throw backboneFault(path, { expected: "weights in the folder of the graph", got, advice });
  }
  const bytes = await readFile(join(folder, within)).catch((cause: unknown) => {
    throw backboneFault(path, {
      ...{ expected: `its weights in ${name} beside it`, got: "no such file", cause },
      advice: "Put the file beside the graph.",
    });
  });
  return sha256(bytes);
}
