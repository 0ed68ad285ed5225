import type { GraphInputs, GraphOutput } from "../preparation/index.ts";

/** What runs a graph. */
export interface Runtime {
  /** The graph's inputs: only these are given. */
  readonly inputNames: readonly string[];
  /** @returns `logits`, [batch, K] row by row */
  run(inputs: GraphInputs): Promise<Float32Array>;
  /** Frees the graph. */
  release(): Promise<void>;
}

/** Loads a graph. @param graph ONNX */
export type OpenRuntime = (graph: Uint8Array) => Promise<Runtime>;

/** What of onnxruntime-node, onnxruntime-web or onnxruntime-common is used. */
export interface OnnxRuntime {
  readonly InferenceSession: { readonly create: (...args: never[]) => Promise<unknown> };
  readonly Tensor: new (...args: never[]) => unknown;
}

/** A loaded graph of any outputs. */
export interface GraphSession {
  readonly inputNames: readonly string[];
  /** One output of the graph. @throws Error where it is not of float32 */
  run(inputs: GraphInputs, output: string): Promise<GraphOutput>;
  /** Frees the graph. */
  release(): Promise<void>;
}

/** A session, as far as we use it. */
interface Session {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, unknown>>, fetches: readonly string[]): Promise<SessionResult>;
  release(): Promise<void>;
}

interface SessionOutput {
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly type: string;
}

type SessionResult = Readonly<Record<string, SessionOutput | undefined>>;
type Create = (graph: Uint8Array | string, options: object) => Promise<Session>;
type TensorOf = new (type: string, data: unknown, dims: readonly number[]) => unknown;

const types = new Map<unknown, string>([
  [Float64Array, "float64"],
  [Float32Array, "float32"],
  [BigInt64Array, "int64"],
  [Uint8Array, "uint8"],
]);

/**
 * Loads graphs by onnxruntime, whichever of its packages: by their bytes, or in Node by their paths.
 *
 * @param options of its sessions: providers, threads
 */
export function graphSessions(
  { InferenceSession, Tensor }: OnnxRuntime,
  options: Readonly<Record<string, unknown>> = {},
): (graph: Uint8Array | string) => Promise<GraphSession> {
  const create = InferenceSession.create.bind(InferenceSession) as unknown as Create;
  const TensorClass = Tensor as unknown as TensorOf;
  return async (graph) => {
    const session = await create(graph, { logSeverityLevel: 3, ...options }); // errors alone: warnings are of its own making
    const { inputNames } = session;
    return {
      inputNames,
      run: async (inputs, wanted) => {
        const feeds: Record<string, unknown> = {};
        for (const name of inputNames) {
          const input = inputs[name];
          if (input === undefined) continue; // which the runtime names itself
          feeds[name] = new TensorClass(types.get(input.data.constructor)!, input.data, input.dims); // one of four
        }
        const { [wanted]: output } = await session.run(feeds, [wanted]);
        const { data, dims, type } = output!; // requested
        if (data instanceof Float32Array) return { data, dims };
        throw new Error(`${wanted} is of ${type}, not of float32`);
      },
      release: () => session.release(),
    };
  };
}

/** Graphs of exported models by onnxruntime, whichever of its packages. @param options as of {@link graphSessions} */
export function onnxRuntime(
  runtime: OnnxRuntime,
  options: Readonly<Record<string, unknown>> = {},
): OpenRuntime {
  const open = graphSessions(runtime, options);
  return async (graph) => {
    const session = await open(graph);
    return {
      inputNames: session.inputNames,
      run: async (inputs) => (await session.run(inputs, logitsName)).data,
      release: () => session.release(),
    };
  };
}

/** The output that is read: probabilities for any frequencies follow from it. */
export const logitsName = "logits";
