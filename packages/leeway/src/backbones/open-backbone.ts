import { resolve } from "node:path";
import { type GraphSession, graphSessions } from "../inference/index.ts";
import { graphUpTo } from "../onnx/cut.ts";
import {
  type BackboneGraph,
  type BackboneSteps,
  type GraphInputs,
  type GraphOutput,
  imageVectors,
  InputRoom,
  inputSize,
  type Pooling,
  pooledSize,
  type ReadyImage,
  textVectors,
  type TokenEncoder,
} from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import { type ChosenOutput, chosenOutput, chosenPooling } from "./choose-output.ts";
import { firstLine } from "../errors.ts";
import { findRuntime } from "./find-runtime.ts";
import { type GraphFile, readGraphFile } from "./graph-file.ts";
import { imagePart } from "./image-part.ts";
import { type BackboneKind, findLayout } from "./layout.ts";
import { textPart, tokensOf } from "./text-part.ts";
import type { TextSettings } from "./text-settings.ts";

/** What may be said of a backbone that its files do not say. */
export interface BackboneOptions {
  /** The value of the graph that is read: an output, or one within it. */
  readonly output?: string | undefined;
  readonly pooling?: Pooling | undefined;
  /** A file like Hugging Face's `preprocessor_config.json`, or its JSON itself. */
  readonly preprocessor?: string | undefined;
  /** A `tokenizer.json` that is not beside the graph. */
  readonly tokenizer?: string | undefined;
  /** What is put before every text: "query: ". */
  readonly prefix?: string | undefined;
  /** Options of onnxruntime's session. */
  readonly session?: Readonly<Record<string, unknown>> | undefined;
}

/** A backbone that is ready to make vectors. */
export interface Backbone {
  readonly steps: BackboneSteps;
  /** Of texts. */
  readonly tokens?: TokenEncoder;
  /** The graph as it is run: up to the value that is read, where that is within it. */
  readonly graphBytes: Uint8Array;
  /** Whether other files hold weights of the graph. */
  readonly hasOtherFiles: boolean;
  /** Of texts: `tokenizer.json` and what of `tokenizer_config.json` is read. */
  readonly tokenizer?: Pick<TextSettings, "json" | "config">;
  /** @returns [N, D] */
  images(images: readonly ReadyImage[]): Promise<Float32Array>;
  /** @returns [N, D] */
  texts(texts: readonly Int32Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a backbone and tries it on one example, by which the size of its vectors is known.
 *
 * @param place a folder or a `.onnx` file, see {@link findLayout}
 * @throws RunError with code "data" for files that are missing, damaged or cannot be followed; with code "environment"
 *   where onnxruntime is not installed
 */
export async function openBackbone(
  place: string,
  kind: BackboneKind,
  options: BackboneOptions = {},
): Promise<Backbone> {
  const layout = await findLayout(place, kind);
  const file = await readGraphFile(layout.graph);
  const text = kind === "text" ? await textPart(layout, file, options) : undefined;
  const image = kind === "image" ? await imagePart(layout, file, options) : undefined;
  const output = chosenOutput(file, {
    requested: options.output,
    tokensFirst: text?.settings.pooling !== undefined,
  });
  const graphBytes = output.isCut ? graphUpTo(file, output.name) : file.bytes;
  const session = await sessionOf(file, { output, graphBytes, options });
  const graph = graphOf(session, output.name, file);
  const draft: Omit<BackboneSteps, "size" | "pooling"> = {
    ...{ version: 1, name: layout.name, path: resolve(place), sha256: file.sha256, output: output.name },
    l2: text?.settings.l2 ?? false,
    ...(image && { image }),
    ...(text && { text: text.steps }),
  };
  const tokens = text && tokensOf(text, file.path);
  const stated = text?.settings.pooling;
  const steps = await tried({ graph, draft, tokens, file, options, stated, kind }).catch(
    async (error: unknown) => {
      await session.release();
      throw error;
    },
  );
  return backboneOf({ session, steps, file, graphBytes, tokens, text: text?.settings });
}

/** A backbone of a loaded graph. */
export function backboneOf({ session, steps, file, graphBytes, tokens, text }: Loaded): Backbone {
  const graph = graphOf(session, steps.output, file);
  const room = new InputRoom();
  return {
    ...{ steps, graphBytes, hasOtherFiles: file.external.length > 0 },
    ...(tokens && { tokens }),
    ...(text && { tokenizer: text }),
    images: (images) => imageVectors(graph, steps, images, room),
    texts: (texts) => textVectors(graph, steps, texts),
    close: () => session.release(),
  };
}

interface Loaded extends Pick<Backbone, "steps" | "graphBytes"> {
  readonly session: GraphSession;
  readonly file: GraphFile;
  readonly tokens: TokenEncoder | undefined;
  readonly text: TextSettings | undefined;
}

function graphOf(session: GraphSession, output: string, file: GraphFile): BackboneGraph {
  return { run: (inputs) => runGraph(session, inputs, { output, file }) };
}

async function runGraph(
  session: GraphSession,
  inputs: GraphInputs,
  { output, file }: { readonly output: string; readonly file: GraphFile },
): Promise<GraphOutput> {
  try {
    return await session.run(inputs, output);
  } catch (cause) {
    const dims = Object.entries(inputs).map(([name, { dims }]) => `${name} [${dims.join(", ")}]`);
    throw backboneFault(file.path, {
      expected: `a graph that takes ${dims.join(", ")}`,
      got: firstLine(cause),
      advice: "Check the size in its preprocessor_config.json, or that it is a model of this kind of data.",
      cause,
    });
  }
}

/**
 * Loads a graph.
 *
 * @throws RunError with code "data" for one that onnxruntime does not load, or that is cut with its weights elsewhere
 */
export async function sessionOf(
  file: GraphFile,
  {
    output,
    graphBytes,
    options,
  }: { readonly output: ChosenOutput; readonly graphBytes: Uint8Array; readonly options: BackboneOptions },
): Promise<GraphSession> {
  const open = graphSessions(await findRuntime(), options.session);
  if (output.isCut && file.external.length > 0) {
    throw backboneFault(file.path, {
      expected: "a classifier with its weights in the same file, to be cut before its last layer",
      got: `weights in ${file.external[0]!}`, // there is one
      advice:
        "Name an output of the graph with --backbone-output, or export the model without its last layer.",
    });
  }
  // Weights in other files are found from the path of the graph.
  return open(file.external.length > 0 ? file.path : graphBytes).catch((cause: unknown) => {
    const advice = "Export it again, with operators that onnxruntime has.";
    throw backboneFault(file.path, {
      expected: "a graph that onnxruntime loads",
      got: firstLine(cause),
      advice,
      cause,
    });
  });
}

interface Probe {
  readonly graph: BackboneGraph;
  readonly draft: Omit<BackboneSteps, "size" | "pooling">;
  readonly tokens: TokenEncoder | undefined;
  readonly file: GraphFile;
  readonly options: BackboneOptions;
  readonly stated: Pooling | undefined;
  readonly kind: BackboneKind;
}

/** Runs one example, by whose output the pooling and the size are known. */
async function tried({ graph, draft, tokens, file, options, stated, kind }: Probe): Promise<BackboneSteps> {
  let dims: readonly number[] = [];
  const watched: BackboneGraph = {
    run: async (inputs) => {
      const output = await graph.run(inputs);
      ({ dims } = output);
      return { dims: [0, 0], data: new Float32Array(0) }; // whose vectors nobody needs
    },
  };
  const none: BackboneSteps = { ...draft, pooling: "none", size: 1 };
  if (draft.image === undefined) await textVectors(watched, none, [tokens!.encode("a")]);
  else await imageVectors(watched, none, [blankImage(draft.image)]);
  const pooling = chosenPooling(
    { dims, path: file.path, output: draft.output },
    { requested: options.pooling, stated, kind },
  );
  const size = pooledSize(dims, pooling);
  if (size >= 1) return { ...draft, pooling, size };
  const got = `${draft.output} of shape [${dims.join(", ")}]`;
  throw backboneFault(file.path, {
    expected: "vectors of numbers",
    got,
    advice: "Name another --backbone-output.",
  });
}

function blankImage({ processing }: NonNullable<BackboneSteps["image"]>): ReadyImage {
  if ("side" in processing) {
    const { side, channels } = processing;
    return { width: side, height: side, data: new Uint8Array(side * side * channels) };
  }
  const { width, height } = inputSize(processing) ?? { width: 64, height: 64 };
  return { width, height, data: new Float32Array(width * height * 3) };
}
