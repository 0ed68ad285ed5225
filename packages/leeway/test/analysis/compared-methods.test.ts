import { comparedMethods } from "../../src/analysis/index.ts";
import { describe as suite, expect, test } from "vitest";
import type { StoredRun } from "../../src/storage/index.ts";
import { epoch, metrics, run, summary } from "../records/examples.ts";
import { tinyCells } from "../experiments/tiny-cells.ts";

const cells = tinyCells(["erm", "ldam-drw", "focal"], [0, 1, 2]);

/** A finished run of a cell with so much balanced accuracy. */
function finished(method: string, seed: number, balancedAccuracy: number): StoredRun {
  const { recipe } = cells.find((cell) => cell.method === method && cell.seed === seed)!; // there is one
  return {
    path: `runs/${method}-${seed}`,
    record: { ...run, recipe },
    epochs: [epoch],
    summary: { ...summary, test: { ...metrics, balancedAccuracy } },
  };
}

suite("comparedMethods", () => {
  const runs = [
    ...[finished("erm", 0, 0.5), finished("erm", 1, 0.7), finished("erm", 2, 0.6)],
    ...[finished("ldam-drw", 0, 0.6), finished("ldam-drw", 1, 0.81), finished("ldam-drw", 2, 0.72)],
    finished("focal", 2, 0.5),
  ];
  const [erm, ldamDrw, focal] = comparedMethods(cells, runs);

  test("puts methods over their seeds, in per cent", () => {
    expect(erm!.measures.balanced).toMatchObject({ n: 3, mean: expect.closeTo(60, 9) as number });
    expect(focal).toMatchObject({ method: "focal", seeds: [2], runs: ["runs/focal-2"] });
  });

  test("notices which chosen epochs came before the last stage", () => {
    const longer = cells.map((cell) => ({ ...cell, recipe: { ...cell.recipe, epochs: 10 } })); // deferred at 8
    const ended = (method: string, seed: number, best: number): StoredRun => {
      const { recipe } = longer.find((cell) => cell.method === method && cell.seed === seed)!; // there is one
      const found = finished(method, seed, 0.8);
      const chosen = { ...found.summary!, best: { epoch: best, topOne: 0.8 } }; // it has finished
      return { ...found, record: { ...found.record, recipe }, summary: chosen };
    };
    const all = [ended("ldam-drw", 0, 8), ended("ldam-drw", 1, 7), ended("erm", 1, 0)];
    expect(comparedMethods(longer, all).map(({ unseenStage }) => unseenStage)).toEqual([[], [1], []]);
  });

  test("takes gains seed by seed: what the seed decides for both drops out", () => {
    expect(erm!.gain).toBeNull();
    expect(ldamDrw!.gain!.mean).toBeCloseTo(11, 9); // 10, 11 and 12 points
    expect(ldamDrw!.gain!.deviation).toBeCloseTo(1, 9); // though each method's own is 10
    expect(focal!.gain).toMatchObject({ n: 1, mean: expect.closeTo(-10, 9) as number, interval: null });
  });

  test("takes gains fold by fold, and widens intervals by what folds train on in common", () => {
    const folded = [0, 1, 2].flatMap((index) =>
      cells
        .filter(({ seed }) => seed === 0)
        .map((cell) => ({
          ...cell,
          recipe: { ...cell.recipe, validationFraction: 0, fold: { index, of: 3 } },
        })),
    );
    const runOf = (method: string, index: number, balanced: number): StoredRun => {
      const { recipe } = folded.find((cell) => cell.method === method && cell.recipe.fold.index === index)!; // there is one
      const found = finished(method, 0, balanced);
      return { ...found, record: { ...found.record, recipe, data: { ...run.data, testHeldOut: true } } };
    };
    const all = [
      ...[runOf("erm", 2, 0.7), runOf("erm", 0, 0.5), runOf("erm", 1, 0.6)],
      ...[runOf("ldam-drw", 0, 0.6), runOf("ldam-drw", 1, 0.71), runOf("ldam-drw", 2, 0.82)],
    ];
    const { gain, folds, seeds } = comparedMethods(folded, all)[1]!;
    expect([folds, seeds]).toEqual([3, [0, 0, 0]]);
    expect(gain).toMatchObject({ n: 3, mean: expect.closeTo(11, 9) as number });
    // t(2) = 4.3027, deviation 1, variance 1/3 + (1/3) / (2/3)
    expect(gain!.interval![1] - gain!.mean).toBeCloseTo(4.3027 * Math.sqrt(1 / 3 + 1 / 2), 3);
  });

  test("asks more of a gain where several methods are compared, and where test parts overlap", () => {
    const gains = [2, 3, 4]; // mean 3, deviation 1: 2.48 is the reach of 95 %, 3.58 that of 97.5 %
    const all = gains.flatMap((gain, seed) => [
      finished("erm", seed, 0.5),
      finished("ldam-drw", seed, 0.5 + gain / 100),
    ]);
    const ofTwo = cells.filter(({ method }) => method !== "focal");
    expect(comparedMethods(ofTwo, all)[1]!.apart).toBe(true);
    expect(comparedMethods(cells, all)[1]!.apart).toBe(false);
    // A fifth held out anew for each seed, and a tenth of the rest: √(1/3 + 0.2/0.72) in place of √(1/3) reaches 3.36.
    const parts = ofTwo.map((cell) => ({ ...cell, recipe: { ...cell.recipe, testFraction: 0.2 } }));
    const others = all.map((each) => ({
      ...each,
      record: { ...each.record, recipe: { ...each.record.recipe, testFraction: 0.2 } },
    }));
    const [, split] = comparedMethods(parts, others);
    expect(split!.apart).toBe(false);
    expect(split!.gain!.interval![1]).toBeCloseTo(3 + 3.364, 2);
    // A folder with a test split of its own is not known by its recipe: its runs' records say it.
    const fixed = others.map((each) => ({
      ...each,
      record: { ...each.record, data: { ...each.record.data, testHeldOut: false } },
    }));
    expect(comparedMethods(parts, fixed)[1]!.gain!.interval![1]).toBeCloseTo(3 + 2.484, 2);
  });

  test("reaches at least as far as one example of a scarce class decides, and tells nothing apart by it", () => {
    const all = [0, 1, 2].flatMap((seed) => [finished("erm", seed, 0.5), finished("ldam-drw", seed, 1)]);
    const of = (testCounts: number[]) =>
      comparedMethods(
        cells,
        all.map((each) => ({
          ...each,
          record: { ...each.record, data: { ...each.record.data, testCounts } },
        })),
      )[1]!;
    expect(of([900, 10])).toMatchObject({ gain: { interval: [50, 50] }, apart: true });
    const scarce = of([900, 1]); // one of two classes with one example: half of balanced accuracy
    expect(scarce).toMatchObject({ gain: { mean: 50, interval: [0, 100] }, apart: false });
    expect(scarce.measures["worst class"]!.interval).toEqual([50 - 100, 50 + 100]);
    expect(scarce.scarce).toEqual({
      classes: 2,
      test: [{ name: "automobile", examples: 1 }],
      validation: [],
    });
  });

  test("compares nothing where a test split has one class alone", () => {
    const one = { balancedAccuracy: null, worstClass: null, macroF1: null, perClass: [1, null] };
    const all = ["erm", "ldam-drw"].map((method) => {
      const run = finished(method, 0, 0);
      return { ...run, summary: { ...run.summary!, test: { ...metrics, ...one } } };
    });
    const [, other] = comparedMethods(cells, all);
    expect(other).toMatchObject({ gain: null, apart: false, measures: { "top-1": null, balanced: null } });
  });

  test("has precision, recall and F1 of the rarest class", () => {
    const run = finished("erm", 0, 0.5);
    const { rarest } = comparedMethods(cells, [{ ...run, summary }])[0]!;
    // One of two automobiles was found, and nothing else taken for one.
    expect(rarest).toMatchObject({ name: "automobile", precision: { mean: 100 }, recall: { mean: 50 } });
  });

  test("has no number without a run, nor of a measure that the data has not", () => {
    const [none] = comparedMethods(cells, []);
    expect(none).toMatchObject({ seeds: [], gain: null, measures: { balanced: null } });
    expect(erm!.measures["average precision"]).toBeNull(); // ten classes
  });
});
