import { copyInto, keep, noGrad, scope, type Tensor } from "@leeway/torch";
import type { ChoosingMetric, EpochRecord } from "../records/index.ts";
import type { Session } from "../training/index.ts";
import { goodnessOf } from "./choosing-metric.ts";

/** The chosen epoch: its record, and its weights if a split chooses it. */
interface ChosenState {
  readonly record: EpochRecord;
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** The weights that were measured at the end of an epoch: their average where there is one. */
function measuredState({ model, average }: Session): Readonly<Record<string, Tensor>> {
  return average?.averages ?? model.stateDict();
}

/** The best epoch so far, with a copy of its weights. */
export class ChosenEpoch {
  readonly #session: Session;
  /** What chooses it; null where the last epoch counts. */
  readonly metric: ChoosingMetric | null;
  #weights: Record<string, Tensor> = {};
  record: EpochRecord | null = null;
  #score = -Infinity;

  constructor(session: Session, metric: ChoosingMetric | null) {
    this.#session = session;
    this.metric = metric;
  }

  /** Chooses the epoch if it is at least as good as the best: of equal ones the later, which is trained longer. */
  consider(record: EpochRecord): void {
    const score = this.#scoreOf(record);
    if (score < this.#score) return;
    this.#score = score;
    this.record = record;
    if (this.metric === null) return; // the last epoch counts: the model holds its weights
    scope(() => {
      noGrad(() => {
        for (const [key, tensor] of Object.entries(measuredState(this.#session))) {
          const held = this.#weights[key];
          if (held === undefined) this.#weights[key] = keep(tensor.clone());
          else copyInto(held, tensor);
        }
      });
    });
  }

  /** Puts the chosen epoch's weights into the model, or where the last counts the average of weights. */
  restore(): void {
    if (Object.keys(this.#weights).length === 0) {
      this.#session.average?.exchange();
      return;
    }
    scope(() => {
      this.#session.model.loadStateDict(this.#weights);
    });
  }

  /** The epoch and its weights, to be saved; the tensors are its own, not copies. */
  state(): ChosenState | null {
    return this.record && { record: this.record, weights: this.#weights };
  }

  /** Takes over an earlier choice, as copies; null forgets the choice. */
  resume(state: ChosenState | null): void {
    this.dispose();
    const { device } = this.#session;
    const weights = this.metric === null ? {} : (state?.weights ?? {});
    scope(() => {
      for (const [name, tensor] of Object.entries(weights)) {
        this.#weights[name] = keep(tensor.to({ device }).clone());
      }
    });
    this.record = state?.record ?? null;
    this.#score = state === null ? -Infinity : this.#scoreOf(state.record);
  }

  dispose(): void {
    for (const tensor of Object.values(this.#weights)) tensor.dispose();
    this.#weights = {};
  }

  #scoreOf({ epoch, evaluation }: EpochRecord): number {
    if (this.metric === null || evaluation === null) return epoch;
    return goodnessOf(evaluation, this.metric);
  }
}
