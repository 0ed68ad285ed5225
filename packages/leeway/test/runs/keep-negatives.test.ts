import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, describe as suite, expect, test } from "vitest";
import { calibratedProbabilities } from "../../src/metrics/index.ts";
import { predict } from "../../src/probes/index.ts";
import { random } from "../../src/random.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { dataRecord, loadRunData, runRecipe, runScores } from "../../src/runs/index.ts";
import { readRun, type StoredRun } from "../../src/storage/index.ts";
import { kindsOfRun } from "./kinds.ts";

setThreads(1); // steps so small gain nothing from more
const folder = mkdtempSync(join(tmpdir(), "leeway-keep-negatives-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of two classes that overlap, one of them in 50; `unit` groups four rows. */
function writeRows(path: string, rows: number): void {
  // Named by the file alone: the folder's name differs with every run of these tests.
  const draw = random(3, "keep negatives", basename(path));
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform());
  const lines = Array.from({ length: rows }, (_, i) => {
    const label = i % 50 === 0 ? "fraud" : "fine";
    const shift = label === "fraud" ? 1.5 : 0;
    return `${(normal() + shift).toFixed(4)},${(normal() + shift).toFixed(4)},${i},u${Math.floor(i / 4)},${label}`;
  });
  writeFileSync(path, ["a,b,day,unit,class", ...lines, ""].join("\n"));
}

const [train, test_] = [join(folder, "train.csv"), join(folder, "test.csv")];
writeRows(train, 20_000);
writeRows(test_, 20_000);

function recipe(options: RecipeOptions = {}): Recipe {
  const by = { ignore: ["day", "unit"] };
  const source = { kind: "table", paths: [train], testPaths: [test_], label: "class", options: by } as const;
  return recipeFor("rows", { source, epochs: 6, batchSize: 256, ...options });
}

async function trained(options: RecipeOptions): Promise<StoredRun> {
  let path = "";
  for await (const event of runRecipe(recipe(options), {
    runsDir: join(folder, "runs"),
    name: `run${runs++}`,
  })) {
    if (event.kind === "begin") path = event.folder;
  }
  return readRun(path);
}
let runs = 0;

const share = 1 / 50;
const fraud = (run: StoredRun): number => run.record.data.classNames.indexOf("fraud");
const meanOf = (run: StoredRun): number => run.summary!.test!.meanProbability![fraud(run)]!;
/** The mean probability of fraud on the validation split. */
async function validationMean(run: StoredRun): Promise<number> {
  const { logits, labels } = (await runScores(run.path)).validation!; // a part is held out
  const p = calibratedProbabilities(logits, run.summary!.calibration!, { classes: 2 });
  return labels.reduce((sum, _, i) => sum + p[2 * i + fraud(run)]!, 0) / labels.length;
}
const precisionOf = (run: StoredRun): number => run.summary!.test!.detection!.averagePrecision;

suite("keepNegatives", () => {
  test("thins the training split and leaves the others as they are", async () => {
    const [all, few] = [await loadRunData(recipe()), await loadRunData(recipe({ keepNegatives: 0.1 }))];
    expect(few.validation!.ids).toEqual(all.validation!.ids);
    expect(few.test.ids).toEqual(all.test.ids);
    expect([...few.counts].sort((one, other) => one - other)).toEqual([360, 1764]);
    expect(dataRecord(few)).toMatchObject({ trainCounts: few.counts, unthinnedCounts: all.counts });
    expect(dataRecord(few).notes?.join()).toContain(
      '"fine" is thinned from 17,640 to 1,764 training examples',
    );
    expect(dataRecord(all)).not.toHaveProperty("unthinnedCounts");
  });
  test.for(kindsOfRun.filter(({ kind }) => kind !== "images"))(
    "goes with $kind",
    async ({ recipe, data }) => {
      const [all, few] = [await data(recipe()), await data(recipe({ keepNegatives: 0.8 }))];
      expect(few.unthinnedCounts).toEqual(all.counts);
      expect(Math.max(...few.counts)).toBe(Math.round(0.8 * Math.max(...all.counts)));
      expect(few.test.ids).toEqual(all.test.ids);
    },
  );
  test("keeps groups whole and times in order", async () => {
    const source = { kind: "table", paths: [train], label: "class" } as const;
    const options = { group: "unit", time: "day" };
    const { train: rows, test: tested } = await loadRunData(
      recipeFor("rows", { source: { ...source, options }, keepNegatives: 0.05 }),
    );
    expect(rows.labels.length).toBeLessThan(2000);
    const unit = (id: number): number => Math.floor(id / 4);
    const tests = new Set([...tested.ids].map(unit));
    expect([...rows.ids].filter((id) => tests.has(unit(id)))).toEqual([]);
    expect(Math.max(...rows.ids)).toBeLessThan(Math.min(...tested.ids));
  });
  test(
    "gives probabilities of all rows' mean within 1 % on the split that calibrates",
    { timeout: 60_000 },
    async () => {
      const [all, few] = [await trained({}), await trained({ keepNegatives: 0.1, epochs: 30 })];
      const [ofAll, ofFew] = [await validationMean(all), await validationMean(few)];
      expect(Math.abs(ofFew / ofAll - 1)).toBeLessThan(0.01);
      expect(Math.abs(ofFew / share - 1)).toBeLessThan(0.01);
      // Elsewhere the 40 rare rows that calibrate leave a noise of 1 / √40 to both.
      expect(Math.abs(meanOf(few) / meanOf(all) - 1)).toBeLessThan(0.1);
      expect(few.summary!.calibration!.examples).toBeGreaterThan(0);
    },
  );
  test("ranks about as well as all rows", { timeout: 60_000 }, async () => {
    // Both at their last epoch: the 40 rare rows of a validation split choose one by chance, which
    // has cost up to 0.09 of average precision; thinning itself cost at most 0.012 on 14 such tables.
    const last = { validationFraction: 0 };
    const all = await trained(last);
    const few = await trained({ ...last, keepNegatives: 0.1, epochs: 30 });
    expect(precisionOf(few)).toBeGreaterThan(precisionOf(all) - 0.02);
  });
  test.for(["erm", "logit-adjustment", "logit-adjustment-post-hoc"])(
    "puts the frequency back where nothing is held out, with %s",
    { timeout: 60_000 },
    async (method) => {
      const run = await trained({ method, keepNegatives: 0.1, validationFraction: 0, epochs: 20 });
      expect(run.summary!.calibration).toMatchObject({ examples: 0, temperature: 1 });
      // Without calibration the network's own errors remain: of ten times the share before, a fifth.
      expect(Math.abs(meanOf(run) / share - 1)).toBeLessThan(0.2);
      const predicted = await predict(run.path, { paths: [test_] });
      const mean =
        predicted.reduce((sum, { probabilities }) => sum + probabilities["fraud"]!, 0) / predicted.length;
      expect(mean).toBeCloseTo(meanOf(run), 6);
    },
  );
  test("names other frequencies from those before", { timeout: 60_000 }, async () => {
    const run = await trained({ method: "erm", keepNegatives: 0.1, epochs: 10 });
    const options = {
      prior: run.record.data.classNames.map((name) => (name === "fraud" ? share : 1 - share)),
    };
    const [named, plain] = [
      await predict(run.path, { paths: [test_] }, options),
      await predict(run.path, { paths: [test_] }),
    ];
    // The prior of 1/50 is the data's own, but for one more example of each class.
    const apart = named.map(({ probabilities }, i) =>
      Math.abs(probabilities["fraud"]! - plain[i]!.probabilities["fraud"]!),
    );
    expect(Math.max(...apart)).toBeLessThan(0.002);
  });
});
