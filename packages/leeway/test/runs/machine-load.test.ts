import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { describe as suite, expect, test } from "vitest";
import { loadAdvice, machineLoad, threadsBeside, watchLoad } from "../../src/runs/machine-load.ts";

suite("machineLoad", () => {
  test("counts the processors that other programs keep busy, and not what this one does", async () => {
    const other = spawn(process.execPath, ["-e", "console.log(); for (;;);"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(other.stdout, "data");
      watchLoad();
      await setTimeout(400);
      const { others, processors } = machineLoad();
      // Whatever else runs beside the test: its own program is among them.
      expect(others).toBeGreaterThan(0.3);
      expect(others).toBeLessThanOrEqual(processors);
    } finally {
      other.kill();
    }
  });

  test("is unknown where nobody watched for long enough", () => {
    machineLoad();
    watchLoad();
    expect(machineLoad().others).toBe(null);
  });
});

suite("threadsBeside", () => {
  test("leaves a processor for each that is busy", () => {
    expect(threadsBeside({ others: 3.9, processors: 16 }, 16)).toBe(12);
    expect(threadsBeside({ others: 0.6, processors: 2 }, 2)).toBe(1);
  });
  test("is never below 1, and what was requested where there is room or nothing is known", () => {
    expect(threadsBeside({ others: 2, processors: 2 }, 2)).toBe(1);
    expect(threadsBeside({ others: 0.4, processors: 2 }, 2)).toBe(2);
    expect(threadsBeside({ others: 3.9, processors: 16 }, 8)).toBe(8);
    expect(threadsBeside({ others: null, processors: 2 }, 2)).toBe(2);
  });
});

suite("loadAdvice", () => {
  test("says how many threads find a processor each", () => {
    expect(loadAdvice({ load: { others: 1.02, processors: 2 }, count: 2 })).toEqual([
      "Load: other programs keep 1.0 of 2 processors busy, beside which a step on 2 threads may take many times longer: " +
        "use --threads 1, or wait for them to end.",
    ]);
  });
  test("is nothing where there is room, and for a run of one thread", () => {
    expect(loadAdvice({ load: { others: 0.2, processors: 2 }, count: 2 })).toEqual([]);
    expect(loadAdvice({ load: { others: 2, processors: 2 }, count: 1 })).toEqual([]);
  });
});
