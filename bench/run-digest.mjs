// What a run leaves, in one hash.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Of everything that a run leaves but its clocks. */
export function runDigest(run) {
  const text = (name) => readFileSync(join(run, name), "utf8");
  const noClock = (line) =>
    JSON.stringify(JSON.parse(line, (key, value) => (/^(seconds|imagesPerSecond)$/.test(key) ? 0 : value)));
  const hash = createHash("sha256");
  for (const name of ["model.safetensors", "scores.safetensors"]) hash.update(readFileSync(join(run, name)));
  for (const line of text("metrics.jsonl").trimEnd().split("\n")) hash.update(noClock(line));
  return hash.update(noClock(text("summary.json"))).digest("hex");
}
