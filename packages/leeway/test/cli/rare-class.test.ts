import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { random } from "../../src/random.ts";
import type { Summary } from "../../src/records/index.ts";
import { leeway } from "./leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-rare-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const place = ["--runs-dir", join(folder, "runs"), "--threads", "1", "--no-progress"];

/** A table of common and rare rows that overlap. */
function table(name: string, counts: { readonly common: number; readonly rare: number }): string {
  const from = random(1, "rare class", name);
  const rows = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => {
      const x = 2 * from.uniform() + (kind === "rare" ? 1 : 0);
      return `${x},${from.uniform()},${kind}`;
    }),
  );
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `x,y,kind\n${rows.join("\n")}\n`);
  return path;
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await leeway([...args, ...place, "--json"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as T;
}

suite("a class of two rows", { timeout: 120_000 }, () => {
  const two = table("two", { common: 400, rare: 2 });

  test("is said to be judged by one row, and does not choose the epoch", async () => {
    const result = await json<object>("train", two, "--label", "kind", "--epochs", "3");
    expect(result).toMatchObject({
      ...{ selectedBy: "last", best: null },
      classes: [{ name: "common" }, { name: "rare", count: 1, validationCount: 0, testCount: 1 }],
      notes: [
        'Test rows: 1 of "rare". Numbers of such a class hang on single examples.',
        'Validation rows: 0 of "rare". They cannot choose an epoch, so the last one was kept.',
      ],
    });
  });

  test("tells no methods apart: ± is what its one test row decides", async () => {
    const methods = ["--label", "kind", "--epochs", "1", "--methods", "erm,rw", "--seeds", "0,1"];
    const { rows, notes } = await json<{ rows: { gain: unknown; apart: boolean }[]; notes: string[] }>(
      ...["compare", two, ...methods],
    );
    expect(rows[1]!.apart).toBe(false);
    const { interval, mean } = rows[1]!.gain as { interval: [number, number]; mean: number };
    expect(interval[1] - mean).toBeGreaterThanOrEqual(50);
    expect(notes).toContain("± is at least what one such example decides.");
  });
});

suite("a rare class", { timeout: 120_000 }, () => {
  const [train, held] = [
    table("train", { common: 900, rare: 110 }),
    table("test", { common: 400, rare: 40 }),
  ];

  test("has in predict the numbers, decisions and thresholds of the run's result", async () => {
    const files = [train, "--test", held, "--label", "kind", "--epochs", "8", "--name", "rare"];
    const result = await json<Record<string, unknown>>("train", ...files);
    expect(result).toMatchObject({
      selectedBy: "validation",
      best: { metric: "balancedAccuracy" },
      notes: [],
    });
    const run = join(folder, "runs", "rare");
    const metrics = join(folder, "metrics.json");
    const { stdout } = await leeway(["predict", run, held, "--metrics", metrics, "--threads", "1"]);
    const measured = JSON.parse(readFileSync(metrics, "utf8")) as Record<string, unknown>;
    for (const name of ["balancedAccuracy", "expectedCalibrationError", "worstClass", "macroF1"]) {
      expect(measured[name], name).toBeCloseTo(result[name] as number, 6);
    }
    const [header = "", ...lines] = stdout.trim().split("\n");
    const column = header.split(",").indexOf("p_rare");
    const probabilities = lines.map((line) => Number(line.split(",")[column]));
    const truth = readFileSync(held, "utf8").trim().split("\n").slice(1);
    const summary = JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as Summary;
    const { curve } = summary.test!.detection!;
    const rates = curve.map(({ threshold }) => {
      const chosen = truth.filter((_, i) => probabilities[i]! >= threshold);
      const right = chosen.filter((line) => line.endsWith(",rare")).length;
      return { recall: right / 40, precision: right / chosen.length };
    });
    expect(rates).toEqual(curve.map(({ recall, precision }) => ({ recall, precision })));
    // The method re-balances, and yet a probability has the frequencies of the data: 40 of 440.
    const mean = probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length;
    expect(mean).toBeGreaterThan(0.06);
    expect(mean).toBeLessThan(0.14);
    expect(lines.some((line) => line.split(",")[2] === "rare" && Number(line.split(",")[3]) < 0.5)).toBe(
      true,
    );
  });
});
