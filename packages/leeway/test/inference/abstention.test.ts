import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { classSet, type SetCounts, shownProbability } from "../../src/metrics/index.ts";
import { decide, openPredictor, predict, type PredictOptions } from "../../src/probes/index.ts";
import { abstentionOf } from "../../src/inference/abstention.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { readDecision } from "../../src/storage/index.ts";
import { tables } from "../runs/kinds.ts";

const runsDir = mkdtempSync(join(tmpdir(), "leeway-abstention-"));
let run = "";

beforeAll(async () => {
  setThreads(1);
  // Half of 60 rows are held out, so that every class has a threshold at 0.3.
  const recipe = tables.recipe({ validationFraction: 0.5, testFraction: 0.2 });
  for await (const event of runRecipe(recipe, { runsDir, name: "run" })) {
    if (event.kind === "end") run = event.folder;
  }
});
afterAll(() => {
  rmSync(runsDir, { recursive: true, force: true });
});

const rows = Array.from({ length: 40 }, (_, i) => ({
  first: (i % 8) / 4,
  second: Math.floor(i / 8) / 2.5,
  colour: ["x", "y", "z"][i % 3]!,
}));
const bySets = { criteria: [] };

/** The predictions of rows with what their own probabilities and the stored thresholds lead to. */
async function predicted(options: PredictOptions = {}) {
  const { abstain } = readDecision(run)!;
  const own = await predict(run, rows, options);
  const plain = await predict(run, rows, { decision: "none" });
  return own.map((each, i) => {
    const probabilities = Object.values(plain[i]!.probabilities).map(shownProbability);
    const expected = classSet(probabilities, abstain!).map((j) => ["a", "b", "c"][j]!);
    return { ...each, expected };
  });
}

suite("decide, with a share to abstain by", () => {
  test("stores the thresholds of classes, and counts their sets once on the test split", async () => {
    const { abstain, rule, requested } = await decide(run, bySets, { abstain: 0.3 });
    const { alpha, thresholds, examples, test } = abstain!;
    expect([alpha, requested]).toEqual([0.3, bySets]);
    expect(examples.every((n) => n >= 3)).toBe(true);
    expect(thresholds.every((threshold) => threshold > 0)).toBe(true);
    expect(rule).toEqual({ thresholds });
    expect(test.map((counts: SetCounts) => counts.examples)).toEqual(
      openPredictor(run).run.record.data.testCounts,
    );
    expect(readDecision(run)!.abstain).toEqual(abstain);
  });

  test("lets predictions decide where the set is one class, and abstain elsewhere", async () => {
    await decide(run, bySets, { abstain: 0.3 });
    const all = await predicted();
    for (const { set, expected, abstained, decision } of all) {
      expect(set).toEqual(expected);
      expect(abstained).toBe(expected.length !== 1);
      expect(decision).toBe(expected.length === 1 ? expected[0] : null);
    }
    expect(new Set(all.map(({ abstained }) => abstained)).size).toBe(2); // both are tried
  });

  test("keeps sets as they are under another prior, since they cover each class whatever its frequency", async () => {
    await decide(run, bySets, { abstain: 0.3 });
    const [usual, moved] = [await predicted(), await predicted({ prior: [0.01, 0.01, 0.98] })];
    expect(moved.map(({ set, decision }) => [set, decision])).toEqual(
      usual.map(({ set, decision }) => [set, decision]),
    );
    expect(moved.map(({ probability }) => probability)).not.toEqual(
      usual.map(({ probability }) => probability),
    );
  });

  test("lets a rule's decision stand where the set is that class alone", async () => {
    const request = { criteria: [{ class: 2, criterion: { kind: "max-alerts", share: 0.9 } }] } as const;
    const { abstain } = await decide(run, request, { abstain: 0.3 });
    const sum = (name: keyof SetCounts): number =>
      abstain!.test.reduce((all, counts) => all + counts[name], 0);
    expect(sum("contradicted")).toBeGreaterThan(0);
    expect(sum("decided") + sum("several") + sum("none") + sum("contradicted")).toBe(sum("examples"));
    const { rule } = readDecision(run)!;
    await decide(run, request);
    const byRule = await predict(run, rows);
    await decide(run, request, { abstain: 0.3 });
    expect(readDecision(run)!.rule).toEqual(rule);
    (await predicted()).forEach(({ set, abstained, decision }, i) => {
      const stands = set!.length === 1 && set![0] === byRule[i]!.decision;
      expect(abstained).toBe(!stands);
      expect(decision).toBe(stands ? byRule[i]!.decision : null);
    });
  });

  test("adds nothing to predictions without it", async () => {
    await decide(run, { criteria: [{ class: 0, criterion: { kind: "best-f1" } }] });
    const [first] = await predict(run, rows.slice(0, 1));
    expect(first).toHaveProperty("decision");
    expect(first).not.toHaveProperty("set");
    expect(first).not.toHaveProperty("abstained");
  });

  test("needs something to decide by", async () => {
    await expect(decide(run, bySets)).rejects.toThrow(
      "decide: expected request to have a criterion, costs or a share to abstain by, got",
    );
    await expect(decide(run, bySets, { abstain: 1 })).rejects.toThrow("to be above 0 and below 1, got 1");
  });
});

suite("abstentionOf", () => {
  test("abstains from sets of no or several classes, and of another class than the decision's", () => {
    const probabilities = Float32Array.of(0.7, 0.3, 0.9, 0.1, 0.2, 0.8, 0.5, 0.5);
    const sets = { thresholds: [0.6, 0.3] };
    expect(abstentionOf(probabilities, sets, Int32Array.of(0, 0, 0, 1))).toEqual({
      abstained: [true, false, true, false],
      sets: Uint8Array.of(1, 1, 1, 0, 0, 1, 0, 1),
    });
    const none = abstentionOf(Float32Array.of(0.5, 0.5), { thresholds: [0.6, 0.6] }, Int32Array.of(0));
    expect(none).toEqual({ abstained: [true], sets: Uint8Array.of(0, 0) });
  });
});
