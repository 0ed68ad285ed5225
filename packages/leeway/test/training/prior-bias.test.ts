import { describe as suite, expect, test } from "vitest";
import { endSession, startSession } from "../../src/training/index.ts";
import { enterStage } from "../../src/training/session.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

type Options = Parameters<typeof tinyRecipe>[0];

/** The bias of the last layer at the start of a stage, and the counts it is of. */
function begun(options: Options, stage = 0): { readonly bias: number[]; readonly counts: readonly number[] } {
  const recipe = tinyRecipe({ biasInit: "prior", ...options });
  const data = tinyData(recipe);
  const session = startSession(recipe, data);
  try {
    if (stage > 0) enterStage(session, session.stages[stage]!);
    return { bias: session.model.stateDict()["linear.bias"]!.toNumbers(), counts: data.counts };
  } finally {
    endSession(session);
  }
}

function expectPrior({ bias, counts }: ReturnType<typeof begun>): void {
  const logs = counts.map(Math.log);
  expect(new Set(counts).size).toBeGreaterThan(1);
  bias.forEach((each, j) => {
    expect(each - bias[0]!).toBeCloseTo(logs[j]! - logs[0]!, 5);
  });
}

suite("biasInit", () => {
  test("begins at the log frequencies of the classes, for plain training", () => {
    expectPrior(begun({ method: "erm" }));
  });
  test.for(["rw", "rs", "logit-adjustment", "balanced-softmax"])(
    "begins alike for %s, which teaches no frequencies",
    (method) => {
      for (const each of begun({ method }).bias) expect(each).toBeCloseTo(0, 5);
    },
  );
  test("begins there again where a stage starts the last layer anew", () => {
    const { bias } = begun({ method: "crt", epochs: 10 }, 1); // which draws all classes alike
    for (const each of bias) expect(each).toBeCloseTo(0, 5);
  });
  test("leaves no trace where it is not requested", () => {
    expect(tinyRecipe({ method: "erm", biasInit: "random" })).toEqual(tinyRecipe({ method: "erm" }));
  });
  test("is refused for a last layer without a bias", () => {
    expect(() => tinyRecipe({ method: "ldam", biasInit: "prior" })).toThrow(
      'recipe: expected biasInit to be random for a last layer of cosines, which has no bias, got "prior".',
    );
  });
});
