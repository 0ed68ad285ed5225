import { RunError } from "../errors.ts";

/** What a backbone's file was expected to hold, what it holds, and what to do about it. */
interface Fault {
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  readonly cause?: unknown;
}

/** The error of a backbone's folder or file. */
export function backboneFault(path: string, { expected, got, advice, cause }: Fault): RunError {
  const message = `${path}: expected ${expected}, got ${got.replace(/\.$/, "")}. ${advice}`;
  return new RunError("data", message, { path, cause });
}
