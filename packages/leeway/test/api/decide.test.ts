import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { decide, predict, runRecipe } from "../../src/index.ts";
import { readDecision } from "../../src/storage/index.ts";
import { tables } from "../runs/kinds.ts";

const runsDir = mkdtempSync(join(tmpdir(), "leeway-api-decide-"));
let run = "";

beforeAll(async () => {
  setThreads(1);
  const recipe = tables.recipe({ validationFraction: 0.5 });
  for await (const event of runRecipe(recipe, { runsDir, name: "run" })) {
    if (event.kind === "end") run = event.folder;
  }
});
afterAll(() => {
  rmSync(runsDir, { recursive: true, force: true });
});

suite("decide", () => {
  test("chooses by names of classes, stores the rule, and predictions follow it", async () => {
    const record = await decide(run, { minRecall: { c: 1 } });
    expect(record.requested).toEqual({
      criteria: [{ class: "c", kind: "min-recall", share: 1, confident: false }],
    });
    expect(record.validation.classes[0]).toMatchObject({ name: "c", recall: { value: 1 } });
    expect(readDecision(run)).toEqual(record);
    const threshold = (record.rule as { thresholds: (number | null)[] }).thresholds[2]!;
    const rows = [{ first: 0.1, second: 0.2, colour: "x" }];
    const [{ decision, probabilities } = { decision: "", probabilities: {} as Record<string, number> }] =
      await predict(run, rows);
    expect(decision === "c").toBe(probabilities["c"]! >= threshold);
  });
  test("is for the prior that is named", async () => {
    const { prior } = await decide(run, { bestF1: true }, { prior: { a: 6, b: 3, c: 1 } });
    expect(prior).toEqual([0.6, 0.3, 0.1]);
  });
  test("refuses an aim that is none, and a prior without an effect", async () => {
    await expect(decide(run, { minRecall: 2 })).rejects.toThrow("decide: expected minRecall to be a share");
    await expect(decide(run, { abstain: 0.4 }, { prior: "training" })).rejects.toThrow(
      "decide: expected prior to be none without an aim beside abstain",
    );
  });
});
