import { describe as suite, expect, test } from "vitest";
import { checkpointClock, type CheckpointTimes } from "../../src/runs/checkpoint-clock.ts";

suite("a checkpoint", () => {
  /** A clock that is turned by hand, in seconds. */
  function clockAt(times?: CheckpointTimes): {
    due: (at: number, step: number, epochEnded?: boolean) => boolean;
    written: (at: number, step: number, took: number) => void;
  } {
    let seconds = 0;
    const clock = checkpointClock(times, { now: () => 1000 * seconds });
    return {
      due: (at, step, epochEnded = false) => {
        seconds = at;
        return clock.isDue(step, epochEnded);
      },
      written: (at, step, took) => {
        seconds = at;
        clock.written(step, 1000 * took);
      },
    };
  }

  test("is due every ten minutes", () => {
    const { due, written } = clockAt();
    expect(due(599, 3)).toBe(false);
    expect(due(600, 4)).toBe(true);
    written(601, 4, 1);
    expect(due(1200, 9)).toBe(false);
    expect(due(1201, 10)).toBe(true);
  });
  test("is due every so many steps, also if some were skipped", () => {
    const { due, written } = clockAt({ steps: 5 });
    expect(due(1, 4)).toBe(false);
    expect(due(1, 5)).toBe(true);
    written(1, 7, 0);
    expect(due(1, 9)).toBe(false);
    expect(due(1, 11)).toBe(true);
  });
  test("is due at an epoch's end, unless that would take more than a fiftieth of the time", () => {
    const { due, written } = clockAt();
    expect(due(1, 3, true)).toBe(true);
    written(1, 3, 0.1);
    expect(due(5.8, 6, true)).toBe(false); // 0.1 of 4.9
    expect(due(6, 6, true)).toBe(true); // 0.1 of 5
  });
  test.for([{ minutes: 0 }, { minutes: Number.NaN }, { steps: 0 }, { steps: 1.5 }])("refuses %o", (times) => {
    expect(() => checkpointClock(times)).toThrow(/^checkpoints: expected (minutes|steps) to be/);
  });
});
