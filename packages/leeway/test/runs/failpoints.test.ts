import { rmSync } from "node:fs";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterEach, beforeAll, describe as suite, expect, test } from "vitest";
import { RunError } from "../../src/errors.ts";
import { armFailpoints, listRuns, passedFailpoints, readRun } from "../../src/storage/index.ts";
import { type RunData } from "../../src/training/index.ts";
import { type RunEvent, runRecipe } from "../../src/runs/index.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tables } from "./kinds.ts";
import { leftBy, resumed, wholeRun } from "./stopped-run.ts";

beforeAll(() => {
  setThreads(1);
});
afterEach(() => {
  armFailpoints(undefined);
});

/** Two epochs of one step, saved after each step and each epoch. */
const recipe = tables.recipe({ epochs: 2, batchSize: 64 });
const saving = { checkpoints: { steps: 1, share: 1 } };

/** How far a run came before a failpoint ended it. */
interface Reached {
  begun: boolean;
  /** The step of the last checkpoint that was acknowledged. */
  saved: number;
  error: unknown;
}

async function runUntil(place: string, runsDir: string, data: RunData): Promise<Reached> {
  const reached: Reached = { begun: false, saved: 0, error: null };
  armFailpoints(place);
  try {
    for await (const event of runRecipe(recipe, { runsDir, data, ...saving }) as AsyncIterable<RunEvent>) {
      if (event.kind === "begin") reached.begun = true;
      if (event.kind === "saved") reached.saved = event.position.step;
    }
  } catch (error) {
    reached.error = error;
  }
  armFailpoints(undefined);
  return reached;
}

suite("a run whose disk is lost", () => {
  test("at any write, sync or rename goes on to the bits of a whole run, from its last acknowledged save or later", async () => {
    const data = await tables.data(recipe);
    armFailpoints("");
    const whole = leftBy(await wholeRun(recipe, { runsDir: folderInMemory(), data, ...saving }));
    const places = passedFailpoints();
    expect(places.length).toBeGreaterThan(100);
    for (const place of places) {
      const runsDir = folderInMemory();
      const { begun, saved, error } = await runUntil(`${place}:lost`, runsDir, data);
      if (error !== null) expect(error, place).toBeInstanceOf(RunError);
      const [folder] = listRuns(runsDir);
      if (folder === undefined) {
        expect({ place, begun }).toEqual({ place, begun: false });
        continue;
      }
      // The lock names this process, which lives: it stands for one that is dead.
      rmSync(join(folder, ".claims"), { recursive: true, force: true });
      const [first] = await resumed(folder, { data, ...saving });
      if (first?.kind === "resuming") expect(first.position.step, place).toBeGreaterThanOrEqual(saved);
      expect(leftBy(folder), place).toEqual(whole);
    }
  }, 240_000);
});

suite("a full disk", () => {
  test("ends the run with its reason, leaves the last checkpoint, and acknowledges nothing that is not there", async () => {
    const data = await tables.data(recipe);
    const runsDir = folderInMemory();
    const { saved, error } = await runUntil("write:12:enospc", runsDir, data);
    expect(error).toMatchObject({
      code: "run",
      message: expect.stringMatching(/got ENOSPC.*free space/) as unknown,
    });
    const [folder] = listRuns(runsDir);
    expect(readRun(folder!).summary).toBeNull();
    const [first] = await resumed(folder!, { data });
    const damaged = [{ fault: "manifest.json is missing: it was not finished" }];
    expect(first).toMatchObject({ kind: "resuming", position: { step: saved }, damaged });
  });
  test("before the first step leaves no run behind", async () => {
    const runsDir = folderInMemory();
    const { begun, error } = await runUntil("write:1:enospc", runsDir, await tables.data(recipe));
    expect({ begun, runs: listRuns(runsDir) }).toEqual({ begun: false, runs: [] });
    expect(error).toMatchObject({ code: "run" });
  });
});

suite("a folder that may not be written", () => {
  for (const action of ["eacces", "erofs", "edquot"]) {
    test(`is named before the first step: ${action}`, async () => {
      const runsDir = folderInMemory();
      const { error } = await runUntil(`make-folder:1:${action}`, runsDir, await tables.data(recipe));
      expect(error).toMatchObject({
        code: "run",
        path: runsDir,
        message: expect.stringContaining(
          `expected to make a run folder there, got ${action.toUpperCase()}`,
        ) as unknown,
      });
    });
  }
});
