import { didYouMean, someOf } from "../errors.ts";
import { lastFeatures, valueNames } from "../onnx/cut.ts";
import type { Pooling } from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import type { GraphFile } from "./graph-file.ts";

/** The value of a graph whose numbers become vectors. */
export interface ChosenOutput {
  readonly name: string;
  /** Whether it is a value within the graph, which then ends there. */
  readonly isCut: boolean;
}

/** Outputs that are embeddings by their names, the best first. */
const vectorNames = [
  "sentence_embedding",
  "image_embeds",
  "text_embeds",
  "pooler_output",
  "embeddings",
  "features",
];
/** Those that hold a vector for each token. */
const tokenNames = ["last_hidden_state", "token_embeddings"];

const float32 = 1;

/**
 * Which value is read: the one that is named, an output or any within the graph; else the first output that is an
 * embedding by its name; else what goes into the last matrix product of a classifier.
 *
 * @param tokensFirst whether a file says how tokens become one vector: then they are read, and no pooled output but a
 *   sentence_embedding
 * @throws RunError with code "data" where none can be told, with the names that there are
 */
export function chosenOutput(
  file: GraphFile,
  {
    requested,
    tokensFirst = false,
  }: { readonly requested?: string | undefined; readonly tokensFirst?: boolean },
): ChosenOutput {
  const names = file.outputs.map(({ name }) => name);
  if (requested !== undefined) return requestedOutput(file, requested);
  const order = tokensFirst
    ? ["sentence_embedding", ...tokenNames, ...vectorNames]
    : [...vectorNames, ...tokenNames];
  const known = order.find((name) => names.includes(name));
  if (known !== undefined) return declared(file, known);
  const [last = ""] = names.includes("logits") ? ["logits"] : names;
  const features = lastFeatures(file, last);
  if (features !== undefined) return { name: features, isCut: !names.includes(features) };
  throw backboneFault(file.path, {
    expected: `an output that is an embedding (${[...vectorNames, ...tokenNames].join(", ")}), or a classifier that ends in a matrix product`,
    got: someOf(names, 6),
    advice: `Name the value that is the embedding: --backbone-output NAME, an output or one within the graph (${someOf(valueNames(file), 6)}).`,
  });
}

function requestedOutput(file: GraphFile, name: string): ChosenOutput {
  if (file.outputs.some((output) => output.name === name)) return declared(file, name);
  const inside = valueNames(file);
  if (inside.includes(name)) return { name, isCut: true };
  const names = [...file.outputs.map((output) => output.name), ...inside];
  const got = `no value of that name among ${someOf(names, 6)}`;
  const advice = didYouMean(name, names) || "Name an output, or a value within the graph.";
  throw backboneFault(file.path, { expected: `a value ${JSON.stringify(name)}`, got, advice });
}

function declared(file: GraphFile, name: string): ChosenOutput {
  const { type } = file.outputs.find((output) => output.name === name)!; // one of them
  if (type === float32 || type === 0) return { name, isCut: false };
  throw backboneFault(file.path, {
    ...{ expected: `output ${name} to be of float32`, got: type === 10 ? "float16" : `type ${type} of ONNX` },
    advice: "Use a file whose inputs and outputs are float32, such as model.onnx or model_quantized.onnx.",
  });
}

/**
 * How a value of these dims becomes one vector an example: as requested, else as a file says, else the first token of
 * images and the mean of texts'.
 *
 * @throws RunError with code "data" for a pooling that the value cannot have
 */
export function chosenPooling(
  {
    dims,
    path,
    output,
  }: { readonly dims: readonly number[]; readonly path: string; readonly output: string },
  {
    requested,
    stated,
    kind,
  }: {
    readonly requested?: Pooling | undefined;
    readonly stated?: Pooling | undefined;
    readonly kind: "image" | "text";
  },
): Pooling {
  const possible = possiblePoolings(dims);
  const got = `${output} of shape [${dims.join(", ")}]`;
  if (possible.length === 0) {
    const expected = "one vector, or one a token, for each example";
    throw backboneFault(path, { expected, got, advice: "Name another value with --backbone-output." });
  }
  if (requested !== undefined && !possible.includes(requested)) {
    const advice = `Say --pooling ${possible.join(" or ")}, or name another --backbone-output.`;
    throw backboneFault(path, { expected: `a value that ${requested} pools`, got, advice });
  }
  // A file may say how tokens are pooled of a graph that has done so itself.
  const chosen = requested ?? (stated !== undefined && possible.includes(stated) ? stated : undefined);
  if (chosen !== undefined) return chosen;
  if (possible.length === 1) return possible[0]!; // there is one
  return kind === "image" ? "cls" : "mean";
}

function possiblePoolings(dims: readonly number[]): readonly Pooling[] {
  const isVector = dims.length === 2 || (dims.length > 2 && dims.slice(2).every((dim) => dim === 1));
  if (isVector) return ["none"];
  if (dims.length === 3) return ["cls", "mean", "max", "last", "cls-mean"];
  return dims.length === 4 ? ["map"] : [];
}
