import { describe as suite, expect, test } from "vitest";
import { predictionNotes } from "../../src/report/index.ts";
import type { StoredRun } from "../../src/storage/index.ts";
import { run, summary } from "../records/examples.ts";

const calibration = { temperature: 1.25, offsets: [0, 0], examples: 1234 };
const stored: StoredRun = { path: "runs/a", record: run, epochs: [], summary: { ...summary, calibration } };

suite("predictionNotes", () => {
  test("says how the probabilities of a finished run were calibrated", () => {
    expect(predictionNotes(stored)).toEqual(["Temperature 1.250, fitted on 1,234 validation examples."]);
    expect(predictionNotes({ ...stored, summary })).toEqual([
      "Warning: too little was held out in training to calibrate the probabilities.",
    ]);
  });

  test("warns of a run that was interrupted, with the epoch of its network and how it goes on", () => {
    const interrupted = {
      ...summary,
      status: "interrupted",
      epochs: 3,
      best: { epoch: 1, topOne: 0.5 },
    } as const;
    expect(predictionNotes({ ...stored, summary: interrupted })).toEqual([
      "Warning: runs/a was interrupted after 3 of 200 epochs. Its network is that of epoch 2, and its probabilities are not calibrated. leeway resume runs/a goes on.",
    ]);
  });

  test("warns of a run that goes on, or was killed, after it had been interrupted", () => {
    expect(predictionNotes({ ...stored, summary: null })[0]).toMatch(
      /^Warning: runs\/a has not ended: 0 of 200 epochs are done. Its network is that of an earlier interruption, /,
    );
  });

  test("ends each note once", () => {
    expect(predictionNotes(stored, ["one row is empty", 'no class "a". Did you mean "b"?']).slice(1)).toEqual(
      ["Warning: one row is empty.", 'Warning: no class "a". Did you mean "b"?'],
    );
  });
});
