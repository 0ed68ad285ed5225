import { noGrad } from "./autograd.ts";
import type { DType, TensorData } from "./dtype.ts";
import { TorchError } from "./errors.ts";
import { handleOf } from "./handle.ts";
import { setRecorder, type Recorder } from "./recorder.ts";
import { scope } from "./scope.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor as a trace knows it: what it was, not what becomes of it. */
export interface TracedTensor {
  /** Its number in the trace, from 0. */
  readonly id: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** What `names` of {@link trace} calls it. */
  readonly name?: string;
  /** Its values, where they follow from nothing that is an input and an operator reads them. */
  readonly values?: TensorData;
}

/** An argument or a result: a tensor, what is none, or a list of such. */
export type TracedValue =
  TracedTensor | number | string | boolean | null | undefined | readonly TracedValue[];

/** A call of an operator, as it was written: arguments left out are left out here. */
export interface TracedCall {
  /** `namespace::operator.overload`, as the dispatcher knows it. */
  readonly name: string;
  readonly args: readonly TracedValue[];
  /** Of an operator with one result, one. */
  readonly results: readonly TracedValue[];
}

/** What a function did with its inputs: the calls of operators in their order. */
export interface Trace {
  readonly inputs: readonly TracedTensor[];
  readonly outputs: readonly TracedTensor[];
  readonly calls: readonly TracedCall[];
}

/** Whether a value of a call is a tensor. */
export function isTracedTensor(value: TracedValue): value is TracedTensor {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Runs `body` on inputs and records every operator it calls, with sizes and numbers as they are in this run: what
 * JavaScript decides by them (a loop, a shape that is read) is decided for good. Nothing is recorded for a backward pass.
 *
 * @param body   gives the results; it must call no operator that works in place, whose arguments are no longer what was
 *   recorded
 * @param inputs what it is called with
 * @throws TorchError for an operator that works in place, or an output that is no result of an operator
 */
export function trace(
  body: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  { names = new Map() }: { readonly names?: ReadonlyMap<Tensor, string> } = {},
): Trace {
  const tracer = new Tracer(names);
  const traced = inputs.map((input) => tracer.input(input));
  return scope(() =>
    noGrad(() => {
      const before = setRecorder(tracer);
      try {
        const given = body(...inputs);
        const outputs = "shape" in given ? [given] : given;
        return { inputs: traced, outputs: outputs.map((each) => tracer.output(each)), calls: tracer.calls };
      } finally {
        setRecorder(before);
      }
    }),
  );
}

/** A tensor that is known, and whether its values follow from an input. */
interface Known {
  readonly traced: TracedTensor & { values?: TensorData };
  readonly depends: boolean;
}

class Tracer implements Recorder {
  readonly calls: TracedCall[] = [];
  readonly #known = new Map<Tensor, Known>();
  readonly #names: ReadonlyMap<Tensor, string>;

  constructor(names: ReadonlyMap<Tensor, string>) {
    this.#names = names;
  }

  input(tensor: Tensor): TracedTensor {
    return this.#meet(tensor, true).traced;
  }

  output(tensor: Tensor): TracedTensor {
    const known = this.#known.get(tensor);
    if (known === undefined) {
      const got = handleOf(tensor) === 0 ? "something else" : "a tensor that no operator gave";
      throw new TorchError(`expected outputs to be results of operators, got ${got}`, "argument", "trace");
    }
    return this.#read(known, tensor);
  }

  record(name: string, args: readonly unknown[], result: unknown): void {
    if (worksInPlace(name)) {
      const message = "expected operators that give a new tensor, got one that works in place";
      throw new TorchError(message, "argument", name);
    }
    let depends = false;
    const seen = args.map((arg) =>
      mapped(arg, (tensor) => {
        const known = this.#known.get(tensor) ?? this.#meet(tensor, false);
        depends ||= known.depends;
        return this.#read(known, tensor);
      }),
    );
    const results = Array.isArray(result) ? result : [result];
    this.calls.push({
      name,
      args: seen,
      results: results.map((each: unknown) => mapped(each, (made) => this.#meet(made, depends).traced)),
    });
  }

  #meet(tensor: Tensor, depends: boolean): Known {
    const { dtype, shape } = tensor;
    const name = this.#names.get(tensor);
    const traced = { id: this.#known.size, dtype, shape: [...shape], ...(name !== undefined && { name }) };
    const known = { traced, depends };
    this.#known.set(tensor, known);
    return known;
  }

  /** What does not follow from an input is copied when it is first read: it may be gone when the trace ends. */
  #read({ traced, depends }: Known, tensor: Tensor): TracedTensor {
    if (!depends && traced.values === undefined) traced.values = tensor.data();
    return traced;
  }
}

/** `aten::add_.Tensor` does, `aten::add.Tensor` does not. */
function worksInPlace(name: string): boolean {
  return /[^_]_(\.|$)/.test(name);
}

/** A value of a call with its tensors exchanged; what is neither tensor, number, text nor a list of them is null. */
function mapped(value: unknown, of: (tensor: Tensor) => TracedTensor): TracedValue {
  if (handleOf(value) !== 0) return of(value as Tensor);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>, (each) => mapped(each, of));
  }
  if (typeof value === "bigint") return Number(value);
  return typeof value === "object" || typeof value === "function" || typeof value === "symbol"
    ? null
    : (value as number | string | boolean | undefined);
}
