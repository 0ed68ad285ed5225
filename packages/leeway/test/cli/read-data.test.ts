import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe as suite, expect, test, vi } from "vitest";
import type { Interruption } from "../../src/cli/interruption.ts";
import { readData } from "../../src/cli/read-data.ts";
import { type Recipe, recipeFor } from "../../src/recipe/index.ts";
import { forkRun, resumeRun, runRecipe } from "../../src/runs/index.ts";
import { greys, writeFiles } from "../data/images/image-files.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

/** A recipe on eight images of two classes. */
async function recipeOnImages(): Promise<Recipe> {
  const files = (await greys(8)).map((bytes, i) => [`${i % 2 === 0 ? "a" : "b"}/${i}.png`, bytes] as const);
  const folder = await writeFiles(temporaryFolder(), new Map(files));
  const source = { kind: "image", paths: [folder], options: { size: 32 } } as const;
  return recipeFor(basename(folder), {
    source,
    method: "erm-drw",
    model: "resnet8",
    epochs: 2,
    batchSize: 4,
  });
}

/** What a signal does that comes while images are read. */
function stopped(): { readonly said: string[]; readonly interruption: Interruption } {
  const said: string[] = [];
  const signal = AbortSignal.abort();
  const log = (line: string): void => void said.push(line);
  return { said, interruption: { signal, log, exitCode: () => 130, onDisplay: () => undefined } };
}

suite("readData", () => {
  afterEach(() => {
    process.exitCode = 0;
    vi.unstubAllEnvs();
  });
  beforeEach(() => {
    vi.stubEnv("LEEWAY_IMAGE_CACHE", temporaryFolder());
  });

  test("gives the data", async () => {
    const { said, interruption } = stopped();
    const going = { ...interruption, signal: new AbortController().signal };
    const data = await readData(await recipeOnImages(), { mode: "silent" }, going);
    expect(data?.train.labels.length).toBeGreaterThan(0);
    expect(said).toEqual([]);
  });

  test("says that it was stopped, and sets the exit code", async () => {
    const { said, interruption } = stopped();
    expect(await readData(await recipeOnImages(), { mode: "silent" }, interruption)).toBeUndefined();
    expect(said).toEqual([expect.stringContaining("Stopped while the data was read")]);
    expect(process.exitCode).toBe(130);
  });

  test("a run, a resumption and a fork stop as well while they read", async () => {
    const recipe = await recipeOnImages();
    const signal = AbortSignal.abort();
    const runsDir = temporaryFolder();
    await expect(runRecipe(recipe, { runsDir, signal }).next()).rejects.toBe(signal.reason);
    const stop = new AbortController();
    for await (const event of runRecipe(recipe, { runsDir, name: "run", signal: stop.signal })) {
      if (event.kind === "epoch") stop.abort();
    }
    expect(existsSync(join(runsDir, "run", "summary.json"))).toBe(true);
    vi.stubEnv("LEEWAY_IMAGE_CACHE", temporaryFolder());
    await expect(resumeRun(join(runsDir, "run"), { signal }).next()).rejects.toBe(signal.reason);
    await expect(forkRun(join(runsDir, "run"), { name: "erm-drs" }, { runsDir, signal }).next()).rejects.toBe(
      signal.reason,
    );
  });
});
