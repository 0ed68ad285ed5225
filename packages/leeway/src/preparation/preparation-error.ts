import { RunError } from "../errors.ts";

/**
 * The error of a run's `preparation.json` that is not what its kind of data needs.
 *
 * @param how    "how a table becomes numbers"
 * @param detail in brackets; none by default
 */
export function preparationError(path: string, how: string, detail = ""): RunError {
  const got = detail === "" ? "something else" : `something else (${detail})`;
  return new RunError("run", `${path}: expected ${how}, got ${got}. Train the run again.`, { path });
}
