import { memory, setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { classCounts, linearHeadRademacher } from "../../src/imbalance/index.ts";
import { endSession, evaluate, type Session } from "../../src/training/index.ts";
import { measureMargins } from "../../src/probes/index.ts";
import type { MeasuredMargins } from "../../src/theory/index.ts";
import { openSession } from "../../src/runs/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { tinyData, tinyRecipe, tinyRun } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1); // tiny tensors: a second thread would only be waited for
});

interface Measured {
  readonly session: Session;
  readonly measured: MeasuredMargins;
}

/** Trains a method for a moment, opens its run and measures it; `look` sees the network before it is freed. */
async function measure(
  method: string,
  look: (measured: Measured) => void | Promise<void> = () => undefined,
): Promise<Measured> {
  const recipe = tinyRecipe({ epochs: 4, method, validationFraction: 0 });
  const data = tinyData(recipe);
  const run = await tinyRun(recipe, { runsDir: temporaryFolder(), data });
  const { session } = await openSession(run.path, { data });
  const measured = await measureMargins(session);
  await look({ session, measured });
  endSession(session);
  return { session, measured };
}

suite("measureMargins", () => {
  test("has a margin for each training example, by class and ascending", async () => {
    const { measured } = await measure("erm");
    expect(measured.byClass.map(({ length }) => length)).toEqual([20, 12, 6, 4]);
    for (const margins of measured.byClass) expect(margins).toEqual(margins.toSorted());
  });
  test("has below 0 what evaluation calls wrong", async () => {
    await measure("erm", async ({ session, measured }) => {
      const { metrics } = await evaluate(session, session.data.train);
      measured.byClass.forEach((margins, j) => {
        const right = margins.filter((margin) => margin > 0).length / margins.length;
        expect(right).toBeCloseTo(metrics.perClass[j]!, 12);
      });
    });
  });
  test("leaves the network as it was, and nothing in memory", async () => {
    await measure("ldam", async ({ session, measured }) => {
      const before = memory().tensors;
      expect(await measureMargins(session)).toEqual(measured);
      expect(session.model.training).toBe(true);
      expect(memory().tensors).toBe(before);
    });
  });
  test("gives cosines their known size: logits of 1, features of 1, K weights of 1", async () => {
    const { measured } = await measure("ldam-drw");
    expect(measured.maxLogit).toBe(1);
    expect(measured.head).toEqual({ weightNorm: 2, squaredFeatureNorms: [1, 1, 1, 1] });
    expect(Math.max(...measured.byClass.map((margins) => margins.at(-1)!))).toBeLessThanOrEqual(2);
  });
  test.for(["erm", "lws"])("sees the whole last layer of %s, its bias included", async (method) => {
    await measure(method, ({ session, measured }) => {
      const state = session.model.stateDict();
      const of = (end: string): number[] =>
        Object.entries(state)
          .find(([name]) => name.startsWith("linear.") && name.endsWith(end))![1]
          .toNumbers();
      const scale = method === "lws" ? of("scale") : [1, 1, 1, 1];
      const [weight, bias] = [of("weight"), of("bias")];
      const squares = [
        ...weight.map((value, i) => (value * scale[Math.floor(i / 64)]!) ** 2),
        ...bias.map((value, j) => (value * scale[j]!) ** 2),
      ];
      const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
      expect(measured.head.weightNorm / norm).toBeCloseTo(1, 5); // float32
    });
  });
  test("gives an estimate of the complexity that covers the margins themselves", async () => {
    // No head of the family has a larger sum of margins than n_j R̂_j would allow for signs that all agree.
    const { session, measured } = await measure("erm");
    const counts = classCounts(session.data.train.labels, 4);
    const rademacher = linearHeadRademacher(counts, measured.head);
    measured.byClass.forEach((margins, j) => {
      const mean = margins.reduce((sum, margin) => sum + Math.abs(margin), 0) / margins.length;
      expect(mean).toBeLessThan(rademacher[j]! * Math.sqrt(counts[j]!));
    });
  });
});
