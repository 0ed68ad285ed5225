import { isLeaf, noGrad } from "../autograd.ts";
import type { DType } from "../dtype.ts";
import { op } from "../op.ts";
import { copyInto } from "../ops/elementwise.ts";
import { keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

const setData = op<[Tensor, Tensor], undefined>("aten::set_data");

/**
 * A part of a network: parameters that learn, buffers that do not, and modules inside it.
 *
 * A class names its parts where it declares its fields, by PyTorch's names, so that a state dictionary
 * is the one PyTorch would write:
 *
 *     readonly conv1 = this.child("conv1", new Conv2d(3, 16, { kernelSize: 3, generator }));
 */
export abstract class Module {
  readonly #parameters = new Map<string, Tensor>();
  readonly #buffers = new Map<string, Tensor>();
  readonly #children = new Map<string, Module>();
  #training = true;

  /** What the module computes. */
  abstract forward(input: Tensor): Tensor;

  /** Whether the module is learning: batch normalisation and dropout behave differently when it is not. */
  get training(): boolean {
    return this.#training;
  }

  /** Sets this module and all inside it to learning, or with `false` to evaluating. */
  train(on = true): void {
    this.#training = on;
    for (const child of this.#children.values()) child.train(on);
  }

  /** All parameters with their dotted names, in the order of declaration; a tied one once, by its first name. */
  namedParameters(prefix = ""): [name: string, parameter: Tensor][] {
    const seen = new Set<Tensor>();
    return this.#collect(prefix, (module) => [...module.#parameters]).filter(
      ([, parameter]) => !seen.has(parameter) && seen.add(parameter),
    );
  }

  /** All parameters, each once, in the order of declaration. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** All modules with their dotted names, this one ("") first. */
  namedModules(prefix = ""): [name: string, module: Module][] {
    const inside = [...this.#children].flatMap(([name, child]) =>
      child.namedModules(prefix === "" ? name : `${prefix}.${name}`),
    );
    return [[prefix, this], ...inside];
  }

  /** Parameters and buffers by their dotted names, in PyTorch's order. The module's own tensors, not copies. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(this.#collect("", (module) => [...module.#parameters, ...module.#buffers]));
  }

  /**
   * Copies values into this module's parameters and buffers.
   *
   * @throws RangeError naming what is missing, what is not known here, or whose shape differs; nothing is
   *   copied then
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const own = this.stateDict();
    const missing = Object.keys(own).filter((name) => !Object.hasOwn(state, name));
    const unknown = Object.keys(state).filter((name) => !Object.hasOwn(own, name));
    if (missing.length > 0 || unknown.length > 0) {
      throw new RangeError(
        `loadStateDict: expected the same names, got missing [${missing.join(", ")}] and unknown [${unknown.join(", ")}].`,
      );
    }
    for (const [name, tensor] of Object.entries(own)) {
      const given = state[name]!.shape.join(", ");
      if (given !== tensor.shape.join(", ")) {
        throw new RangeError(
          `loadStateDict: expected ${name} of shape [${tensor.shape.join(", ")}], got [${given}].`,
        );
      }
    }
    noGrad(() => {
      for (const [name, tensor] of Object.entries(own)) copyInto(tensor, state[name]!);
    });
  }

  /**
   * Moves all parameters and buffers to a device, or makes them another dtype; the tensors stay the same
   * objects, so an optimizer goes on with them. Whole-number buffers keep their dtype.
   */
  to({ device, dtype }: { device?: string; dtype?: DType }): this {
    scope(() => {
      noGrad(() => {
        for (const tensor of Object.values(this.stateDict())) {
          const floating = tensor.dtype.startsWith("float") || tensor.dtype.startsWith("bfloat");
          const options = { ...(device && { device }), ...(dtype && floating && { dtype }) };
          setData(tensor, tensor.detach().to(options));
          tensor.clearGrad();
        }
      });
    });
    return this;
  }

  /** Frees the memory of all parameters and buffers. */
  dispose(): void {
    for (const tensor of Object.values(this.stateDict())) tensor.dispose();
  }

  /** Declares a tensor that learns. A parameter of another module is shared with it: the two are tied. */
  protected parameter(name: string, value: Tensor): Tensor {
    const parameter = keep(value.requiresGrad && isLeaf(value) ? value : value.detach());
    parameter.requiresGrad = true;
    this.#parameters.set(name, parameter);
    return parameter;
  }

  /** Declares a tensor that belongs to the state but does not learn. */
  protected buffer(name: string, value: Tensor): Tensor {
    const buffer = keep(value.detach());
    this.#buffers.set(name, buffer);
    return buffer;
  }

  /** Declares a module inside this one. */
  protected child<M extends Module>(name: string, module: M): M {
    this.#children.set(name, module);
    return module;
  }

  #collect(prefix: string, of: (module: Module) => [string, Tensor][]): [string, Tensor][] {
    return this.namedModules(prefix).flatMap(([path, module]) =>
      of(module).map(([name, tensor]): [string, Tensor] => [path === "" ? name : `${path}.${name}`, tensor]),
    );
  }
}
