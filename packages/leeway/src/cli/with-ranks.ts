import { constants } from "node:os";
import { allowedThreads, distributed, setThreads, TorchError } from "@leeway/torch";
import { RunError } from "../errors.ts";
import type { ReadOnce } from "../data/index.ts";
import { dataKindOf, type Recipe } from "../recipe/index.ts";
import { type Placement, placementFrom, placementWords, rankThreads } from "../ranks/index.ts";
import { readOnce } from "./read-once.ts";

/** A process among the ranks that train one network, or by itself. */
export interface OwnRank {
  /** Null for a process by itself. */
  readonly group: distributed.ProcessGroup | null;
  /** Whether it writes and prints for all: rank 0, and a process by itself. */
  readonly isFirst: boolean;
  /**
   * Reads the data of a recipe. Images and texts, of which files are made that all ranks use, by rank 0 first, then by
   * one rank of each machine, then by the rest. Tables and vectors once for a machine, see {@link readOnce}.
   *
   * @param read reads; what it gives to `once` is read by one rank of each machine
   * @returns undefined on all ranks where one of them was stopped meanwhile
   */
  readonly inTurn: <T>(
    recipe: Recipe,
    read: (once?: ReadOnce) => Promise<T | undefined>,
  ) => Promise<T | undefined>;
}

const byItself: OwnRank = { group: null, isFirst: true, inTurn: (_, read) => read() };

/**
 * Joins the ranks that a launcher has started, by its variables, for the time of some work; a process by itself just
 * works.
 *
 * @param threads of this process, by default its share of the machine
 * @param quiet   whether nothing is said of the ranks
 * @param log     prints a line for a person, on rank 0
 * @throws RunError with code "peer" where a rank is lost, naming it
 * @throws RunError with code "usage" where the launcher's variables are impossible
 */
export async function withRanks<T>(
  {
    threads,
    quiet,
    log,
  }: {
    readonly threads?: number | undefined;
    readonly quiet: boolean;
    readonly log: (line: string) => void;
  },
  work: (own: OwnRank) => Promise<T>,
): Promise<T> {
  const placement = placementFrom(process.env);
  if (placement === null || placement.size === 1) {
    if (threads !== undefined) setThreads(threads);
    return work(byItself);
  }
  const { count, why } = rankThreads(process.env, placement, allowedThreads());
  setThreads(threads ?? count);
  const isFirst = placement.rank === 0;
  const says = isFirst && !quiet;
  if (says) log(placementWords(placement));
  try {
    const group = await distributed.initProcessGroup(placement);
    const { address, interfaceName } = group;
    const each =
      threads === undefined
        ? `${count} ${count === 1 ? "thread" : "threads"} (${why})`
        : `${threads} threads`;
    if (says) log(`Connected, listening at ${address} (${interfaceName}); each rank has ${each}.`);
    const result = await work({ group, isFirst, inTurn: inTurnOf(group, placement) });
    group.barrier(); // rank 0 has the store, and leaves last
    group.leave();
    return result;
  } catch (cause) {
    if (!(cause instanceof TorchError && cause.code === "ranks")) throw cause;
    throw new RunError(
      "peer",
      `${cause.message}. The job's launcher starts all ranks again, or leeway resume goes on.`,
      {
        cause,
      },
    );
  }
}

function inTurnOf(group: distributed.ProcessGroup, placement: Placement): OwnRank["inTurn"] {
  const { rank, localRank } = placement;
  const turn = rank === 0 ? 0 : localRank === 0 ? 1 : 2;
  const turns = 3;
  const inTurns = async <T>(read: () => Promise<T>): Promise<T> => {
    for (let i = 0; i < turn; i++) group.barrier();
    const result = await read();
    for (let i = turn; i < turns - 1; i++) group.barrier();
    return result;
  };
  return async (recipe, read) => {
    const makesFiles = ["image", "text"].includes(dataKindOf(recipe));
    const result = await (makesFiles ? inTurns(() => read()) : readOnce(group, placement, read));
    const stopped = group.sum([result === undefined ? 1 : 0])[0]! > 0; // of one
    if (stopped) process.exitCode ??= 128 + constants.signals.SIGTERM;
    return stopped ? undefined : result;
  };
}
