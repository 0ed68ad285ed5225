import { cpus } from "node:os";
import { threads } from "@leeway/torch";

/** How busy other programs keep the machine. */
export interface MachineLoad {
  readonly processors: number;
  /** How many of them others kept busy, on average; null where nobody watched for long enough to tell. */
  readonly others: number | null;
}

/** Processor time up to a moment, in milliseconds. */
interface Usage {
  readonly at: number;
  /** Of all programs, on all processors. */
  readonly all: number;
  /** Of this process, on all its threads. */
  readonly own: number;
}

/** The system counts in hundredths of a second: less says nothing. */
const shortestWatch = 200;

let since: Usage | undefined;

/** Begins to watch how busy other programs keep the machine, unless it is being watched. */
export function watchLoad(): void {
  since ??= usage();
}

/**
 * How busy other programs kept the machine since {@link watchLoad} or the call before, where that is long enough.
 *
 * Counted in processor time, since an average load holds what this program did a minute ago.
 */
export function machineLoad(): MachineLoad {
  const now = usage();
  const processors = cpus().length;
  const before = (since ??= now);
  if (now.at - before.at < shortestWatch) return { processors, others: null };
  since = now;
  const others = (now.all - before.all - (now.own - before.own)) / (now.at - before.at);
  return { processors, others: Math.max(0, Math.min(processors, others)) };
}

function usage(): Usage {
  const all = cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), all, own: (user + system) / 1000 };
}

/** `1.0 of 2 processors` */
export function loadText({ others, processors }: MachineLoad): string {
  return `${(others ?? 0).toFixed(1)} of ${processors} ${processors === 1 ? "processor" : "processors"}`;
}

/**
 * The threads that find a processor each beside other programs, up to `count`; at least 1.
 *
 * A thread too many is worse than it looks: all threads of an operator wait for the slowest, which waits for its turn.
 * Beside a program that keeps one of two processors busy, steps of 2 threads took 5 to 75 times longer than on an idle
 * machine, those of 1 thread as long as ever; no way of waiting (OMP_WAIT_POLICY, GOMP_SPINCOUNT) did as well, and those
 * that helped cost a quarter of the speed of an idle machine.
 */
export function threadsBeside({ others, processors }: MachineLoad, count: number): number {
  if (others === null || count + others < processors + 0.5) return count;
  return Math.max(1, Math.min(count, Math.floor(processors - others + 0.25)));
}

/** Advises as many threads as find a processor each, where other programs leave fewer. */
export function loadAdvice({ load = machineLoad(), count = threads() } = {}): string[] {
  const fitting = threadsBeside(load, count);
  if (fitting === count) return [];
  return [
    `Load: other programs keep ${loadText(load)} busy, beside which a step on ${count} threads may take many times ` +
      `longer: use --threads ${fitting}, or wait for them to end.`,
  ];
}
