import type { Tensor } from "@leeway/torch";
import { RunError } from "../errors.ts";
import type { Session } from "../training/index.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";

/** Tensors by name: a network's parameters and buffers, or all that a file holds. */
export type State = Readonly<Record<string, Tensor>>;

/** What a session has learned, for a file: weights and batch statistics, its branch, the optimizer's memory, averages, the chosen epoch. */
export interface SessionState {
  /** Each part under a name of its own, `model.classifier.weight`: the session's tensors, not copies. */
  readonly tensors: State;
  /** Steps of the optimizer. */
  readonly steps: number;
  /** The epoch that is chosen so far, counted from 0; null for none. */
  readonly chosen: number | null;
}

/** The state of a session. */
export function sessionState(
  { model, branch, optimizer, average }: Session,
  chosenEpoch: ChosenEpoch,
): SessionState {
  const { steps, tensors: memory } = optimizer.state();
  const chosen = chosenEpoch.state();
  const tensors = {
    ...prefixed("model", model.stateDict()),
    ...prefixed("branch", branch?.stateDict() ?? {}),
    ...prefixed("optimizer", memory),
    ...prefixed("average", average?.state() ?? {}),
    ...prefixed("chosen", chosen?.weights ?? {}),
  };
  return { tensors, steps, chosen: chosen?.record.epoch ?? null };
}

/** The tensors of one part, under the names that they have in it. */
export function part(prefix: string, tensors: State): Record<string, Tensor> {
  const inside = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(inside.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}

function prefixed(prefix: string, tensors: State): State {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}

/**
 * Loads a file's tensors, where only those of this network fit.
 *
 * @param fault what was expected, and found: "the state of this network, got another"
 * @throws RunError with code "run" if they do not fit
 */
export function fitting<T>(path: string, fault: string, load: () => T): T {
  try {
    return load();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RunError("run", `${path}: expected ${fault}. ${cause.message}`, { path, cause });
  }
}
