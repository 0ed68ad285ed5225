import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { reportIn } from "@leeway/dashboard";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { reportData } from "../../src/api/report-data.ts";
import { random } from "../../src/random.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import { decodedScores, joinedPlanes } from "../../src/report/page/coded-scores.ts";
import type { ReportData } from "../../src/report/index.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { readRun } from "../../src/storage/index.ts";
import { leeway } from "../cli/leeway-process.ts";

setThreads(1); // steps so small gain nothing from more
const folder = mkdtempSync(join(tmpdir(), "leeway-report-"));
const table = join(folder, "payments.csv");
const runs = { plain: join(folder, "plain"), balanced: join(folder, "balanced") };
let report: ReportData;

beforeAll(async () => {
  const draw = random(4, "payments");
  const lines = Array.from({ length: 1200 }, (_, i) => {
    const isFraud = i % 12 === 0;
    return `${(draw.uniform() + (isFraud ? 0.6 : 0)).toFixed(4)},${i % 3 === 0 ? "CH" : "<b>DE</b>"},${isFraud ? "fraud" : "ok"}`;
  });
  writeFileSync(table, ["amount,country,class", ...lines, ""].join("\n"));
  const source = { kind: "table", paths: [table], label: "class" } as const;
  const common = { source, testFraction: 0.4, epochs: 4, batchSize: 64, model: "mlp" };
  for (const [name, method] of [
    ["plain", "erm"],
    ["balanced", "logit-adjustment"],
  ] as const) {
    const running = runRecipe(recipeFor("payments", { ...common, method }), { runsDir: folder, name });
    for await (const event of running) if (event.kind === "end") break;
  }
  report = await reportData([runs.plain, runs.balanced]);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

suite("reportData", () => {
  test("has the numbers of the runs' summaries", () => {
    for (const [at, path] of [runs.plain, runs.balanced].entries()) {
      const { summary } = readRun(path);
      const measured = report.runs[at]!.headline;
      const of = (name: string): number | null => measured.find((each) => each.name === name)!.value;
      expect(of("balanced accuracy")).toBe(summary!.test!.balancedAccuracy);
      expect(of("average precision")).toBe(summary!.test!.detection!.averagePrecision);
      expect(of("calibration error")).toBe(summary!.test!.expectedCalibrationError);
    }
  });

  test("packs probabilities that a page unpacks again", () => {
    const { logits, classes, examples } = report.runs[0]!;
    const numbers = (packed: string): Uint16Array => joinedPlanes(gunzipSync(Buffer.from(packed, "base64")));
    const logs = decodedScores(numbers(logits!.logProbabilities));
    expect(logs).toHaveLength(examples * classes.length);
    for (let i = 0; i < examples; i++) {
      const sum = Math.exp(logs[2 * i]!) + Math.exp(logs[2 * i + 1]!);
      expect(sum).toBeCloseTo(1, 2); // steps of 1/128
    }
    expect(numbers(logits!.labels)).toHaveLength(examples);
  });

  test("shows wrong examples as rows, wherever they stand", () => {
    const [rarest] = report.runs[0]!.errors;
    const [example] = rarest!.hardest;
    const row = Number(/payments\.csv:(\d+)$/.exec(example!.place)![1]);
    const [amount, country] = readFileSync(table, "utf8").split("\n")[row]!.split(",");
    expect(example!.view).toEqual({
      kind: "row",
      columns: [
        ["amount", amount],
        ["country", country],
        ["class", "fraud"],
      ],
    });
  });

  test("pairs a later run with the first", () => {
    const [difference] = report.differences;
    expect(difference!.unpaired).toBeNull();
    expect(difference!.recipe).toContainEqual({ field: "method", from: "erm", to: "logit-adjustment" });
  });

  test("shows a run without weights by its records, and compares it", async () => {
    const recorded = join(folder, "recorded");
    mkdirSync(recorded);
    for (const name of ["run.json", "metrics.jsonl", "summary.json"])
      copyFileSync(join(runs.balanced, name), join(recorded, name));
    const { runs: shown, differences } = await reportData([runs.plain, recorded]);
    expect(shown[1]!.classes).toEqual(report.runs[1]!.classes);
    expect(shown[1]!.training).toEqual(report.runs[1]!.training);
    expect(shown[1]!.margins).toBeNull();
    expect(shown[0]!.margins).not.toBeNull();
    expect(differences[0]!.measures[0]!.value).toBeCloseTo(report.differences[0]!.measures[0]!.value!, 12);
    expect(differences[0]!.recipe).toEqual(report.differences[0]!.recipe);
  });

  test("refuses what is no finished run", async () => {
    await expect(reportData([folder])).rejects.toThrow("expected the folder of a run");
  });
});

suite("leeway report", () => {
  test("writes a page that holds the numbers, and says what matters", async () => {
    const { stderr, code } = await leeway(["report", runs.plain]);
    expect(code).toBe(0);
    const page = join(runs.plain, "report.html");
    expect(stderr).toContain(report.runs[0]!.sentence);
    expect(stderr).toContain(`Report in ${page}`);
    const text = readFileSync(page, "utf8");
    const held = reportIn(text) as ReportData;
    expect(held.runs[0]!.headline).toEqual(report.runs[0]!.headline);
    expect(text).not.toContain("<b>DE</b>");
  }, 60_000);

  test("prints the same as JSON, without a page", async () => {
    rmSync(join(runs.balanced, "report.html"), { force: true });
    const { stdout } = await leeway(["report", runs.balanced, "--json", "--no-examples"]);
    const printed = JSON.parse(stdout) as ReportData;
    expect(printed.runs[0]!.classes).toEqual(report.runs[1]!.classes);
    expect(printed.runs[0]!.errors).toEqual([]);
    expect(existsSync(join(runs.balanced, "report.html"))).toBe(false);
  }, 60_000);

  test("names a folder that is not there", async () => {
    const { stderr, code } = await leeway(["report", runs.plain, "-o", join(folder, "none", "a.html")]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("--output: expected a file in a folder that is there");
  }, 60_000);
});
