import { constants } from "node:os";

/** How a rank, or a machine's ranks, ended where they did not end well. */
export interface Failure {
  /** The exit code; 128 and the signal's number for a killed process. */
  readonly code: number;
  /** A sentence that names the rank. */
  readonly reason: string;
  /** Whether it only followed from another failure: a lost peer, or the signal that ended all. */
  readonly follows: boolean;
}

/** The exit code of a rank that lost another one. */
export const lostPeerCode = 138;

/** A signal came before any rank was started. */
export const interruptedEarly: Failure = {
  ...{ code: 143, reason: "interrupted before all machines had met", follows: false },
};

/** Whether the same ranks may go well the next time: killed, interrupted or a peer lost; wrong usage, data and numbers stay so. */
export function isRetryable({ code }: Pick<Failure, "code">): boolean {
  return code >= 128;
}

/** Of failures in the order in which they came, the one that began it. */
export function rootCause(failures: readonly Failure[]): Failure | null {
  return failures.find(({ follows }) => !follows) ?? failures[0] ?? null;
}

/** The exit code that a shell gives a process: 128 and the signal's number where one ended it. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
