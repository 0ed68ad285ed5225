import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { type ClassErrors, placesOf, runErrors } from "../../src/probes/index.ts";
import { random } from "../../src/random.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import { runRecipe } from "../../src/runs/index.ts";

setThreads(1); // steps so small gain nothing from more
const folder = mkdtempSync(join(tmpdir(), "leeway-run-errors-"));
const table = join(folder, "table.csv");
/** Rows of the table, from 0, that are fraud and labelled fine. */
const flipped = new Set<number>();
let run = "";
let errors: readonly ClassErrors[] = [];

/** 24,000 rows of three classes, one of them 1 %, of whose labels every twentieth is wrong. */
function writeTable(): void {
  const draw = random(9, "run errors");
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform());
  const lines = Array.from({ length: 24_000 }, (_, i) => {
    const truth = i % 100 === 0 ? "fraud" : i % 5 === 1 ? "late" : "fine";
    const [a, b] = { fraud: [5, 0], late: [0, 5], fine: [0, 0] }[truth];
    const wrong = truth === "fraud" && (i / 100) % 20 === 7;
    if (wrong) flipped.add(i);
    return `${(normal() + a!).toFixed(3)},${(normal() + b!).toFixed(3)},n${i},${wrong ? "fine" : truth}`;
  });
  writeFileSync(table, ["a,b,name,class", ...lines, ""].join("\n"));
}

beforeAll(async () => {
  writeTable();
  const source = { kind: "table", paths: [table], label: "class", options: { ignore: ["name"] } } as const;
  const recipe = recipeFor("rows", { source, model: "mlp", testFraction: 0.6, epochs: 8, batchSize: 256 });
  for await (const event of runRecipe(recipe, { runsDir: folder, name: "run" })) {
    if (event.kind === "begin") run = event.folder;
  }
  errors = await runErrors(run, { top: 1000 });
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const of = (name: string): ClassErrors => errors.find((each) => each.name === name)!;

suite("runErrors", () => {
  test("finds the wrong labels of a class of 1 %", () => {
    const { mislabelled, counts } = of("fine");
    const heldOut = new Set(of("fine").hardest.map(({ id }) => id));
    const there = [...flipped].filter((id) => heldOut.has(id));
    const asFraud = mislabelled.filter(({ other }) => other === "fraud").map(({ id }) => id);
    const hits = asFraud.filter((id) => flipped.has(id));
    expect(there.length).toBeGreaterThan(4);
    expect(hits.length / there.length).toBeGreaterThanOrEqual(0.6);
    expect(hits.length / asFraud.length).toBeGreaterThanOrEqual(0.3);
    expect(counts.mislabelled).toBe(mislabelled.length);
  });
  test("sorts each list with the worst first, and keeps as many as requested", async () => {
    const probabilities = of("fine").hardest.map(({ labelProbability }) => labelProbability);
    expect(probabilities).toEqual(probabilities.toSorted((one, other) => one - other));
    const alarms = of("fraud").falseAlarms.map(({ otherProbability }) => otherProbability);
    expect(alarms).toEqual(alarms.toSorted((one, other) => other - one));
    const short = await runErrors(run, { top: 2 });
    expect(short.map(({ hardest }) => hardest.length)).toEqual([2, 2, 2]);
  });
  test("tells false alarms by what was predicted, and hard examples by their label", () => {
    const { falseAlarms, hardest, counts, name } = of("fraud");
    expect(falseAlarms.every(({ label, prediction }) => label !== name && prediction === name)).toBe(true);
    expect(hardest.every(({ label }) => label === name)).toBe(true);
    expect(counts.falseAlarms).toBe(falseAlarms.length);
  });
});

suite("placesOf", () => {
  test("names the row in a file, and columns of it that are kept", async () => {
    const examples = of("fraud").hardest.slice(0, 3);
    const places = await placesOf(run, examples, { keep: ["name"] });
    expect(places).toEqual(
      examples.map(({ id }) => ({ file: table, row: id + 1, kept: { name: `n${id}` } })),
    );
    expect(await placesOf(run, examples)).toEqual(examples.map(({ id }) => ({ file: table, row: id + 1 })));
  });
});
