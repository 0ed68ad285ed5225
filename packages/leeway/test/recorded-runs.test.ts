import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe as suite, expect, test } from "vitest";
import { listRuns, readRun, type StoredRun } from "../src/storage/index.ts";
import { type Ended, leeway } from "./cli/leeway-process.ts";

/** Runs of Leeway 0.1.0, with their data; see make.mjs there. */
const fixtures = fileURLToPath(new URL("fixtures/runs-v1/", import.meta.url));

interface Expected {
  /** Where the data lay when the runs were made. */
  readonly root: string;
  readonly machine: unknown;
  /** SHA-256 of the weights that come of a run, on that machine. */
  readonly weights: Readonly<Record<string, string>>;
  /** What `leeway predict` printed of the run's own data. */
  readonly predictions: Readonly<Record<string, string>>;
}

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const expected = parsed(join(fixtures, "expected.json")) as Expected;
const root = mkdtempSync(join(tmpdir(), "leeway-recorded-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});
cpSync(join(fixtures, "data"), join(root, "data"), { recursive: true });
const data = (name: string): string => join(root, "data", name);
const environment = { LEEWAY_IMAGE_CACHE: join(root, "cache"), OMP_NUM_THREADS: "1" };

/** Copies a run, as if its data had always lain in the test's folder. */
function copied(name: string): string {
  const folder = mkdtempSync(join(root, "run-"));
  const run = join(folder, name);
  cpSync(join(fixtures, name), run, { recursive: true });
  for (const file of filesIn(run)) {
    if (/(run|state)\.json$|config\.yaml$/.test(file)) {
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(expected.root, root));
    }
  }
  for (const file of filesIn(run)) if (basename(file) === "manifest.json") writeManifest(file);
  return run;
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Writes a checkpoint's manifest again, for the files that now lie there. */
function writeManifest(path: string): void {
  const manifest = parsed(path) as { files: object; sha256?: string };
  const files = Object.keys(manifest.files).map((name) => {
    const content = readFileSync(join(dirname(path), name));
    return [name, { bytes: content.length, sha256: sha256(content) }] as const;
  });
  delete manifest.sha256;
  const whole = { ...manifest, files: Object.fromEntries(files) };
  const sum = sha256(JSON.stringify(whole));
  writeFileSync(path, `${JSON.stringify({ ...whole, sha256: sum }, null, 2)}\n`);
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Runs a command that succeeds. */
async function succeeds(...args: string[]): Promise<Ended> {
  const ended = await leeway(args, { environment });
  expect(ended.code, `leeway ${args.join(" ")}\n${ended.stderr}`).toBe(0);
  return ended;
}

/** Compares a run's weights with those recorded, where the machine and libraries are those of the recording. */
function expectBits({ path, record }: StoredRun, name: string, before: StoredRun): void {
  const program = fileURLToPath(new URL("../../../bench/machine.mjs", import.meta.url));
  const machine: unknown = JSON.parse(execFileSync(process.execPath, [program], { encoding: "utf8" }));
  const libraries = ({ libtorch, blas }: StoredRun["record"]["environment"]): unknown => ({ libtorch, blas });
  const same = [machine, libraries(record.environment)];
  if (JSON.stringify(same) !== JSON.stringify([expected.machine, libraries(before.record.environment)]))
    return;
  expect(sha256(readFileSync(join(path, "model.safetensors"))), name).toBe(expected.weights[name]);
}

/** The numbers of a CSV, its header left out. */
function numbersOf(csv: string): number[] {
  const cells = csv
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((row) => row.split(","));
  return cells.map(Number).filter((value) => !Number.isNaN(value));
}

/** The columns of 0.1.0, where a class had none of its own. */
const whole = ["--top", "all", "--probabilities", "none"];

// Concurrent: each test waits for processes of one thread, and has copies of its own, made before it first waits.
const finished = [
  { name: "table", inputs: [data("table.csv")], forks: ["crt", "erm-drw"] },
  { name: "texts", inputs: [data("texts.csv")], forks: ["ldam-drw", "ldam-drs"] },
  { name: "embeddings", inputs: [data("embeddings.npy")], forks: ["lws", "tau-norm"] },
];

suite.concurrent.each(finished)("a finished run of 0.1.0 of $name", ({ name, inputs, forks }) => {
  test("is read, and resuming leaves it as it is", async () => {
    const run = copied(name);
    const before = readRun(run);
    const { stdout } = await succeeds("resume", run, "--json", "--allow-change");
    expect(JSON.parse(stdout)).toMatchObject({ status: "finished", topOne: before.summary?.test?.topOne });
    expect(readRun(run)).toEqual(before);
    await succeeds("theory", run);
  });
  test("predicts as it did", async () => {
    const { stdout } = await succeeds("predict", copied(name), ...inputs, ...whole);
    const [now, before] = [numbersOf(stdout), numbersOf(expected.predictions[name]!)]; // recorded of each
    expect(now).toHaveLength(before.length);
    expect(Math.max(...now.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThan(1e-3); // as long
  });
  test("is forked", async () => {
    const run = copied(name);
    const runsDir = join(dirname(run), "forks");
    await succeeds("fork", run, "--methods", forks.join(","), "--runs-dir", runsDir, "--allow-change");
    const forked = listRuns(runsDir).map(readRun);
    expect(new Set(forked.map(({ record }) => record.recipe.method))).toEqual(new Set(forks));
    const trained = ({ epochs }: StoredRun): unknown => epochs.slice(0, 4).map(({ train }) => train);
    for (const each of forked) {
      expect(each.record.forkedFrom).toMatchObject({ run: name, epoch: 4 });
      expect(trained(each)).toEqual(trained(readRun(run)));
      expect(each.summary).toMatchObject({ status: "finished", epochs: 5 });
      expectBits(each, `${name} ${each.record.recipe.method}`, readRun(run));
    }
  });
  test("is trained again from its configuration", async () => {
    const run = copied(name);
    const again = ["--config", join(run, "config.yaml"), "--name", "again", "--runs-dir", dirname(run)];
    await succeeds("train", ...again, "--threads", "1");
    const { record } = readRun(join(dirname(run), "again"));
    const before = readRun(run).record;
    expect(record.recipe).toEqual(before.recipe);
    expect({ ...record.data, notes: [] }).toMatchObject({ ...before.data, notes: [] });
  });
});

suite("a finished run of 0.1.0 of the catalogue", () => {
  test("predicts, and is trained again from its configuration", async () => {
    const run = copied("fashion-mnist");
    const { stdout } = await succeeds("predict", run, data("photos"), ...whole);
    expect(stdout.trim().split("\n")).toHaveLength(31);
    const again = ["--config", join(run, "config.yaml"), "--name", "again", "--runs-dir", dirname(run)];
    await succeeds("train", ...again, "--data-dir", join(root, "data"), "--threads", "1");
    const [before, after] = [readRun(run).record, readRun(join(dirname(run), "again")).record];
    expect(after.recipe).toEqual(before.recipe);
    expect(after.data).toMatchObject(before.data);
  });
});

const stopped = [
  { name: "table-killed", inputs: data("table.csv") },
  { name: "texts-interrupted", inputs: data("texts.csv") },
  { name: "embeddings-interrupted", inputs: data("embeddings.npy") },
  { name: "photos-killed", inputs: data("photos") },
];

suite.concurrent.each(stopped)("$name, a run of 0.1.0", ({ name, inputs }) => {
  test("goes on where it was, to its end, and predicts", async () => {
    const run = copied(name);
    const before = readRun(run);
    const [state] = filesIn(run).filter((path) => basename(path) === "state.json");
    const { step } = (parsed(state!) as { position: { step: number } }).position; // each has a checkpoint
    expect(step).toBeGreaterThan(1);
    await succeeds("resume", run, "--allow-change");
    const after = readRun(run);
    expect(after.record.resumed).toMatchObject([{ step }]);
    expect(after.summary).toMatchObject({ status: "finished", epochs: before.record.recipe.epochs });
    expect(after.epochs.slice(0, before.epochs.length)).toEqual(before.epochs);
    expectBits(after, name, before);
    await succeeds("predict", run, inputs);
  });
});

suite("the records under results", () => {
  test("are all read", () => {
    const results = fileURLToPath(new URL("../../../results/", import.meta.url));
    const runs = filesIn(results).filter((path) => basename(path) === "run.json");
    expect(runs.length).toBeGreaterThanOrEqual(98);
    for (const path of runs) {
      const { record, epochs, summary } = readRun(dirname(path));
      expect(epochs, relative(results, path)).toHaveLength(record.recipe.epochs);
      expect(summary, relative(results, path)).toMatchObject({ status: "finished" });
    }
  });
});
