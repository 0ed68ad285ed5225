import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { DecisionRecord } from "../../../src/records/index.ts";
import { type Ended, leeway } from "../leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-after-training-"));
const run = join(folder, "runs", "run");
const data = join(folder, "t.csv");
let trained: Ended;

beforeAll(async () => {
  // Class by x, which overlaps, and one row in twenty of the wrong class: the latter are what errors looks for.
  const rows = Array.from({ length: 400 }, (_, i) => {
    const rare = i % 5 === 0;
    const x = (rare ? 3 : 0) + ((i * 37) % 100) / 25;
    return `${x},${i},${rare === (i % 20 !== 0) ? "rare" : "common"}`;
  });
  writeFileSync(data, `x,number,kind\n${rows.join("\n")}\n`);
  const train = [
    "train",
    data,
    "--label",
    "kind",
    "--ignore",
    "number",
    "--model",
    "mlp",
    "--epochs",
    "8",
    "--no-report",
  ];
  trained = await leeway(
    [...train, "--validation-fraction", "0.3", "--threads", "1", "--name", "run", "--runs-dir"].concat(
      join(folder, "runs"),
    ),
  );
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

suite("leeway decide --abstain", { timeout: 60_000 }, () => {
  test("says what is left out, stores it, and predict leaves the same out", async () => {
    expect(trained, trained.stderr).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await leeway(["decide", run, "--abstain", "0.2", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { abstain } = JSON.parse(stdout) as DecisionRecord;
    const { alpha, thresholds, examples, test: counted } = abstain!;
    expect([alpha, thresholds.length]).toEqual([0.2, 2]);
    for (const [j, { covered, examples: of }] of counted.entries()) {
      // What the docs promise of a class: 1 - α - 2/sqrt(n_j).
      expect(covered / of).toBeGreaterThanOrEqual(1 - 0.2 - 2 / Math.sqrt(examples[j]!));
    }
    const predicted = await leeway(["predict", run, data, "--format", "jsonl"]);
    const decisions = predicted.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { decision: string | null }).decision);
    expect(decisions).toHaveLength(400);
    expect(new Set(decisions)).toEqual(new Set(["common", "rare", null]));
  });
  test("refuses what has no effect beside it, by the option's name", async () => {
    const fault = async (...args: string[]): Promise<string> =>
      (await leeway(["decide", run, ...args])).stderr;
    expect(await fault("--abstain", "0.2", "--positive", "rare")).toContain("--positive: expected none");
    expect(await fault("--abstain", "0.2", "--prior", "training")).toContain("--prior: expected another aim");
    expect(await fault("--best-f1", "--confident")).toContain("--confident: expected false beside other");
    expect(await fault("--abstain", "2")).toContain("--abstain: expected a share above 0 and below 1");
    expect(await fault()).toContain("decide: expected one of --min-recall");
  });
});

suite("leeway errors", { timeout: 60_000 }, () => {
  test("finds labels that were exchanged, with the columns to know them by", async () => {
    const csv = join(folder, "errors.csv");
    const ended = await leeway(["errors", run, "--top", "100", "--keep", "number", "--csv", csv]);
    expect(ended).toEqual({ code: 0, stdout: "", stderr: `Errors of 2 classes in ${csv}\n` });
    const [header = [], ...lines] = readFileSync(csv, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const at = (name: string): number => header.indexOf(name);
    const suspected = lines.filter((line) => line[at("list")] === "mislabelled");
    const exchanged = suspected.filter((line) => Number(line[at("input_number")]) % 20 === 0);
    expect(exchanged.length).toBeGreaterThanOrEqual(3); // of some nine that are not trained on
    expect(exchanged.length / suspected.length).toBeGreaterThan(0.5); // by chance one in twenty
    expect(exchanged.every((line) => line[at("label")] === "common")).toBe(true);
  });
  test("prints one class, and gives a program the rarer first", async () => {
    const { code, stdout } = await leeway(["errors", run, "--class", "rare"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("rare")]);
    const { stdout: json } = await leeway(["errors", run, "--json"]);
    const classes = JSON.parse(json) as { name: string }[];
    expect(classes.map(({ name }) => name)).toEqual(["rare", "common"]);
  });
  test("guesses a misspelt class", async () => {
    const { code, stderr } = await leeway(["errors", run, "--class", "rar"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean "rare"?')]);
  });
});
