import { native } from "./native.ts";

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
  let id: number | undefined;
  return (...args) => {
    const addon = native();
    id ??= addon.resolve(name);
    return addon.call(id, ...args) as Result;
  };
}

/** The declaration of an operator in the linked libtorch, for instance `aten::mm(Tensor self, Tensor mat2) -> Tensor`. */
export function operatorSchema(name: string): string {
  return native().schema(name);
}
