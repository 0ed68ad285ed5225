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
const { jobs, files } = rankJobs(folder, { steps: 4 });
const told = new Map<string, Told>();

beforeAll(async () => {
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
  const program = [join(import.meta.dirname, "ranks-job.mjs")];
  const { ended } = await spawnRanks(4, program, { env: { JOBS: JSON.stringify({ jobs }) } });
  const ranks = await ended;
  expect(ranks.map(({ code, stderr }) => [code, stderr])).toEqual(ranks.map(() => [0, ""]));
  for (const each of ranks[0]!.told as Told[]) told.set(each.job, each);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

suite("2 and 4 ranks", () => {
  const stepped = jobs.filter(({ whole }) => !whole).map(({ name }) => name);
  test.for(stepped)("have the losses and the gradient of one process: %s", (name) => {
    const { losses, norm, ...of } = told.get(name)!;
    expect(losses).toBe(4);
    for (const size of [2, 4] as const) {
      // Float32 sums in another order: against the largest entry, which a scale of 30 makes large.
      expect(of[size].gradient / Math.max(1, norm)).toBeLessThan(5e-6);
      expect(of[size].loss).toBeLessThan(1e-5);
    }
  });

  test.for(jobs.filter(({ whole }) => whole).map(({ name }) => name))(
    "end a run with the metrics of one process: %s",
    (name) => {
      const of = told.get(name)!;
      expect(of.losses).toBeGreaterThan(10);
      for (const size of [2, 4] as const) {
        expect(of[size].topOne).toBe(0);
        expect(of[size].metrics).toBeLessThan(1e-4); // of probabilities, too
      }
    },
  );

  test("train with another gradient where each takes the weighted mean of its own share", () => {
    const { wrong, norm, ...of } = told.get("images, LDAM-DRW, 1:1000")!;
    expect(wrong / norm).toBeGreaterThan(0.01);
    expect(of[2].gradient / norm).toBeLessThan(5e-6);
  });
});
