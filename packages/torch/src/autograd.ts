import { requireHandle } from "./handle.ts";
import { native } from "./native.ts";
import { op } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Adds the gradient of `root` to the `grad` of every tensor that requires it.
 *
 * @param root a scalar, or any tensor when `gradient` is given
 * @param gradient the gradient with respect to `root`, of its shape
 * @param retainGraph keeps what the backward pass needs, for a second one
 * @throws RangeError if `gradient` has another shape than `root`
 * @throws TorchError if `root` has no history, or several elements and no `gradient`
 */
export function backward(
  root: Tensor,
  { gradient = null, retainGraph = false }: { gradient?: Tensor | null; retainGraph?: boolean } = {},
): void {
  // libtorch itself would sum or repeat it to fit.
  if (gradient !== null && gradient.shape.join(", ") !== root.shape.join(", ")) {
    throw new RangeError(
      `backward: expected gradient of shape [${root.shape.join(", ")}], got [${gradient.shape.join(", ")}].`,
    );
  }
  const from = requireHandle(root, "backward");
  const given = gradient && requireHandle(gradient, "backward", "gradient to be a Tensor");
  native().backward(from, given, retainGraph);
}

/** Whether a tensor is a leaf: not a result of recorded operators. Of all tensors, only leaves keep their gradient. */
export const isLeaf = op<[Tensor], boolean>("aten::is_leaf");

/**
 * Runs `body` without recording for the backward pass.
 *
 * @throws TypeError if `body` returns a promise: the mode ends when `body` returns
 */
export function noGrad<Result>(body: () => Result): Result {
  return withGradMode(false, body, "noGrad");
}

/**
 * Runs `body` recording for the backward pass, also inside {@link noGrad}.
 *
 * @throws TypeError if `body` returns a promise: the mode ends when `body` returns
 */
export function enableGrad<Result>(body: () => Result): Result {
  return withGradMode(true, body, "enableGrad");
}

/**
 * Runs `body` with PyTorch's mixed-precision policy: convolutions and matrix products in bfloat16, what
 * needs range or precision in float32.
 *
 * The bfloat16 form of a weight is remembered until the outermost `autocast` ends: update weights outside.
 *
 * @param device whose policy: "cpu" or "cuda"
 * @throws TypeError if `body` returns a promise: the policy ends when `body` returns
 */
export function autocast<Result>(body: () => Result, { device = "cpu" } = {}): Result {
  const addon = native();
  const before = addon.setAutocast(true, device);
  try {
    return synchronous("autocast", body());
  } finally {
    addon.setAutocast(before, device);
  }
}

/**
 * `result`, unless it is a promise.
 *
 * @param where the function whose effect ends when its body returns
 * @throws TypeError if `result` is a promise, or anything else with a then
 */
export function synchronous<Result>(where: string, result: Result): Result {
  const thenable =
    typeof result === "object" && result !== null && "then" in result && typeof result.then === "function";
  if (!thenable) return result;
  throw new TypeError(`${where}: expected body to be synchronous, got a promise. Await outside ${where}.`);
}

function withGradMode<Result>(on: boolean, body: () => Result, where: string): Result {
  const addon = native();
  const before = addon.setGradEnabled(on);
  try {
    return synchronous(where, body());
  } finally {
    addon.setGradEnabled(before);
  }
}
