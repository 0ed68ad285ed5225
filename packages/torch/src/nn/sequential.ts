import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/** Modules one after another, named "0", "1", … */
export class Sequential extends Module {
  readonly modules: readonly Module[];

  constructor(modules: readonly Module[]) {
    super();
    this.modules = modules.map((module, index) => this.child(String(index), module));
  }

  forward(input: Tensor): Tensor {
    return this.modules.reduce((x, module) => module.forward(x), input);
  }
}
