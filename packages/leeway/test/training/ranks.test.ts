import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { spawnRanks } from "../../../torch/test/distributed/ranks.ts";
import { rankJobs } from "./rank-jobs.mjs";

/** What rank 0 tells of a job: distances of 2 and 4 ranks from one, and of the wrong way from the right one. */
interface Told {
  readonly job: string;
  readonly losses: number;
  /** The largest entry of the first gradient. */
  readonly norm: number;
  readonly wrong: number;
  readonly 2: Distances;
  readonly 4: Distances;
}
interface Distances {
  readonly loss: number;
  readonly gradient: number;
  readonly topOne?: number;
  readonly metrics?: number;
}

const folder = mkdtempSync(join(tmpdir(), "leeway-ranks-"));
const { jobs: float32, files } = rankJobs(folder, { steps: 4 });
const stepped = float32.filter(({ whole }) => !whole);
// In float64 all that is left of rounding is far below what any fault would make.
const float64 = stepped.map((job) => ({ ...job, name: `${job.name}, float64`, float64: true }));
const weighted = stepped.filter(({ name }) => name.includes("LDAM-DRW, 1:1000"));
const whole = float32.filter((job) => job.whole);
const jobs = [...float64, ...weighted, ...whole];
const told = new Map<string, Told>();

beforeAll(async () => {
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
  const program = [join(import.meta.dirname, "ranks-job.mjs")];
  const { ended } = await spawnRanks(4, program, { env: { JOBS: JSON.stringify({ jobs }), FOLDER: folder } });
  const ranks = await ended;
  expect(ranks.map(({ code, stderr }) => [code, stderr])).toEqual(ranks.map(() => [0, ""]));
  for (const each of ranks[0]!.told as Told[]) told.set(each.job, each);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

suite("2 and 4 ranks", () => {
  test.for(float64.map(({ name }) => name))("have the losses and the gradient of one process: %s", (name) => {
    const { losses, norm, ...of } = told.get(name)!;
    expect(losses).toBe(4);
    for (const size of [2, 4] as const) {
      expect(of[size].gradient / norm).toBeLessThan(1e-12);
      expect(of[size].loss).toBeLessThan(1e-12);
    }
  });

  test.for(weighted.map(({ name }) => name))("have them in float32, as it rounds: %s", (name) => {
    const { norm, ...of } = told.get(name)!;
    for (const size of [2, 4] as const) {
      // Against the largest entry, which a scale of 30 makes large.
      expect(of[size].gradient / Math.max(1, norm)).toBeLessThan(5e-6);
      expect(of[size].loss).toBeLessThan(1e-5);
    }
  });

  test.for(whole.map(({ name }) => name))("end a run with the metrics of one process: %s", (name) => {
    const of = told.get(name)!;
    expect(of.losses).toBeGreaterThan(10);
    for (const size of [2, 4] as const) {
      expect(of[size].topOne).toBe(0);
      expect(of[size].metrics).toBeLessThan(1e-4); // of probabilities, too
    }
  });

  test.for([
    "images, LDAM-DRW, 1:1000",
    "images, mixup, 1:1000",
    "table, mixup, 1:1000",
    "texts, LDAM-DRW, 1:1000",
  ])("train with another gradient where each takes the weighted mean of its own share: %s", (name) => {
    const { wrong, norm, ...of } = told.get(`${name}, float64`)!;
    expect(wrong / norm).toBeGreaterThan(0.01);
    expect(of[2].gradient / norm).toBeLessThan(1e-12);
  });
});
