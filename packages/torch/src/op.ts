import { TorchError } from "./errors.ts";
import { handleOf, tensorOf } from "./handle.ts";
import { native } from "./native.ts";
import { recorder } from "./recorder.ts";
import type { Tensor } from "./tensor.ts";

/** What the addon takes handles for, and gives them for; the numbers are its. */
const kind = { tensor: 1, tensors: 2, optionalTensors: 3 } as const;

/** What a call must know of an operator's schema. */
interface Declaration {
  readonly id: number;
  readonly name: string;
  /** Of the arguments. */
  readonly names: readonly string[];
  readonly kinds: readonly number[];
  /** Of the results. */
  readonly results: readonly number[];
}

/**
 * An operator of libtorch as a function: `op<[Tensor, Tensor], Tensor>("aten::mm")`.
 *
 * The name is resolved once, at the first call. Arguments follow the operator's schema in order; those
 * left out take the schema's defaults. A whole number is an integer where the schema says Scalar.
 *
 * @param name `namespace::operator` or `namespace::operator.overload`
 * @throws TorchError (at the call) for an unknown operator or an argument libtorch refuses
 */
// The caller states the operator's type: libtorch knows it only at run time.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
export function op<Parameters extends readonly unknown[], Result>(
  name: string,
): (...args: Parameters) => Result {
  let known: Declaration | undefined;
  return (...args) => {
    const declared = (known ??= declarationOf(name));
    const given: unknown[] = args as unknown as unknown[]; // nobody else has it
    const traced = recorder === null ? null : [...given]; // before handles take the place of tensors
    // Of too many the addon reads none.
    for (let i = 0; i < given.length && given.length <= declared.kinds.length; i++) {
      const wanted = declared.kinds[i];
      if (wanted === kind.tensor) given[i] = handleFrom(given[i], declared, i);
      else if (wanted === kind.tensors || wanted === kind.optionalTensors)
        given[i] = handlesFrom(given[i], declared, i);
    }
    const result = resultFrom(native().call(declared.id, ...given), declared);
    if (traced !== null) recorder?.record(name, traced, result);
    return result as Result;
  };
}

function declarationOf(name: string): Declaration {
  const id = native().resolve(name);
  const { names, arguments: kinds, results } = native().signature(id);
  return { id, name, names, kinds, results };
}

/** The handle of a tensor; what is absent stays so, and the addon knows whether it may be. */
function handleFrom(value: unknown, declared: Declaration, i: number): unknown {
  const handle = handleOf(value);
  if (handle !== 0) return handle;
  if (value === null || value === undefined) return value;
  throw refused(value, declared, { i, expected: "a Tensor" });
}

function handlesFrom(value: unknown, declared: Declaration, i: number): unknown {
  if (value === null || value === undefined) return value;
  if (!Array.isArray(value)) throw refused(value, declared, { i, expected: "an array" });
  const tensors: readonly unknown[] = value;
  const optional = declared.kinds[i] === kind.optionalTensors;
  const handles = new Float64Array(tensors.length); // asked once: a getter may lengthen it
  for (let j = 0; j < handles.length; j++) {
    const tensor = tensors[j];
    const handle = handleOf(tensor);
    handles[j] = handle;
    if (handle === 0 && !(optional && (tensor === null || tensor === undefined)))
      throw refused(tensor, declared, { i, expected: "a Tensor", at: ` at [${j}]` });
  }
  return handles;
}

function refused(
  value: unknown,
  { name, names }: Declaration,
  { i, expected, at = "" }: { readonly i: number; readonly expected: string; readonly at?: string },
): TorchError {
  const got = native().wordFor(value);
  return new TorchError(`argument ${names[i]}: expected ${expected}, got ${got}${at}`, "argument", name);
}

function resultFrom(value: unknown, { results }: Declaration): unknown {
  if (results.length === 1) return oneResult(value, results[0]);
  if (results.length === 0) return value;
  return (value as readonly unknown[]).map((each, i) => oneResult(each, results[i]));
}

function oneResult(value: unknown, wanted: number | undefined): unknown {
  if (wanted === kind.tensor) return tensorOrNull(value);
  if (wanted === kind.tensors || wanted === kind.optionalTensors)
    return value === null ? null : (value as readonly unknown[]).map(tensorOrNull);
  return value;
}

function tensorOrNull(value: unknown): Tensor | null {
  return value === null ? null : tensorOf(value as number);
}

/** The declaration of an operator in the linked libtorch, for instance `aten::mm(Tensor self, Tensor mat2) -> Tensor`. */
export function operatorSchema(name: string): string {
  return native().schema(name);
}
