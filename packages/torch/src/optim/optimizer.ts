import { isLeaf, noGrad } from "../autograd.ts";
import { handleOf } from "../handle.ts";
import { native } from "../native.ts";
import { zerosLike } from "../ops/creation.ts";
import { copyInto } from "../ops/elementwise.ts";
import { withGradient } from "../ops/optimizer.ts";
import { keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** Parameters with a learning rate and a weight decay of their own. */
export interface ParameterGroup {
  readonly parameters: readonly Tensor[];
  /** What the optimizer's `lr` is multiplied by; 1 by default. */
  readonly lrFactor?: number;
  /** By default the optimizer's. */
  readonly weightDecay?: number;
}

/** What an optimizer changes: parameters that are treated alike, or groups of them. */
export type Learned = readonly Tensor[] | readonly ParameterGroup[];

/** The numbers by which a group's parameters are changed in a step. */
export interface GroupRule {
  readonly lr: number;
  readonly weightDecay: number;
}

/** Changes parameters by their gradients; what it remembers between steps is in `state`. */
export abstract class Optimizer {
  /** The learning rate, which groups have a multiple of; may be set before any step. */
  lr: number;
  readonly weightDecay: number;
  /** Those of all groups, one group after another. */
  readonly parameters: readonly Tensor[];
  readonly groups: readonly Required<ParameterGroup>[];
  #steps = 0;
  #slots = new Map<string, Tensor[]>();

  /**
   * @throws RangeError for an lr, a factor or a decay below 0, a parameter given twice, or one that is a result of
   *   operators
   */
  constructor(learned: Learned, { lr, weightDecay }: GroupRule) {
    if (!(lr >= 0)) throw new RangeError(`Optimizer: expected lr to be at least 0, got ${lr}.`);
    if (!(weightDecay >= 0)) {
      throw new RangeError(`Optimizer: expected weightDecay to be at least 0, got ${weightDecay}.`);
    }
    this.groups = groupsOf(learned, weightDecay);
    const parameters = this.groups.flatMap((group) => group.parameters);
    parameters.forEach((parameter, i) => {
      if (!isLeaf(parameter)) {
        throw new RangeError(
          `Optimizer: expected parameters[${i}] to be a leaf, got a result of operators. Give the tensor it was made of.`,
        );
      }
      if (parameters.indexOf(parameter) < i) {
        throw new RangeError(`Optimizer: expected each parameter once, got parameters[${i}] again.`);
      }
    });
    this.parameters = parameters;
    this.lr = lr;
    this.weightDecay = weightDecay;
  }

  /** The number of steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** One update from the gradients the parameters hold now; those without one stay. */
  step(): void {
    scope(() => {
      noGrad(() => {
        const indices = withGradient(this.parameters);
        if (indices.length === 0) return;
        this.#steps++;
        let first = 0;
        for (const { parameters, lrFactor, weightDecay } of this.groups) {
          const end = first + parameters.length;
          const from = first;
          const own = this.groups.length === 1 ? indices : indices.filter((i) => i >= from && i < end);
          first = end;
          if (own.length > 0) this.update(own, { lr: this.lr * lrFactor, weightDecay });
        }
      });
    });
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.clearGrad();
  }

  /** Forgets what was remembered between steps, as if none had been taken; the learning rate stays. */
  reset(): void {
    this.dispose();
    this.#steps = 0;
  }

  /** Everything needed to go on exactly: tensors by "slot.index", and the number of steps. */
  state(): { readonly steps: number; readonly tensors: Record<string, Tensor> } {
    const named = [...this.#slots].flatMap(([slot, tensors]) =>
      tensors.map((tensor, index): [string, Tensor] => [`${slot}.${index}`, tensor]),
    );
    return { steps: this.#steps, tensors: Object.fromEntries(named) };
  }

  /**
   * Takes over what {@link state} gave, as copies; what was remembered before is forgotten.
   *
   * @throws RangeError for a step count that is none, a tensor that belongs to no parameter or is not of its
   *   shape, or a parameter of which only a part is there; nothing is changed then
   */
  loadState({ steps, tensors }: { steps: number; tensors: Readonly<Record<string, Tensor>> }): void {
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new RangeError(
        `Optimizer.loadState: expected steps to be a whole number of at least 0, got ${steps}.`,
      );
    }
    const places = Object.entries(tensors).map(([name, tensor]) => ({
      tensor,
      ...this.#placeOf(name, tensor),
    }));
    this.#requireWhole(tensors, places);
    // Copied before the old is freed: the tensors may be this optimizer's own.
    const fresh = new Map<string, Tensor[]>(places.map(({ slot }) => [slot, []]));
    for (const { slot, index, tensor } of places) {
      fresh.get(slot)![index] = scope(() => noGrad(() => keep(copyInto(this.#zeros(index), tensor))));
    }
    this.dispose();
    this.#slots = fresh;
    this.#steps = steps;
  }

  /** Frees what the optimizer remembers of its parameters; they themselves stay. */
  dispose(): void {
    for (const tensors of this.#slots.values())
      for (const tensor of tensors) (tensor as Tensor | undefined)?.dispose();
    this.#slots.clear();
  }

  /**
   * The rule: reads gradients, writes the parameters. Runs without gradient mode, in a scope, for each group.
   *
   * @param indices the parameters of the group that have a gradient
   */
  protected abstract update(indices: readonly number[], rule: GroupRule): void;

  /** The names passed to {@link slot}: what a state may hold. */
  protected abstract slotNames(): readonly string[];

  /**
   * What the optimizer remembers of one parameter: zeros at its first use, kept from all scopes. It follows its
   * parameter to another dtype or device.
   */
  protected slot(name: string, index: number): Tensor {
    let tensors = this.#slots.get(name);
    if (tensors === undefined) this.#slots.set(name, (tensors = []));
    const known = tensors[index];
    const parameter = this.parameters[index]!;
    if (known !== undefined && native().isLike(handleOf(known), handleOf(parameter))) return known;
    const zeros = this.#zeros(index);
    tensors[index] = keep(known === undefined ? zeros : copyInto(zeros, known));
    known?.dispose();
    return tensors[index];
  }

  #zeros(index: number): Tensor {
    return zerosLike(this.parameters[index]!);
  }

  #placeOf(name: string, tensor: Tensor): { slot: string; index: number } {
    const [, slot = "", digits = ""] = /^(.+)\.(\d+)$/.exec(name) ?? [];
    const parameter = this.parameters[Number(digits)];
    if (!this.slotNames().includes(slot) || parameter === undefined) {
      const names = this.slotNames().map((each) => `${each}.0 to ${each}.${this.parameters.length - 1}`);
      throw new RangeError(
        `Optimizer.loadState: expected names among ${names.join(", ") || "none"}, got ${name}.`,
      );
    }
    const [wanted, given] = [parameter.shape.join(", "), tensor.shape.join(", ")];
    if (wanted !== given) {
      throw new RangeError(`Optimizer.loadState: expected ${name} of shape [${wanted}], got [${given}].`);
    }
    return { slot, index: Number(digits) };
  }

  #requireWhole(
    tensors: Readonly<Record<string, Tensor>>,
    places: readonly { readonly index: number }[],
  ): void {
    const slots = this.slotNames();
    const wanted = places.flatMap(({ index }) => slots.map((slot) => `${slot}.${index}`));
    const missing = [...new Set(wanted)].filter((name) => !Object.hasOwn(tensors, name));
    if (missing.length > 0) {
      throw new RangeError(
        `Optimizer.loadState: expected ${slots.join(", ")} of each parameter, got missing [${missing.join(", ")}].`,
      );
    }
  }
}

function groupsOf(learned: Learned, weightDecay: number): Required<ParameterGroup>[] {
  if (!isGroups(learned)) return [{ parameters: learned, lrFactor: 1, weightDecay }];
  return learned.map((group, i) => {
    for (const name of ["lrFactor", "weightDecay"] as const) {
      const { [name]: value = 0 } = group;
      if (value >= 0) continue;
      throw new RangeError(`Optimizer: expected groups[${i}].${name} to be at least 0, got ${value}.`);
    }
    return { lrFactor: 1, weightDecay, ...group };
  });
}

function isGroups(learned: Learned): learned is readonly ParameterGroup[] {
  const [first] = learned;
  return first !== undefined && "parameters" in first;
}
