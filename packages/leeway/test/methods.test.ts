import { manualSeed, memory, setThreads, tensor } from "@leeway/torch";
import { checkGradient } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { type Loss, lossOf, weightedMean } from "../src/losses/index.ts";
import {
  type Method,
  methodNames,
  type MethodOptions,
  methodOf,
  type Stage,
  stagesOf,
} from "../src/methods/index.ts";
import { endSession, evaluate, type Session, startSession, train } from "../src/training/index.ts";
import { answerOf } from "./losses/reference.ts";
import { tinyData, tinyRecipe } from "./runs/tiny-run.ts";

/** What holds for every method in the list. A new method is checked here without a word about it. */

beforeAll(() => {
  setThreads(1);
});

const counts = [500, 120, 40, 5];
const equal = [40, 40, 40, 40];
const targets = [0, 1, 2, 3, 3];
/** Within the reach of cosines, and of all margins' kinks clear. */
const logits = [
  [0.31, -0.42, 0.17, 0.83],
  [-0.65, 0.28, 0.04, -0.91],
  [0.12, 0.77, -0.36, 0.49],
  [0.93, -0.18, 0.55, -0.07],
  [-0.24, 0.61, -0.88, 0.39],
];

/** What the options without a default are tried with. */
const optionalValues: MethodOptions = { testPrior: [1, 2, 3, 4] };

/** The loss of a method's first stage. */
const lossFor = (method: Method, n = counts): Loss => lossOf(stagesOf(method, n, 200)[0].loss);

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function expectAllClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  // The same sums in another order: 1e-9 relative, and as much absolute for what cancels.
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected[i]!)));
  });
}

/** Class j of the old order is class `order[j]` of the new one. */
const order = [2, 0, 3, 1];
const relabelled = <T>(values: ArrayLike<T>): T[] => {
  const moved: T[] = [];
  order.forEach((to, j) => (moved[to] = values[j]!));
  return moved;
};

suite("the list of methods", () => {
  test("names none twice", () => {
    expect(new Set(methodNames).size).toBe(methodNames.length);
  });
});

suite.for(methodNames)("%s", (name) => {
  const method = methodOf(name);

  test("is described, with its source", () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(method.title).not.toBe("");
    expect(method.summary).toMatch(/^\S.{10,100}[^.\s]$/);
    expect(method.source).toMatch(/\b(19|20)\d\d\b/);
    expect(method.scale).toBeGreaterThan(0);
  });
  test("takes each of its options and records it", () => {
    const { options } = method;
    expect(methodOf(name, options).options).toEqual(options);
    for (const [option, value] of Object.entries(options)) {
      const other = value === 0 ? 0.5 : 0.9 * Number(value);
      expect(methodOf(name, { [option]: other }).options).toEqual({ ...options, [option]: other });
    }
  });

  test.for(method.optional)("takes %s, and records it where it is given", (option) => {
    const value = optionalValues[option];
    expect(value).toBeDefined();
    expect(methodOf(name, { [option]: value }).options).toEqual({ ...method.options, [option]: value });
    expect(method.options).not.toHaveProperty(option);
  });
  test.for(method.optional)("has another loss with %s", (option) => {
    const values = (options?: MethodOptions): number[] =>
      answerOf(lossFor(methodOf(name, options)), logits, targets).values;
    expect(values({ [option]: optionalValues[option] })).not.toEqual(values());
  });

  suite("its stages", () => {
    const lengths = [1, 2, 5, 40, 200];
    test.for(lengths)("of %d epochs begin at 0, ascend, and begin within the run", (epochs) => {
      const begins = stagesOf(method, counts, epochs).map(({ fromEpoch }) => fromEpoch);
      expect(begins[0]).toBe(0);
      expect(begins).toEqual([...new Set(begins)].toSorted((a, b) => a - b));
      for (const begin of begins) expect(Number.isInteger(begin) && begin < epochs).toBe(true);
    });
    test("have for every class a finite weight and finite odds of at least 0, with mean 1", () => {
      for (const { classWeights, samplingOdds } of lengths.flatMap((n) => stagesOf(method, counts, n))) {
        for (const values of [classWeights, samplingOdds]) {
          expect(values).toHaveLength(counts.length);
          expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          expect(mean(values)).toBeCloseTo(1, 9);
        }
      }
    });
    test("with equal counts treat all classes alike: deferral then changes nothing", () => {
      for (const { classWeights, samplingOdds } of stagesOf(method, equal, 200)) {
        expectAllClose([...classWeights, ...samplingOdds], new Array(2 * equal.length).fill(1));
      }
    });
    test("follow the classes when these are relabelled", () => {
      const moved = stagesOf(method, relabelled(counts), 200);
      stagesOf(method, counts, 200).forEach(({ fromEpoch, classWeights, samplingOdds }, i) => {
        expect(moved[i]!.fromEpoch).toBe(fromEpoch);
        expectAllClose([...moved[i]!.classWeights], relabelled(classWeights));
        expectAllClose([...moved[i]!.samplingOdds], relabelled(samplingOdds));
      });
    });
  });

  suite("its loss, that of its last stage,", () => {
    const last = (n: readonly number[]): Loss => lossOf(stagesOf(method, n, 200).at(-1)!.loss);

    test("gives one value per example and keeps no tensors", () => {
      const before = memory().tensors;
      expect(answerOf(last(counts), logits, targets).values).toHaveLength(targets.length);
      expect(memory().tensors).toBe(before);
    });
    test("with equal counts treats all classes alike, however many examples they have", () => {
      const { values, gradient } = answerOf(last(equal), logits, targets);
      const moved = answerOf(
        last(equal),
        logits.map(relabelled),
        targets.map((y) => order[y]!),
      );
      expectAllClose(moved.values, values);
      expectAllClose(answerOf(last([7, 7, 7, 7]), logits, targets).gradient, gradient);
    });
    // Noise is drawn for a place among the classes, whichever class has it.
    test.skipIf(name === "gcl")("follows the classes when these are relabelled", () => {
      const { values, gradient } = answerOf(last(counts), logits, targets);
      const moved = answerOf(
        last(relabelled(counts)),
        logits.map(relabelled),
        targets.map((y) => order[y]!),
      );
      expectAllClose(moved.values, values);
      const rows = targets.map((_, i) => relabelled(gradient.slice(4 * i, 4 * i + 4)));
      expectAllClose(moved.gradient, rows.flat());
    });
    test("and its gradient are finite for logits of 1, 30 and 1e4 and both signs, one example at a time", () => {
      for (const size of [1, 30, 1e4]) {
        for (const true_ of [size, -size]) {
          for (const y of [0, 3]) {
            const row = counts.map((_, j) => (j === y ? true_ : -true_));
            const { values, gradient } = answerOf(last([500, 120, 40, 1]), [row], [y], { single: true });
            expect([...values, ...gradient].every(Number.isFinite)).toBe(true);
          }
        }
      }
    });
    test("has the gradient that finite differences give, weighted as there", () => {
      const { classWeights } = stagesOf(method, counts, 200).at(-1)!;
      const loss = last(counts);
      const f = (x: Parameters<typeof loss>[0]): ReturnType<typeof loss> => {
        const y = tensor(targets, [targets.length], { dtype: "int64" });
        manualSeed(0); // the same noise, where a loss has some
        return weightedMean(loss(x, y), y, tensor(classWeights));
      };
      checkGradient(f, logits.flat(), { shape: [targets.length, 4] });
    });
  });

  test("refuses a class without an example, and says which", () => {
    const with0 = [9, 5, 0];
    expect(() => stagesOf(method, with0, 200)).toThrow(
      "expected counts[2] to be a whole number of at least 1, got 0. Drop the empty class or give it examples.",
    );
  });

  suite("its effect", () => {
    test.skipIf(name === "erm")("is real: what it ends with is not what ERM does", async () => {
      const [ours, theirs] = [await trained(method), await trained(methodOf("erm"))];
      expect(Object.values(ours.state).flat().every(Number.isFinite)).toBe(true);
      expect(ours).not.toEqual(theirs);
    });
    test.skipIf(tinyStages(method).length < 2)("of its last stage is real", async () => {
      const without = await trained(method, (stages) => stages.slice(0, -1));
      expect((await trained(method)).state).not.toEqual(without.state);
    });
    test("leaves no tensors behind", async () => {
      const before = memory().tensors;
      await trained(method);
      expect(memory().tensors).toBe(before);
    });
  });
});

/** Four epochs, then three steps of the last stage where the method has a second. */
function recipeOf({ name, options }: Method): Session["recipe"] {
  const methodOptions = "deferAt" in options ? { deferAt: 0.8 } : {};
  return tinyRecipe({ method: name, methodOptions, epochs: 5, validationFraction: 0 });
}

function tinyStages(method: Method): readonly Stage[] {
  const { method: name, methodOptions, epochs } = recipeOf(method);
  return stagesOf(methodOf(name, methodOptions), counts, epochs);
}

/**
 * A tiny network after the real loop, with the method's stages or others: its state, and what is read from its
 * logits. What a last layer has that ERM's has not is left out, or the two would differ in any case.
 */
async function trained(
  method: Method,
  change: (stages: readonly Stage[]) => readonly Stage[] = (stages) => stages,
): Promise<{ readonly state: Readonly<Record<string, number[]>>; readonly calibrationError: number }> {
  const recipe = recipeOf(method);
  const session = startSession(recipe, tinyData(recipe));
  const changed = { ...session, stages: change(session.stages) };
  try {
    const events = train(changed);
    while (!(await events.next()).done) continue;
    const { metrics } = await evaluate(changed, session.data.test);
    const state = Object.entries(session.model.stateDict()).filter(
      ([key]) => !/^linear\.(?!weight)/.test(key),
    );
    return {
      state: Object.fromEntries(state.map(([key, value]) => [key, value.toNumbers()])),
      calibrationError: metrics.expectedCalibrationError,
    };
  } finally {
    endSession(changed);
  }
}

suite("a deferred method with equal counts", () => {
  const pairs = methodNames.flatMap((name) => {
    const base = name.replace(/-(drw|drs)$/, "");
    return base !== name && methodNames.includes(base) ? [[name, base] as const] : [];
  });
  test.for(pairs)("%s equals %s", ([deferred, base]) => {
    const [a, b] = [methodOf(deferred), methodOf(base)];
    expect([a.classifier, a.scale]).toEqual([b.classifier, b.scale]);
    const values = (method: Method): number[] => answerOf(lossFor(method, equal), logits, targets).values;
    expect(values(a)).toEqual(values(b));
  });
});
