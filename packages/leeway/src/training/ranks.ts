import { cat, copyInto, distributed, nn, noGrad, scope, slice, type Tensor, tensor } from "@leeway/torch";
import { RunError } from "../errors.ts";
import type { Model } from "../models/index.ts";

/** Below so many examples of a batch on each rank, batch normalisation takes the statistics of all ranks by default. */
export const smallBatch = 32;

/** What of a recipe says how ranks share its training. */
interface SharedTraining {
  /** Of all ranks together. */
  readonly batchSize: number;
  /** By default by {@link smallBatch}. */
  readonly syncBatchNorm?: "on" | "off" | undefined;
}

/**
 * The ranks that train a session's network together, and this process's place among them. Every number that the loop
 * decides by is the same on all of them.
 */
export class Ranks {
  readonly group: distributed.ProcessGroup;
  /** Whether batch normalisation takes the statistics of all ranks. */
  readonly sharesStatistics: boolean;
  readonly #parameters: readonly Tensor[];
  readonly #statistics: readonly Tensor[];
  #buckets: { readonly of: readonly Tensor[]; readonly buckets: distributed.GradientBuckets } | undefined;
  readonly #stop = new AbortController();
  #wish: AbortSignal | undefined;

  constructor(group: distributed.ProcessGroup, recipe: SharedTraining, model: Model) {
    const norms = model.namedModules().flatMap(([, each]) => (each instanceof nn.BatchNorm2d ? [each] : []));
    this.group = group;
    const { batchSize, syncBatchNorm = batchSize / group.size < smallBatch ? "on" : "off" } = recipe;
    this.sharesStatistics = norms.length > 0 && syncBatchNorm === "on";
    this.#parameters = model.parameters();
    this.#statistics = this.sharesStatistics
      ? []
      : norms.flatMap(({ runningMean, runningVar }) => [runningMean, runningVar]);
    scope(() => {
      noGrad(() => {
        // The seed gives the same on equal machines; bits may differ on others.
        for (const each of Object.values(model.stateDict())) group.broadcast(each);
      });
    });
  }

  /** Whether this rank writes and prints for all. */
  get isFirst(): boolean {
    return this.group.rank === 0;
  }

  /**
   * A signal that is aborted on all ranks at the same point, once that of one of them is.
   *
   * @param signal this process's own
   */
  follow(signal: AbortSignal | undefined): AbortSignal {
    if (signal !== this.#stop.signal) this.#wish = signal;
    return this.#stop.signal;
  }

  /** Sums a few numbers over all ranks, and sees on the way whether one of them wants to stop. */
  sum(numbers: readonly number[]): number[] {
    const sums = this.group.sum([...numbers, this.#wish?.aborted ? 1 : 0]);
    if (sums.pop()! > 0 && !this.#stop.signal.aborted) this.#stop.abort();
    return sums;
  }

  /** Joins values of which each rank has some, and zeros in the places of the others'. */
  join(values: Float32Array): void {
    scope(() => {
      values.set(this.group.allReduce(tensor(values)).data() as Float32Array);
    });
  }

  /** Runs the backward pass of a step, and leaves the gradients of the whole batch. */
  backward(pass: () => void): void {
    const of = this.#parameters.filter((parameter) => parameter.requiresGrad);
    const known = this.#buckets;
    const isSame = known?.of.length === of.length && known.of.every((each, i) => each === of[i]);
    if (!isSame) {
      known?.buckets.dispose();
      this.#buckets = { of, buckets: new distributed.GradientBuckets(this.group, of) };
    }
    const averaged = this.#beginStatistics();
    this.#buckets!.buckets.during(pass); // made above, where it was not there
    averaged();
  }

  /** Runs a forward pass of a batch that ranks have shares of. */
  forward<Result>(pass: () => Result): Result {
    return this.sharesStatistics ? distributed.withSharedStatistics(this.group, pass) : pass();
  }

  /**
   * Begins to average running statistics, which each rank's batches have moved differently, so that they are the same on
   * all of them after each step.
   *
   * @returns ends it
   */
  #beginStatistics(): () => void {
    const tensors = this.#statistics;
    if (tensors.length === 0) return () => undefined;
    const all = noGrad(() => cat(tensors, 0));
    const sum = this.group.beginAllReduce(all);
    return () => {
      sum.wait();
      noGrad(() => {
        const mean = all.div(this.group.size);
        let from = 0;
        for (const each of tensors) {
          const to = from + each.shape[0]!; // of one dimension
          copyInto(each, slice(mean, 0, { start: from, end: to }));
          from = to;
        }
      });
    };
  }

  /** What rank 0 has, on all ranks: anything that JSON can say. Of the others what they give is not looked at. */
  share<T>(value: T | null): T {
    const bytes = this.group.shareBytes(this.isFirst ? Buffer.from(JSON.stringify(value)) : null);
    return JSON.parse(Buffer.from(bytes).toString()) as T;
  }

  /**
   * Refuses ranks that were given different things.
   *
   * @param facts what must be the same, by name, as text
   * @throws RunError with code "usage" that names the ranks and what differs
   */
  requireSame(facts: Readonly<Record<string, string>>): void {
    const all = this.group
      .gatherBytes(Buffer.from(JSON.stringify(facts)))
      .map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Readonly<Record<string, string>>);
    const [first] = all;
    for (const [rank, theirs] of all.entries()) {
      const differing = Object.keys(facts).find((name) => theirs[name] !== first?.[name]);
      if (differing === undefined) continue;
      throw new RunError(
        "usage",
        `ranks: expected the same ${differing} on all ranks, got another on rank ${rank} than on rank 0. ` +
          "Start all of them with one command, on the same data and versions.",
      );
    }
  }

  dispose(): void {
    this.#buckets?.buckets.dispose();
    this.#buckets = undefined;
  }
}

/** A rank's part of a batch of `length`: [from, to). Where there are fewer examples than ranks, all of it. */
export function sliceOf(
  length: number,
  { rank, size }: Pick<distributed.ProcessGroup, "rank" | "size">,
): { readonly from: number; readonly to: number; readonly isWhole: boolean } {
  if (length < size) return { from: 0, to: length, isWhole: true };
  const at = (place: number): number => Math.floor((place * length) / size);
  return { from: at(rank), to: at(rank + 1), isWhole: false };
}
