import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { openPredictor } from "../../src/probes/index.ts";
import { readDecision } from "../../src/storage/index.ts";
import { commandLinesOf } from "../command-lines.ts";
import { root } from "../pages.ts";
import { type Ended, leeway } from "./leeway-process.ts";

const page = readFileSync(join(root, "docs/decisions.md"), "utf8");
const [intro = "", walk = ""] = page.split(/^## /m);
const blocksIn = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block]) => block!);

const folder = mkdtempSync(join(tmpdir(), "leeway-decisions-"));
const run = join(folder, "runs", "latest");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What every command of the page printed, by its words. */
const ended = new Map<string, Ended>();
/** decided.csv after each command that wrote it, by rows and columns. */
const written: string[][][] = [];

beforeAll(async () => {
  writeFileSync(join(folder, "payments.mjs"), blocksIn(walk, "js").join(""));
  execFileSync(process.execPath, ["payments.mjs"], { cwd: folder });
  for (const words of [
    ...commandLinesOf(blocksIn(walk, "sh").join("")),
    ...commandLinesOf(blocksIn(intro, "sh").join("")),
  ]) {
    ended.set(words.join(" "), await leeway(words, { cwd: folder }));
    const output = words[words.indexOf("--output") + 1];
    if (words[0] === "predict" && output !== undefined) written.push(rowsOf(output));
  }
}, 240_000);

function rowsOf(file: string): string[][] {
  const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split(","));
}

suite("docs/decisions.md", () => {
  test("has commands that all end well", () => {
    expect(ended.size).toBeGreaterThan(12);
    for (const [words, { code, stderr }] of ended) expect(code, `${words}\n${stderr}`).toBe(0);
  });

  test("shows what its first decision prints", () => {
    // Another processor has other numbers.
    const words = (text: string): string[] =>
      text
        .replaceAll(/>? *\d[\d.,]*/g, " # ")
        .trim()
        .split(/\s+/);
    const { stdout } = ended.get("decide runs/latest --min-recall 0.9")!;
    const [shown = ""] = blocksIn(walk, "text");
    const [, ...known] = shown.split("\n").map((line) => words(line).join(" "));
    const printed = stdout.split("\n").map((line) => words(line).join(" "));
    for (const line of known) expect(printed).toContain(line);
  });

  test("decides in the column beside the prediction by the threshold that was printed", () => {
    const { stdout } = ended.get("decide runs/latest --min-recall 0.9")!;
    const threshold = Number(/probability of ([\d.e-]+) on/.exec(stdout)![1]);
    const [header = [], ...rows] = written[0]!;
    expect(header).toEqual([
      "file",
      "row",
      "id",
      "prediction",
      "probability",
      "decision",
      "p_fine",
      "p_fraud",
    ]);
    for (const row of rows) expect(row[5], row.join()).toBe(Number(row[7]) >= threshold ? "fraud" : "fine");
    expect(new Set(rows.map((row) => row[5]))).toEqual(new Set(["fraud", "fine"]));
  });

  test("decides by costs at the frequencies that it was chosen for, and at those of predict --prior", () => {
    const [, again = [], rarer = [], undecided = []] = written;
    const column = (rows: readonly string[][], name: string): string[] =>
      rows.slice(1).map((row) => row[rows[0]!.indexOf(name)]!);
    // p of the training frequencies, moved to 1 % fraud, against 1/41.
    const trained = column(again, "p_fraud").map(Number);
    const share = (odds: number): number => odds / (1 + odds);
    const counts = openPredictor(run).run.record.data.trainCounts;
    const ratio = (0.01 / 0.99) * ((counts[0]! + 1) / (counts[1]! + 1));
    const moved = trained.map((p) => share((p / (1 - p)) * ratio));
    expect(column(again, "decision")).toEqual(moved.map((p) => (p > 1 / 41 ? "fraud" : "fine")));
    expect(column(rarer, "decision")).toEqual(
      column(rarer, "p_fraud").map((p) => (Number(p) > 1 / 41 ? "fraud" : "fine")),
    );
    expect(undecided[0]).not.toContain("decision");
  });

  test("prints one object with --json, as it is stored", () => {
    const { stdout } = ended.get("decide runs/latest --min-recall 0.8 --confident --json")!;
    const { run: named, file, ...record } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ named, file }).toEqual({ named: "runs/latest", file: "runs/latest/decision.json" });
    expect(Object.keys(record)).toEqual(
      Object.keys({ ...readDecision(run), tradeOff: [] }).filter((key) => key !== "prior"),
    );
    const { validation } = record as unknown as NonNullable<ReturnType<typeof readDecision>>;
    expect(validation.classes[0]!.recall!.interval[0]).toBeGreaterThanOrEqual(0.8);
  });

  test("predicts with the decision from a program, too", async () => {
    const predictor = openPredictor(run);
    const payment = { amount: 900, hour: 1, country: "abroad", minutes_since_last: 1 };
    const [decided] = await predictor.predict([payment]);
    expect(decided).toMatchObject({ decision: "fraud" });
    const [undecided] = await predictor.predict([payment], { decision: "none" });
    expect(undecided).not.toHaveProperty("decision");
    await predictor.close();
  });
});
