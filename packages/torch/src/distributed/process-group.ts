import { requireHandle } from "../handle.ts";
import { native } from "../native.ts";
import { empty, tensor } from "../ops/creation.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** Where a rank stands, and how it is reached. */
interface GroupFacts {
  readonly rank: number;
  readonly size: number;
  readonly address: string;
  readonly interface: string;
}

/**
 * The processes that train one network together, as one of them sees them. Collectives are begun by all ranks, in the same
 * order. Sums have the same bits on every rank.
 *
 * Waiting holds up the event loop, for as long as all ranks give signs of life: a rank that has given none for 30 seconds,
 * or whose connection is lost, ends the wait on all others with an error that names it.
 *
 * Made by `initProcessGroup`.
 */
export class ProcessGroup {
  readonly rank: number;
  readonly size: number;
  /** The address at which this rank listens. */
  readonly address: string;
  /** The network interface that has it; "" where none is known by it. */
  readonly interfaceName: string;
  readonly #group: number;

  constructor(group: number, { rank, size, address, interface: interfaceName }: GroupFacts) {
    this.#group = group;
    this.rank = rank;
    this.size = size;
    this.address = address;
    this.interfaceName = interfaceName;
  }

  /** The group's number in the native part. */
  get handle(): number {
    return this.#group;
  }

  /** Begins to replace a tensor's values by their sum over all ranks. Float32, float64 or whole numbers. */
  beginAllReduce(values: Tensor): Collective {
    return this.#begin("sum", values);
  }

  /** Replaces a tensor's values by their sum over all ranks. */
  allReduce(values: Tensor): Tensor {
    this.beginAllReduce(values).wait();
    return values;
  }

  /** Replaces a tensor's values by those of a rank. */
  broadcast(values: Tensor, { root = 0 } = {}): Tensor {
    this.#begin("broadcast", values, root).wait();
    return values;
  }

  /** The tensors of all ranks, which have one shape, in the order of ranks: [size, ...shape]. */
  allGather(values: Tensor): Tensor {
    const into = empty([this.size, ...values.shape], { dtype: values.dtype, device: values.device });
    this.#begin("gather", values, requireHandle(into, "ProcessGroup")).wait();
    return into;
  }

  /** Waits until all ranks are here. */
  barrier(): void {
    this.#finished(native().beginCollective(this.#group, "barrier", 0, 0)).wait();
  }

  /** The sums over all ranks of a few numbers, in float64. */
  sum(numbers: readonly number[]): number[] {
    return scope(() => this.allReduce(tensor(Float64Array.from(numbers))).toNumbers());
  }

  /** The bytes of every rank, in the order of ranks; their lengths may differ. */
  gatherBytes(bytes: Uint8Array): Uint8Array[] {
    return scope(() => {
      const lengths = this.allGather(tensor(Float64Array.of(bytes.length))).toNumbers();
      const padded = new Uint8Array(Math.max(1, ...lengths));
      padded.set(bytes);
      const all = this.allGather(tensor(padded)).data() as Uint8Array;
      return lengths.map((length, rank) => all.slice(rank * padded.length, rank * padded.length + length));
    });
  }

  /** The bytes that rank 0 gives, on all ranks. */
  shareBytes(bytes: Uint8Array | null): Uint8Array {
    return scope(() => {
      const length = this.broadcast(tensor(Float64Array.of(bytes?.length ?? 0))).item();
      const values = this.rank === 0 && bytes !== null ? bytes : new Uint8Array(length);
      return length === 0 ? values : (this.broadcast(tensor(values)).data() as Uint8Array);
    });
  }

  /** Leaves the group; all ranks do, at the same point. After an error of a collective nothing is left to be closed. */
  leave(): void {
    native().leaveGroup(this.#group);
  }

  #begin(kind: string, values: Tensor, more = 0): Collective {
    return this.#finished(
      native().beginCollective(this.#group, kind, requireHandle(values, "ProcessGroup"), more),
    );
  }

  #finished(pending: number): Collective {
    return {
      wait: () => {
        native().finishCollective(this.#group, pending);
      },
    };
  }
}

/** A collective that has begun. */
export interface Collective {
  /**
   * Waits for its end, once; the tensor then has its new values.
   *
   * @throws TorchError with code "ranks" where a rank is gone, naming it
   */
  readonly wait: () => void;
}
