import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { listRuns, readRun } from "../../src/storage/index.ts";
import { leeway } from "./leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-tune-"));
const data = join(folder, "t.csv");
const runsDir = join(folder, "runs");
beforeAll(() => {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const rare = i % 8 === 0;
    return `${(rare ? 4 : 0) + ((i * 7) % 5)},${["u", "v"][i % 2]!},${rare ? "rare" : "common"}`;
  });
  writeFileSync(data, `x,c,kind\n${rows.join("\n")}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ofData = ["tune", data, "--label", "kind", "--model", "mlp"];
const asked = [...ofData, "--epochs", "10", "--threads", "1", "--runs-dir", runsDir];

suite("leeway tune", { timeout: 120_000 }, () => {
  test("finds a margin and a deferral, and names a run that has them", async () => {
    const { code, stdout, stderr } = await leeway([...asked, "--method", "ldam-drw", "--json"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { margins, deferrals, chosen, run } = JSON.parse(stdout) as {
      margins: { maxMargin: number; reached: number }[];
      deferrals: { deferAt: number; score: number; run: string }[];
      chosen: { maxMargin: number; deferAt: number };
      run: string;
    };
    expect(margins.map(({ maxMargin }) => maxMargin)).toEqual([0.8, 0.5, 0.3, 0.2, 0.1]);
    expect(deferrals.map(({ deferAt }) => deferAt)).toEqual([0.6, 0.7, 0.8, 0.9]);
    const best = Math.max(...deferrals.map(({ score }) => score));
    expect(deferrals.find(({ score }) => score === best)).toMatchObject({ deferAt: chosen.deferAt, run });
    const { record, summary } = readRun(run);
    expect(record.recipe).toMatchObject({ epochs: 10, methodOptions: chosen });
    expect(summary?.status).toBe("finished");
    const runs = listRuns(runsDir).map(readRun);
    expect(runs).toHaveLength(9);
    expect(runs.filter((each) => each.record.forkedFrom !== undefined)).toHaveLength(3);
  });

  test("trains nothing twice, and prints what it found", async () => {
    const { code, stdout } = await leeway([...asked, "--method", "ldam-drw"]);
    expect(code).toBe(0);
    expect(listRuns(runsDir)).toHaveLength(9);
    expect(stdout).toMatch(/^ +0\.[12358] +\d+\.\d % +chosen$/m);
    expect(stdout).toMatch(/^ +[789]|10 +\d+\.\d % +chosen$/m);
    expect(stdout).toMatch(/^Train with --max-margin 0\.\d --defer-at 0\.\d$/m);
  });

  test.for([
    [["--method", "erm"], '--method: expected a method with margins or a second stage, got "erm"'],
    [
      ["--method", "ldam", "--max-margin", "0.3"],
      "--max-margin: expected none: it is what is looked for, got 0.3",
    ],
    [
      ["--method", "erm-drw", "--validation-fraction", "0"],
      "--validation-fraction: expected a number above 0: the deferral is chosen by a validation split, got 0",
    ],
  ] as const)("with %o says in one line what is wrong", async ([options, message]) => {
    const { code, stderr } = await leeway([...asked, ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
