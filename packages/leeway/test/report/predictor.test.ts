import { describe as suite, expect, test } from "vitest";
import { predictionNotes } from "../../src/report/index.ts";
import type { StoredRun } from "../../src/storage/index.ts";
import { run, summary } from "../records/examples.ts";

const calibration = { temperature: 1.25, offsets: [0, 0], examples: 1234, prior: "training" } as const;
const stored: StoredRun = { path: "runs/a", record: run, epochs: [], summary: { ...summary, calibration } };

suite("predictionNotes", () => {
  test("says how the probabilities of a finished run were calibrated", () => {
    expect(predictionNotes(stored)[0]).toBe(
      "Probabilities have the class frequencies of the training data: calibrated on 1,234 validation examples.",
    );
    expect(predictionNotes(stored, { prior: [1, 2] })[0]).toContain(
      "class frequencies of --prior: calibrated",
    );
    expect(predictionNotes({ ...stored, summary })[0]).toBe(
      "Warning: too little was held out in training to calibrate the probabilities. Those of a method that re-balances are too high for rare classes.",
    );
  });

  test("names a curve that probabilities were bent by, and warns where they were not to be calibrated", () => {
    const beta = { ...calibration, kind: "beta", curves: [{ beta: [1, 2, 0] }], shifts: [0, 0] } as const;
    expect(predictionNotes({ ...stored, summary: { ...summary, calibration: beta } })[0]).toContain(
      "calibrated by a beta curve on 1,234 validation examples",
    );
    const none = { ...run, recipe: { ...run.recipe, calibration: "none" } } as const;
    expect(predictionNotes({ ...stored, record: none, summary })[0]).toContain(
      "trained with calibration none",
    );
  });

  test("says of an older run what its probabilities are", () => {
    const older = { temperature: 1.25, offsets: [0, 0], examples: 1234 };
    expect(predictionNotes({ ...stored, summary: { ...summary, calibration: older } })[0]).toBe(
      "Temperature 1.250, fitted on 1,234 validation examples; a method that re-balances gives rare classes too much, which --prior training corrects.",
    );
  });

  test("calls probabilities rough where a class had few validation examples, and says how many", () => {
    const data = { ...run.data, classNames: ["fine", "fraud"], validationCounts: [1233, 1] };
    expect(predictionNotes({ ...stored, record: { ...run, data } })[0]).toBe(
      'Probabilities have the class frequencies of the training data: roughly, by 1,234 validation examples: 1 of "fraud".',
    );
  });

  test("says which class is predicted", () => {
    expect(predictionNotes(stored)[1]).toMatch(
      /^Predictions are the method's own decisions, .*--prior training/,
    );
    expect(predictionNotes(stored, { prior: "training" })[1]).toBe(
      "Predictions are the most probable classes.",
    );
  });

  test("says which frequencies an input seems to have, and warns where they have changed or rest on few", () => {
    const data = { ...run.data, classNames: ["fine", "fraud"], trainCounts: [949, 49] };
    const estimate = {
      prior: [0.995, 0.005],
      intervals: [
        [0.99, 1],
        [0, 0.01],
      ] as const,
      examples: 1000,
      drift: { statistic: 70, chance: 1e-12, found: true, classes: [0, 1] },
    };
    const shown = predictionNotes({ ...stored, record: { ...run, data } }, { prior: "auto", estimate });
    expect(shown.slice(0, 4)).toEqual([
      "Probabilities have the class frequencies of this input, as estimated: calibrated on 1,234 validation examples.",
      'Class frequencies estimated from 1,000 examples, with 95 % intervals: "fraud" 0.5 % (0.0 % to 1.0 %; training 5.0 %).',
      'Warning: few examples to tell by: fewer than 10 seem to be of "fraud".',
      expect.stringMatching(/^Warning: the frequencies differ .* \(by chance: less than 1 in 10,000\)/),
    ]);
    const same = { ...estimate, drift: { ...estimate.drift, found: false, classes: [] } };
    expect(predictionNotes(stored, { estimate: same }).join()).not.toContain("differ");
  });

  test("names the classes of many that have changed, those that changed most first", () => {
    const data = { ...run.data, classNames: ["a", "b", "c"], trainCounts: [799, 149, 49] };
    const estimate = {
      prior: [0.74, 0.06, 0.2],
      intervals: [
        [0.7, 0.8],
        [0.05, 0.07],
        [0.18, 0.22],
      ] as const,
      examples: 1000,
      drift: { statistic: 30, chance: 0.002, found: true, classes: [1, 2] },
    };
    const shown = predictionNotes({ ...stored, record: { ...run, data } }, { prior: "auto", estimate });
    expect(shown[1]).toMatch(/"c" 20.0 % \(18.0 % to 22.0 %; training 5.0 %\), "b" 6.0 %.*, "a" 74.0 %/);
    expect(shown[2]).toContain('above all "c", "b" (by chance: 1 in 500)');
  });

  test("warns of a run that was interrupted, with the epoch of its network and how it goes on", () => {
    const interrupted = {
      ...summary,
      status: "interrupted",
      epochs: 3,
      best: { epoch: 1, topOne: 0.5 },
    } as const;
    expect(predictionNotes({ ...stored, summary: interrupted })[0]).toBe(
      "Warning: runs/a was interrupted after 3 of 200 epochs. Its network is that of epoch 2, and its probabilities are not calibrated. leeway resume runs/a goes on.",
    );
  });

  test("warns of a run that goes on, or was killed, after it had been interrupted", () => {
    expect(predictionNotes({ ...stored, summary: null })[0]).toMatch(
      /^Warning: runs\/a has not ended: 0 of 200 epochs are done. Its network is that of an earlier interruption, /,
    );
  });

  test("ends each note once", () => {
    const notes = ["one row is empty", 'no class "a". Did you mean "b"?'];
    expect(predictionNotes(stored, { notes }).slice(2)).toEqual([
      "Warning: one row is empty.",
      'Warning: no class "a". Did you mean "b"?',
    ]);
  });
});
