import { describe as suite, expect, test } from "vitest";
import { inverseFrequencyWeights } from "../../src/imbalance/index.ts";
import { methodOf, type Stage, stageAt, stagesOf } from "../../src/methods/index.ts";

const counts = [90, 10];
const inverse = inverseFrequencyWeights(counts);
const ones = Float64Array.of(1, 1);
const plain = {
  fromEpoch: 0,
  loss: { kind: "cross-entropy", scale: 1 },
  classWeights: ones,
  samplingOdds: ones,
};

suite("stagesOf", () => {
  test("is one stage in which all classes are alike for a plain method", () => {
    expect(stagesOf(methodOf("erm"), counts, 200)).toEqual([plain]);
  });
  test("has the weights of a method that weighs classes", () => {
    expect(stagesOf(methodOf("rw"), counts, 200)).toEqual([{ ...plain, classWeights: inverse }]);
  });
  test("has the odds of a method that draws by class", () => {
    expect(stagesOf(methodOf("rs"), counts, 200)).toEqual([{ ...plain, samplingOdds: inverse }]);
  });
  test("has in each stage its own loss, as numbers", () => {
    const [first, second] = stagesOf(methodOf("mislas"), counts, 20);
    expect(first.loss).toEqual({ kind: "cross-entropy", scale: 1 });
    expect(second!.loss).toEqual({
      kind: "label-aware-smoothing",
      smoothing: Float64Array.of(0.3, 0),
      scale: 1,
    });
  });
});

suite("a deferred stage", () => {
  const stages = (epochs: number, deferAt: number): readonly Stage[] =>
    stagesOf(methodOf("erm-drs", { deferAt }), counts, epochs);
  const second = (fromEpoch: number): object => ({ ...plain, fromEpoch, samplingOdds: inverse });

  test("follows a plain one", () => {
    expect(stages(200, 0.8)).toEqual([plain, second(160)]);
  });
  test("is the only one where the deferral is the start", () => {
    expect(stages(200, 0)).toEqual([second(0)]);
    expect(stages(2, 0.2)).toEqual([second(0)]);
  });
  test("never begins where the deferral is the end", () => {
    expect(stages(200, 1)).toEqual([plain]);
    expect(stages(1, 0.8)).toEqual([plain]);
  });
  test("is refused outside the run", () => {
    expect(() => stages(200, 1.2)).toThrow("methodOf: expected deferAt to be a number from 0 to 1, got 1.2.");
  });
});

suite("stageAt", () => {
  const stages = [0, 160].map((fromEpoch) => ({ ...plain, fromEpoch }) as Stage);
  test("gives the last stage that has begun", () => {
    expect([0, 159, 160, 199].map((epoch) => stageAt(stages, epoch).fromEpoch)).toEqual([0, 0, 160, 160]);
  });
  test("says when the stages begin where none has", () => {
    const late = [5, 8].map((fromEpoch) => ({ ...plain, fromEpoch }) as Stage);
    expect(() => stageAt(late, 2)).toThrow(
      "stageAt: expected stages to have begun by epoch 2, got [5, 8]. Begin the first at epoch 0.",
    );
  });
});
