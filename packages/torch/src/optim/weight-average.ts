import { noGrad } from "../autograd.ts";
import { tensor } from "../ops/creation.ts";
import { copyInto } from "../ops/elementwise.ts";
import { foreachAddInPlace, foreachMulInPlace } from "../ops/foreach.ts";
import { keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

type State = Readonly<Record<string, Tensor>>;

/** The count of updates, beside the averages in {@link WeightAverage.state}. */
const updatesName = "updates";

/**
 * An exponential moving average of a network's weights and buffers: a ← d a + (1 - d) w after each step, with
 * d = min(decay, (1 + t) / (10 + t)) at step t, so that the first weights, which are random, are soon forgotten.
 *
 * @source Polyak and Juditsky 1992; the decay of early steps as TensorFlow's ExponentialMovingAverage, and timm's
 */
export class WeightAverage {
  readonly #decay: number;
  readonly #weights: State;
  /** Of numbers that are averaged, and of counters, which are copied. */
  readonly #names: { readonly averaged: readonly string[]; readonly copied: readonly string[] };
  #averages: State;
  #updates = 0;

  /**
   * Begins at the weights as they are.
   *
   * @param weights a network's state: its own tensors, not copies
   * @throws RangeError for a decay outside (0, 1)
   */
  constructor(weights: State, { decay }: { readonly decay: number }) {
    if (!(decay > 0 && decay < 1)) {
      throw new RangeError(`WeightAverage: expected decay in (0, 1), got ${decay}.`);
    }
    this.#decay = decay;
    this.#weights = weights;
    const names = Object.keys(weights);
    const isAveraged = (name: string): boolean => weights[name]!.dtype.startsWith("float");
    this.#names = {
      averaged: names.filter(isAveraged),
      copied: names.filter((name) => !isAveraged(name)),
    };
    this.#averages = copied(weights);
  }

  /** The averages in a {@link state}, by their weights' names; null where it is none. */
  static averagesIn({ [updatesName]: updates, ...averages }: State): State | null {
    return updates === undefined ? null : averages;
  }

  /** The averages by their weights' names: its own tensors, not copies. */
  get averages(): State {
    return this.#averages;
  }

  /** Takes the weights as they are now into the average. */
  update(): void {
    const t = ++this.#updates;
    const decay = Math.min(this.#decay, (1 + t) / (10 + t));
    const of = (state: State): Tensor[] => this.#names.averaged.map((name) => state[name]!); // names of both
    noGrad(() => {
      const averages = of(this.#averages);
      foreachMulInPlace(averages, decay);
      foreachAddInPlace(averages, of(this.#weights), 1 - decay);
      for (const name of this.#names.copied) copyInto(this.#averages[name]!, this.#weights[name]!);
    });
  }

  /** Exchanges weights and averages: the network computes with the averages until they are exchanged again. */
  exchange(): void {
    scope(() => {
      noGrad(() => {
        for (const [name, average] of Object.entries(this.#averages)) {
          const weight = this.#weights[name]!; // of the same names
          const held = weight.clone();
          copyInto(weight, average);
          copyInto(average, held);
        }
      });
    });
  }

  /** Begins anew at the weights as they are. */
  reset(): void {
    this.#updates = 0;
    this.#load(this.#weights);
  }

  /** Everything needed to go on exactly: the averages by their weights' names, and the count of updates. */
  state(): Record<string, Tensor> {
    return { ...this.#averages, [updatesName]: tensor([this.#updates], undefined, { dtype: "int64" }) };
  }

  /**
   * Takes over what {@link state} gave, as copies.
   *
   * @throws RangeError where a part is missing
   */
  loadState({ [updatesName]: updates, ...averages }: State): void {
    const missing = Object.keys(this.#averages).filter((name) => !Object.hasOwn(averages, name));
    if (updates === undefined || missing.length > 0) {
      const names = [...(updates === undefined ? [updatesName] : []), ...missing];
      throw new RangeError(
        `WeightAverage.loadState: expected all averages, got missing [${names.join(", ")}].`,
      );
    }
    this.#load(averages);
    this.#updates = updates.item();
  }

  dispose(): void {
    for (const tensor of Object.values(this.#averages)) tensor.dispose();
    this.#averages = {};
  }

  #load(state: State): void {
    noGrad(() => {
      for (const [name, average] of Object.entries(this.#averages)) copyInto(average, state[name]!); // of all names
    });
  }
}

function copied(state: State): State {
  return scope(() =>
    noGrad(() => Object.fromEntries(Object.entries(state).map(([name, each]) => [name, keep(each.clone())]))),
  );
}
