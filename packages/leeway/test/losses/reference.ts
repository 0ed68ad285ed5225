import { readFileSync } from "node:fs";
import { scope, tensor } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import type { Loss } from "../../src/losses/index.ts";

/** One answer of `tools/reference/losses.py`; what the loss is made from differs by loss. */
export interface ReferenceCase {
  readonly loss: string;
  readonly margins?: readonly number[];
  readonly scale?: number;
  readonly gamma?: number;
  readonly multipliers?: readonly number[];
  readonly offsets?: readonly number[];
  readonly smoothing?: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly values: readonly number[];
  readonly gradient: readonly (readonly number[])[];
}

/** PyTorch's cases of a loss, named as its function. */
export function referenceCases(loss: string): ReferenceCase[] {
  const file = new URL("../fixtures/losses.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: ReferenceCase[] };
  return cases.filter((each) => each.loss === loss);
}

/** Asserts that a loss gives PyTorch's values and gradients: both in double precision, so to 1e-10. */
export function expectReference(loss: Loss, { logits, targets, values, gradient }: ReferenceCase): void {
  const answer = answerOf(loss, logits, targets);
  expectClose(answer.values, values, { rtol: 1e-10, atol: 1e-12 });
  expectClose(answer.gradient, gradient.flat(), { rtol: 1e-10, atol: 1e-12 });
}

/** A loss's value of each example and the gradient of their sum, [N · K], in double precision or single. */
export function answerOf(
  loss: Loss,
  logits: readonly (readonly number[])[],
  targets: readonly number[],
  { single = false } = {},
): { readonly values: number[]; readonly gradient: number[] } {
  return scope(() => {
    const shape = [logits.length, logits[0]!.length];
    const x = tensor((single ? Float32Array : Float64Array).from(logits.flat()), shape);
    x.requiresGrad = true;
    const values = loss(x, tensor(targets, [targets.length], { dtype: "int64" }));
    values.sum().backward();
    return { values: values.toNumbers(), gradient: x.grad!.toNumbers() };
  });
}
