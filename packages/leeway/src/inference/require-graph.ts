import { RunError } from "../errors.ts";
import type { InputDeclaration } from "../preparation/index.ts";
import { type GraphHeader, readGraphHeader } from "./graph-header.ts";
import { logitsName } from "./runtime.ts";

const typeCodes: Readonly<Record<InputDeclaration["type"], number>> = {
  float32: 1,
  uint8: 2,
  int64: 7,
  float64: 11,
};

/**
 * Refuses a graph that is none, ends too early, has weights in other files or without their numbers, operators beyond the
 * standard, or other inputs than the preparation makes: before a runtime sees it.
 *
 * @throws RunError with code "run"
 */
export function requireGraph(
  bytes: Uint8Array,
  declared: Readonly<Record<string, InputDeclaration>>,
  path: string,
): void {
  const header = headerOf(bytes, path);
  const foreign = header.domains.find((domain) => domain !== "" && domain !== "ai.onnx");
  if (foreign !== undefined)
    throw fault(path, "operators of the ONNX standard alone", `those of "${foreign}"`);
  const [external] = header.external;
  if (external !== undefined) {
    throw fault(path, "all weights in the file", `"${external}" in another one`);
  }
  if (header.hollow !== undefined) {
    throw fault(
      path,
      "weights with all their numbers",
      `"${header.hollow}", which declares more than are there`,
    );
  }
  for (const [name, { type, dims }] of header.inputs) {
    const wanted = declared[name];
    const known = Object.keys(declared).join(", ");
    if (wanted === undefined)
      throw fault(path, `inputs among ${known}, as the preparation makes them`, `"${name}"`);
    const fits =
      dims.length === wanted.dims.length && dims.every((dim, i) => dim === null || dim === wanted.dims[i]);
    if (fits && type === typeCodes[wanted.type]) continue;
    throw fault(path, `input "${name}" to be ${wanted.type} ${shape(wanted.dims)}`, shape(dims));
  }
  if (!header.outputs.includes(logitsName)) {
    throw fault(path, `an output called ${logitsName}`, header.outputs.slice(0, 4).join(", "));
  }
}

function headerOf(bytes: Uint8Array, path: string): GraphHeader {
  try {
    return readGraphHeader(bytes);
  } catch (cause) {
    throw fault(path, "an ONNX file", (cause as Error).message, cause); // the reader throws errors alone
  }
}

function shape(dims: readonly (number | null)[]): string {
  return `[${dims.map((dim) => dim ?? "batch").join(", ")}]`;
}

function fault(path: string, expected: string, got: string, cause?: unknown): RunError {
  const message = `${path}: expected ${expected}, got ${got}. Export the run again, or get a fresh copy.`;
  return new RunError("run", message, { path, cause });
}
