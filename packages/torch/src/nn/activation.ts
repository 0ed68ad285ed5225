import { relu } from "../ops/elementwise.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/** max(input, 0). */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return relu(input);
  }
}

/** All dimensions after the first in one: [N, …] gives [N, D]. */
export class Flatten extends Module {
  forward(input: Tensor): Tensor {
    return flatten(input, 1);
  }
}
