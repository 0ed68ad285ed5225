import { readFileSync } from "node:fs";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { datasets } from "../data/index.ts";
import { ArgumentError, didYouMean, expected, faultText, RunError } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { composedName, methodOf, regulariserNames } from "../methods/index.ts";
import { type Config, configSchema } from "../recipe/index.ts";
import { fieldNames, omit, partAmong, requireOptions } from "./method-requirements.ts";
import { type PlaceOf, saidInFile } from "./said-in-file.ts";

/** A file's text, and where in it a field stands. */
interface ConfigText {
  readonly path: string;
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
  const text = parsedText(path, textOf(path));
  const { value = {} } = text;
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    throw faultIn(text, schemaFault(path, parsed.error, { value, schema: configSchema }));
  }
  // A field that is there is not undefined: it came from a text.
  const config = withComposed(parsed.data as Config);
  requireDataset(text, config);
  requireMethod(text, config);
  return { file: config, placeOf: text.placeOf };
}

/** Naming a part makes the method composed where it has no name, as on the command line. */
function withComposed(config: Config): Config {
  const { method, methodOptions = {} } = config;
  if (method !== undefined || partAmong(methodOptions) === undefined) return config;
  return { ...config, method: composedName };
}

/** A name of the catalogue, where the data is not one's own. */
function requireDataset(text: ConfigText, { dataset, source }: Config): void {
  const names: readonly string[] = datasets.map(({ name }) => name);
  if (dataset === undefined || source !== undefined || names.includes(dataset)) return;
  const what = `to be one of ${names.join(", ")}, or source to be there`;
  throw faultIn(text, expected(text.path, "dataset", what, dataset, didYouMean(dataset, names)));
}

/** A method has the options it is given, and its parts go together. Of the usual method, the data tells. */
function requireMethod({ path, placeOf }: ConfigText, fields: Config): void {
  const { method, methodOptions = {} } = fields;
  if (method === undefined) return;
  const options = omit(methodOptions, regulariserNames);
  try {
    saidInFile({ fields, placeOf }, () => {
      requireOptions(method, { options, asked: options }, fieldNames(placeOf));
      methodOf(method, methodOptions);
    });
  } catch (cause) {
    if (!(cause instanceof ArgumentError)) throw cause;
    // It speaks of a part that is not there, but follows from those that are.
    const message = faultText(cause, { where: placeOf(["methodOptions"]) });
    throw new RunError("usage", message, { path, cause });
  }
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
    path,
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

/** A fault of a file's field, at the field's place. */
function faultIn({ path, placeOf }: ConfigText, cause: ArgumentError): RunError {
  return new RunError("usage", faultText(cause, { where: placeOf(cause.path) }), { path, cause });
}
