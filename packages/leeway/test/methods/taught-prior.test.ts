import { describe as suite, expect, test } from "vitest";
import { methodOf, stagesOf, taughtPrior } from "../../src/methods/index.ts";

const counts = [900, 90, 10];

/** q of a method's stage, as shares. */
function taught(name: string, { stage = 0, options = {} } = {}): number[] {
  const logs = taughtPrior(stagesOf(methodOf(name, options), counts, 10)[stage]!, counts);
  const shares = [...logs].map(Math.exp);
  return shares.map((share) => share / shares.reduce((sum, each) => sum + each, 0));
}

suite("taughtPrior", () => {
  test.for(["erm", "ldam", "focal"])("is the frequencies of the data with %s", (name) => {
    expect(taught(name)).toEqual([0.9, 0.09, 0.01].map((share) => expect.closeTo(share, 12) as number));
  });
  test.for(["rw", "rs", "logit-adjustment", "balanced-softmax"])("is one for all with %s", (name) => {
    expect(taught(name)).toEqual([1, 1, 1].map(() => expect.closeTo(1 / 3, 12) as number));
  });
  test("is in between with square roots", () => {
    const [frequent, , rare] = taught("sqrt-rs");
    expect(frequent! / rare!).toBeCloseTo(Math.sqrt(90), 10);
  });
  test("is beyond equal frequencies with τ above 1", () => {
    const [frequent, , rare] = taught("logit-adjustment", { options: { tau: 2 } });
    expect(frequent! / rare!).toBeCloseTo(1 / 90, 10);
  });
  test("changes with a stage's weights", () => {
    expect(taught("erm-drw", { stage: 0 })[2]).toBeCloseTo(0.01, 10);
    expect(taught("erm-drw", { stage: 1 })[2]).toBeCloseTo(1 / 3, 1); // one over the effective number
  });
});
