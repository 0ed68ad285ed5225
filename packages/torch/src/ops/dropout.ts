import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** While training, each value 0 with probability p and otherwise divided by 1 - p. Draws from the generator `manualSeed` seeds. */
export const dropout = op<[input: Tensor, p: number, training: boolean], Tensor>("aten::dropout");
