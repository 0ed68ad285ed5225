import { memory, setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { endSession, evaluate, type Session, startSession } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

/** What `use` gives of an untrained session. */
async function withSession<Result>(use: (session: Session) => Promise<Result>): Promise<Result> {
  const recipe = tinyRecipe();
  const session = startSession(recipe, tinyData(recipe));
  try {
    return await use(session);
  } finally {
    endSession(session);
  }
}

suite("evaluate", () => {
  test("does not depend on the order of the examples", async () => {
    await withSession(async (session) => {
      const { test: dataset } = session.data;
      const turned = dataset.select(Array.from(dataset.labels.keys()).toReversed());
      const [forth, back] = [await evaluate(session, dataset), await evaluate(session, turned)];
      expect(back.metrics.perClass).toEqual(forth.metrics.perClass);
      expect(back.loss).toBeCloseTo(forth.loss, 4);
    });
  });
  test("changes nothing, is repeatable, and leaves the network learning", async () => {
    await withSession(async (session) => {
      const { model, data } = session;
      const state = (): number[][] => Object.values(model.stateDict()).map((tensor) => tensor.toNumbers());
      const before = state();
      const first = await evaluate(session, data.test);
      expect(await evaluate(session, data.test)).toEqual(first);
      expect(state()).toEqual(before);
      expect(model.training).toBe(true);
    });
  });
  test("gives the confusion matrix on request, whose rows are the classes", async () => {
    const { metrics } = await withSession((session) =>
      evaluate(session, session.data.test, { withConfusion: true }),
    );
    expect(metrics.confusion?.map((row) => row.reduce((sum, n) => sum + n, 0))).toEqual([6, 6, 6, 6]);
  });
  test("ends with the signal's reason, learning again and holding nothing", async () => {
    await withSession(async (session) => {
      const before = memory().tensors;
      const signal = AbortSignal.abort();
      await expect(evaluate(session, session.data.test, { signal })).rejects.toBe(signal.reason);
      expect(session.model.training).toBe(true);
      expect(memory().tensors).toBe(before);
    });
  });
});
