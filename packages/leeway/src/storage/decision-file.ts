import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DecisionRecord, parseDecision, parseJson } from "../records/index.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { fileFault } from "./disk.ts";

/** The decision of a run, in its folder. */
export const decisionFile = "decision.json";

/**
 * Reads a run's `decision.json`; null where there is none.
 *
 * @param run the run's folder
 * @throws RunError with code `run` if it cannot be read or is damaged
 */
export function readDecision(run: string): DecisionRecord | null {
  const path = join(run, decisionFile);
  if (!existsSync(path)) return null;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw fileFault("the decision of a run", { path, cause });
  }
  return parseDecision(parseJson(text, path), path);
}

/** Writes a run's `decision.json`, in place of the one before; checked, so that it can be read. */
export function writeDecision(run: string, record: DecisionRecord): void {
  const path = join(run, decisionFile);
  writeFileAtomically(path, `${JSON.stringify(parseDecision(record, path), null, 2)}\n`);
}
