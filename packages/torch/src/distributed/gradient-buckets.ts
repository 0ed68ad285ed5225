import { requireHandle } from "../handle.ts";
import { native } from "../native.ts";
import type { Tensor } from "../tensor.ts";
import type { ProcessGroup } from "./process-group.ts";

/**
 * Sums the gradients of parameters over all ranks. They are sent in a few messages, of which each leaves as soon as the
 * backward pass has what is in it, so that most of them arrive before its end.
 *
 * All ranks make them of the same parameters, in the same order.
 */
export class GradientBuckets {
  readonly #handle: number;

  /** @param parameters leaves that require a gradient */
  constructor(group: ProcessGroup, parameters: readonly Tensor[]) {
    const handles = parameters.map((parameter) => requireHandle(parameter, "GradientBuckets"));
    this.#handle = native().newBuckets(group.handle, handles);
  }

  /**
   * Runs a backward pass and leaves in each parameter's `grad` the sum over all ranks.
   *
   * @throws TorchError with code "ranks" where a rank is gone
   */
  during(backward: () => void): void {
    native().useBuckets(this.#handle, "begin");
    backward();
    native().useBuckets(this.#handle, "finish");
  }

  dispose(): void {
    native().useBuckets(this.#handle, "free");
  }
}
