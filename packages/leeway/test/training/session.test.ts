import { type distributed, memory } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { endSession, startSession } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

suite("startSession", () => {
  test.for(["proco", "bcl"])("refuses ranks for %s, whose contrast is of whole batches", (method) => {
    const recipe = tinyRecipe({ method });
    const group = { rank: 0, size: 2 } as unknown as distributed.ProcessGroup; // nothing of it is asked
    expect(() => startSession(recipe, tinyData(recipe), { group })).toThrow(
      `recipe: expected method to be one that ranks can share: its contrast is of whole batches, got "${method}".`,
    );
  });
  test("makes the network, loss and stages of the recipe", () => {
    const recipe = tinyRecipe({ epochs: 10 });
    const session = startSession(recipe, tinyData(recipe));
    expect(session.method.name).toBe("ldam-drw");
    expect(session.stages.map(({ fromEpoch }) => fromEpoch)).toEqual([0, 8]);
    expect(session.model.stateDict()["linear.weight"]!.shape).toEqual([4, 64]);
    expect(session.optimizer).toMatchObject({ lr: 0.05, momentum: 0.9, weightDecay: 2e-4 });
    endSession(session);
  });
  test("starts two methods with the same classifier from the same weights", () => {
    const weights = ["erm", "erm-drw"].map((method) => {
      const recipe = tinyRecipe({ method });
      const session = startSession(recipe, tinyData(recipe));
      const values = Object.values(session.model.stateDict()).map((tensor) => tensor.toNumbers());
      endSession(session);
      return values;
    });
    expect(weights[0]).toEqual(weights[1]);
  });
  test.for(["proco", "bcl"])("begins the last layer beside the contrast of %s narrow", (method) => {
    const [narrow, wide] = [method, "logit-adjustment"].map((each) => widestOf(each));
    expect(narrow).toBeGreaterThan(0.9 / Math.sqrt(64));
    expect(narrow).toBeLessThanOrEqual(1 / Math.sqrt(64));
    expect(wide).toBeGreaterThan(2 / Math.sqrt(64));
  });
});

/** The largest weight with which the last layer of a method begins. */
function widestOf(method: string): number {
  const recipe = tinyRecipe({ method });
  const session = startSession(recipe, tinyData(recipe));
  const largest = Math.max(...session.model.classifier.weight.toNumbers().map(Math.abs));
  endSession(session);
  return largest;
}

suite("endSession", () => {
  test("frees all that startSession made", () => {
    const before = memory();
    const recipe = tinyRecipe();
    endSession(startSession(recipe, tinyData(recipe)));
    expect(memory()).toEqual(before);
  });
});
