import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { runsReader } from "../../src/experiments/index.ts";
import { epoch, run, summary } from "../records/examples.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

/** Writes a run that has begun. */
function writeRun(path: string): void {
  mkdirSync(path);
  writeFileSync(join(path, "run.json"), JSON.stringify(run));
}

/** A folder with two of them. */
function twoRuns(): { readonly root: string; readonly paths: readonly string[] } {
  const root = temporaryFolder();
  const paths = ["a", "b"].map((name) => {
    const path = join(root, name);
    writeRun(path);
    return path;
  });
  return { root, paths };
}

suite("runsReader", () => {
  test("reads a run once, and again when another process has written to it", () => {
    const { root, paths } = twoRuns();
    const read = runsReader(root);
    const [first, second] = read().runs;
    appendFileSync(join(paths[0]!, "metrics.jsonl"), `${JSON.stringify(epoch)}\n`); // two runs
    const again = read().runs;
    expect(again[0]?.epochs).toHaveLength(first!.epochs.length + 1);
    expect(again[1]).toBe(second);
    writeFileSync(join(paths[1]!, "summary.json"), JSON.stringify(summary));
    expect(read().runs[1]?.summary).toEqual(summary);
  });

  test("finds runs that are new, and leaves out those that are gone or damaged", () => {
    const { root, paths } = twoRuns();
    const read = runsReader(root);
    expect(read().runs).toHaveLength(2);
    writeRun(join(root, "c"));
    rmSync(paths[0]!, { recursive: true });
    writeFileSync(join(paths[1]!, "run.json"), "{}");
    const { runs, faults } = read();
    expect(runs.map(({ path }) => path)).toEqual([join(root, "c")]);
    expect(faults).toHaveLength(1);
  });
});
