import { readFileSync } from "node:fs";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { datasetNames, isDatasetName } from "../catalogue/index.ts";
import { ArgumentError, didYouMean, expected, faultText, RunError } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { composedName } from "../methods/index.ts";
import { type Config, configSchema, partAmong, requireMethodOptions } from "../recipe/index.ts";
import { pathIn, type PlaceOf } from "./fault-words.ts";

/** A file's text, and where in it a field stands. */
interface ConfigText {
  readonly value: unknown;
  /** The place of a field, or of its name. */
  readonly placeOf: PlaceOf;
}

/** A configuration file: what it says, and where. */
export interface ConfigFile {
  readonly file: Config;
  readonly placeOf: PlaceOf;
}

/**
 * Reads a configuration file, YAML or JSON.
 *
 * @throws RunError with code "usage" that names file, line and column, the field, what it may be and the nearest name
 */
export function readConfig(path: string): ConfigFile {
  const { value = {}, placeOf } = parsedText(path, textOf(path));
  try {
    const { data, error } = configSchema.safeParse(value);
    if (error) throw schemaFault(path, error, { value, schema: configSchema });
    // A field that is there is not undefined: it came from a text.
    const file = data as Config;
    requireDataset(file);
    requireMethod(file);
    return { file, placeOf };
  } catch (cause) {
    if (!(cause instanceof ArgumentError)) throw cause;
    // A fault of a part that is not there, but follows from those that are, is of all of them.
    const found = pathIn(value ?? {}, cause.path) ?? ["methodOptions"];
    throw new RunError("usage", faultText(cause, { where: placeOf(found) }), { path, cause });
  }
}

/** A name of the catalogue, unless the data is custom. */
function requireDataset({ dataset, source }: Config): void {
  if (dataset === undefined || source !== undefined || isDatasetName(dataset)) return;
  const what = `to be one of ${datasetNames.join(", ")}, or source to be there`;
  throw expected("config", "dataset", what, dataset, didYouMean(dataset, datasetNames));
}

/** A method has the options it is given, and its parts go together. The default method follows from the data. */
function requireMethod({ method, methodOptions = {} }: Config): void {
  const name = method ?? (partAmong(methodOptions) === undefined ? undefined : composedName);
  if (name === undefined) return;
  const { deferAt, ...options } = methodOptions;
  const all = { ...options, ...(typeof deferAt === "number" && { deferAt: Math.min(deferAt, 1) }) };
  requireMethodOptions(name, all);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : code;
    throw new RunError("usage", `${path}: expected a configuration file, got ${got}.`, { path, cause });
  }
}

function parsedText(path: string, text: string): ConfigText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const wrong = document.errors[0];
  if (wrong !== undefined) {
    throw new RunError("usage", `${at(wrong.pos[0])}: expected YAML or JSON. ${wrong.message}`, { path });
  }
  return {
    value: valueOf(document, path),
    placeOf: (way) => at(offsetOf(document.contents, way)),
  };
}

/** What a document says; of one that refers to nothing, or to itself, nothing can be made. */
function valueOf(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    const value: unknown = document.toJS();
    JSON.stringify(value); // which refuses a value inside itself
    return value ?? undefined;
  } catch (cause) {
    const [reason] = (cause as Error).message.split("\n");
    throw new RunError("usage", `${path}: expected YAML that can be written out. ${reason!}`, {
      path,
      cause,
    });
  }
}

/** Where a field begins: its name where it has one, else its value; the field around it where it is not there. */
function offsetOf(contents: unknown, way: readonly PropertyKey[]): number {
  let node = contents;
  let offset = startOf(contents);
  for (const key of way) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key);
      if (pair === undefined) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node);
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}
