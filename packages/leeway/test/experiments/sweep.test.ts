import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { type Cell, sweep } from "../../src/experiments/index.ts";
import { recipeText } from "../../src/records/index.ts";
import { listRuns, readRun, takeClaim } from "../../src/storage/index.ts";
import type { RunData } from "../../src/training/index.ts";
import { tinyData, tinyRecipe, tinyRun, weightsIn } from "../runs/tiny-run.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { killAfterFirstWords, outputOf } from "../storage/programs.ts";
import { inShort, sweepTiny, tinyCells } from "./tiny-cells.ts";

const program = "../../experiments/programs/sweep-tiny.ts"; // as seen from the storage tests' programs
const all = ["erm 0", "ldam-drw 0", "erm 1", "ldam-drw 1"];

/** "erm 0" of each finished run in a folder, and how many runs were begun. */
function finishedIn(runsDir: string): { readonly finished: string[]; readonly begun: number } {
  const runs = listRuns(runsDir).map(readRun);
  const finished = runs.filter(({ summary }) => summary?.status === "finished");
  return {
    finished: finished.map(({ record: { recipe } }) => `${recipe.method} ${recipe.seed}`).sort(),
    begun: runs.length,
  };
}

/** The cells with runs of three epochs. */
function longer(cells: readonly Cell[]): Cell[] {
  return cells.map((cell) => ({ ...cell, recipe: { ...cell.recipe, epochs: 3 } }));
}

/** A sweep that is stopped after the first epoch of its first run. */
async function interruptedSweep(cells: readonly Cell[], runsDir: string): Promise<void> {
  const stop = new AbortController();
  const load = (recipe: Cell["recipe"]): Promise<RunData> => Promise.resolve(tinyData(recipe));
  for await (const event of sweep(cells, { runsDir, load, signal: stop.signal })) {
    if (event.kind === "run" && event.event.kind === "epoch") stop.abort();
  }
}

suite("sweep", () => {
  test("runs every cell, and a second time none", async () => {
    const runsDir = temporaryFolder();
    expect(inShort(await sweepTiny(tinyCells(), { runsDir }))).toEqual(all.map((cell) => `run ${cell}`));
    expect(inShort(await sweepTiny(tinyCells(), { runsDir }))).toEqual(all.map((cell) => `skipped ${cell}`));
    expect(finishedIn(runsDir)).toEqual({ finished: [...all].sort(), begun: 4 });
    expect(readdirSync(join(runsDir, ".claims"))).toEqual([]);
  });

  test("runs what is new beside what is there", async () => {
    const runsDir = temporaryFolder();
    await sweepTiny(tinyCells(["erm"], [0]), { runsDir });
    expect(inShort(await sweepTiny(tinyCells(["erm", "focal"], [0]), { runsDir }))).toEqual([
      "skipped erm 0",
      "run focal 0",
    ]);
  });

  test("names a run by its column, method and seed", async () => {
    const runsDir = temporaryFolder();
    await sweepTiny(tinyCells(["erm"], [3]), { runsDir });
    expect(listRuns(runsDir)).toEqual([expect.stringMatching(/T[\d-]+-cifar10-lt-100-erm-seed3$/)]);
  });

  test("reads data once for runs on the same examples", async () => {
    let reads = 0;
    const load = (recipe: Parameters<typeof tinyData>[0]): Promise<ReturnType<typeof tinyData>> => {
      reads++;
      return Promise.resolve(tinyData(recipe));
    };
    await sweepTiny(tinyCells(), { runsDir: temporaryFolder(), load });
    expect(reads).toBe(2); // one for each seed
  });

  test("goes on with an interrupted run, with the bits of one that was never stopped", async () => {
    const runsDir = temporaryFolder();
    const cells = longer(tinyCells(["erm"], [0]));
    await interruptedSweep(cells, runsDir);
    expect(finishedIn(runsDir)).toEqual({ finished: [], begun: 1 });
    const events = await sweepTiny(cells, { runsDir });
    expect(inShort(events)).toEqual(["run erm 0"]);
    expect(finishedIn(runsDir)).toEqual({ finished: ["erm 0"], begun: 1 });
    const [path] = listRuns(runsDir);
    expect(readRun(path!).record.resumed).toMatchObject([{ epoch: 1 }]);
    const whole = await tinyRun(cells[0]!.recipe, { runsDir: temporaryFolder() });
    expect(weightsIn(path!)).toEqual(whole.weights);
  });

  test("ends where it is stopped while data is read, and gives its claim back", async () => {
    const [runsDir, stop] = [temporaryFolder(), new AbortController()];
    const load = (): Promise<RunData> => {
      stop.abort();
      return Promise.reject(stop.signal.reason as Error);
    };
    for await (const { kind } of sweep(tinyCells(), { runsDir, load, signal: stop.signal }))
      expect(kind).toBe(0);
    expect(readdirSync(join(runsDir, ".claims"))).toEqual([]);
  });

  test("begins an interrupted run anew where none of its checkpoints is left", async () => {
    const runsDir = temporaryFolder();
    const cells = longer(tinyCells(["erm"], [0]));
    await interruptedSweep(cells, runsDir);
    rmSync(join(listRuns(runsDir)[0]!, "checkpoints"), { recursive: true });
    expect(inShort(await sweepTiny(cells, { runsDir }))).toEqual(["run erm 0"]);
    expect(finishedIn(runsDir)).toEqual({ finished: ["erm 0"], begun: 2 });
  });

  test("goes on where a run fails, and says why", async () => {
    const [first, second] = tinyCells(["erm"], [0, 1]);
    const recipe = { ...first!.recipe, schedule: { ...first!.recipe.schedule, base: 1e30 } };
    const events = await sweepTiny([{ ...first!, recipe }, second!], { runsDir: temporaryFolder() });
    expect(inShort(events)).toEqual(["failed erm 0", "run erm 1"]);
    const failed = events.find((event) => event.kind === "failed");
    expect(failed?.error.message).toMatch(/finite/);
  });

  test("takes a run that it cannot read for none", async () => {
    const runsDir = temporaryFolder();
    const cells = tinyCells(["erm"], [0]);
    await sweepTiny(cells, { runsDir });
    writeFileSync(join(listRuns(runsDir)[0]!, "run.json"), "{}");
    expect(inShort(await sweepTiny(cells, { runsDir }))).toEqual(["run erm 0"]);
  });
});

/** Processes of their own load everything anew, which takes a busy machine long. */
const patient = { timeout: 180_000 };

suite("a sweep of methods with one first stage", () => {
  const cells = ["logit-adjustment-post-hoc", "erm-drs", "erm"].map((method) => {
    const schedule = { base: 0.05, warmupEpochs: 0, decays: [{ fromEpoch: 2, factor: 0.1 }] };
    const recipe = tinyRecipe({
      method,
      epochs: 3,
      schedule,
      ...(method === "erm-drs" ? { methodOptions: { deferAt: 2 / 3 } } : {}),
    });
    return { ...tinyCells(["erm"], [0])[0]!, method, recipe };
  });

  test("trains it once, with the bits of runs from the start", async () => {
    setThreads(1);
    const runsDir = temporaryFolder();
    expect(inShort(await sweepTiny(cells, { runsDir }))).toEqual([
      "run erm-drs 0",
      "run logit-adjustment-post-hoc 0",
      "run erm 0",
    ]);
    const [trunk, ...forks] = listRuns(runsDir).map(readRun);
    expect(forks.map(({ record }) => record.forkedFrom)).toEqual([
      { run: trunk!.record.id, epoch: 2 },
      { run: trunk!.record.id, epoch: 2 },
    ]);
    for (const { path, record, summary } of [trunk!, forks[1]!]) {
      const { recipe } = cells.find(({ method }) => method === record.recipe.method)!; // one of each
      const whole = await tinyRun(recipe, { runsDir: temporaryFolder() });
      expect(weightsIn(path)).toEqual(whole.weights);
      expect(summary?.test).toEqual(whole.summary?.test);
    }
    const again = inShort(await sweepTiny(cells, { runsDir }));
    expect(again.every((line) => line.startsWith("skipped"))).toBe(true); // recipes are those that were asked for
  });

  test("trains it again where it was trained with other threads: its bits are others", async () => {
    const runsDir = temporaryFolder();
    setThreads(2);
    await sweepTiny(cells.slice(0, 1), { runsDir });
    setThreads(1);
    await sweepTiny(cells.slice(0, 2), { runsDir });
    expect(listRuns(runsDir).map((path) => readRun(path).record.forkedFrom)).toEqual([undefined, undefined]);
  });
});

suite("several sweeps of one folder", () => {
  test("leave a claimed cell to its holder", async () => {
    const runsDir = temporaryFolder();
    const cells = tinyCells(["erm", "ldam-drw"], [0]);
    takeClaim(runsDir, recipeText(cells[0]!.recipe));
    const events = await sweepTiny(cells, { runsDir });
    expect(inShort(events)).toEqual(["held erm 0", "run ldam-drw 0"]);
    expect(events[0]).toMatchObject({ holder: { pid: process.pid } });
  });

  test("repeat no finished run of one that was killed, and take over what it was at", patient, async () => {
    const runsDir = temporaryFolder();
    await killAfterFirstWords(program, [runsDir], 0);
    const before = finishedIn(runsDir);
    expect(before.finished).toContain("erm 0");
    expect(inShort(await sweepTiny(tinyCells(), { runsDir }))).toEqual(
      all.map((cell) => `${before.finished.includes(cell) ? "skipped" : "run"} ${cell}`),
    );
    expect(finishedIn(runsDir).finished).toEqual([...all].sort());
  });

  test("take over from a dead process", async () => {
    const runsDir = temporaryFolder();
    const cells = tinyCells(["erm"], [0]);
    takeClaim(runsDir, recipeText(cells[0]!.recipe));
    const [claim] = readdirSync(join(runsDir, ".claims")).map((name) => join(runsDir, ".claims", name));
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(claim!, JSON.stringify({ pid, host: hostname(), started: null, at: "" }));
    expect(inShort(await sweepTiny(cells, { runsDir }))).toEqual(["run erm 0"]);
  });

  test("do no run twice", patient, async () => {
    const runsDir = temporaryFolder();
    const outputs = await Promise.all([1, 2].map(() => outputOf(program, [runsDir])));
    const ran = outputs.flatMap((output) => output.split("\n")).filter((line) => line.startsWith("run "));
    expect(ran.sort()).toEqual(all.map((cell) => `run ${cell}`).sort());
    expect(finishedIn(runsDir)).toEqual({ finished: [...all].sort(), begun: 4 });
  });
});
