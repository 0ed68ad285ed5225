import { memory, setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { freeSpace, requireSpace } from "../../src/storage/index.ts";
import { estimate, memoryAdvice } from "../../src/runs/estimate.ts";
import { endSession, startSession } from "../../src/training/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

suite("estimate", () => {
  test("counts what a forward pass leaves, and changes nothing", async () => {
    const session = startSession(tinyRecipe(), tinyData(tinyRecipe()));
    const before = session.model.stateDict()["bn1.running_mean"]!.toNumbers();
    const living = memory().tensors;
    const { perExample, state, checkpoint, disk } = await estimate(session);
    // The first convolution's output alone: 16 channels of 8 x 8 float32.
    expect(perExample).toBeGreaterThan(16 * 8 * 8 * 4);
    expect(perExample).toBeLessThan(100 * 16 * 8 * 8 * 4);
    const weights = 4 * 77_000; // ResNet-8 has about so many values
    expect(state).toBeGreaterThan(3 * weights);
    expect(checkpoint).toBeGreaterThan(6 * weights);
    expect(disk).toBeGreaterThan(12 * weights);
    expect(session.model.stateDict()["bn1.running_mean"]!.toNumbers()).toEqual(before);
    expect(session.model.training).toBe(true);
    expect(memory().tensors).toBe(living);
    endSession(session);
  });
});

suite("memoryAdvice", () => {
  const needs = { state: 60 * 2 ** 20, checkpoint: 40 * 2 ** 20, perExample: 10 * 2 ** 20 };
  const advice = (available: number, batchSize = 128, precision: "fp32" | "bf16" = "fp32"): string =>
    memoryAdvice(
      needs,
      { recipe: { batchSize, precision }, device: "cpu" },
      { available: available * 2 ** 20 },
    ).join();

  test("is nothing where the run fits", () => {
    expect(advice(1380)).toBe("");
  });
  test("names the batch that would fit, and bf16 if it is not requested", () => {
    expect(advice(1000)).toBe(
      "Memory: the run needs about 1.3 GB, and 1000 MB are free: --batch-size 64 would fit; " +
        "--precision bf16 takes about half of it for a batch.",
    );
    expect(advice(1000, 128, "bf16")).toMatch(/--batch-size 64 would fit\.$/);
  });
  test("of a GPU's memory leaves out the checkpoint, which is made in the process's", () => {
    const setting = { recipe: { batchSize: 128, precision: "bf16" as const }, device: "cuda" };
    const onGpu = (megabytes: number): string =>
      memoryAdvice(needs, setting, { available: megabytes * 2 ** 20 }).join();
    expect(onGpu(1340)).toBe("");
    expect(onGpu(1339)).toMatch(/^GPU memory: the run needs about 1\.3 GB/);
  });
  test("names a smaller network where no batch would fit", () => {
    expect(advice(50)).toContain("a smaller --model would take less");
  });
});

suite("requireSpace", () => {
  test("asks the place where a folder will be", () => {
    const folder = temporaryFolder();
    expect(freeSpace(`${folder}/not/yet/there`)).toBeGreaterThan(0);
    requireSpace(folder, 1);
  });
  test("names how much is missing", () => {
    const folder = temporaryFolder();
    expect(() => {
      requireSpace(folder, 2 ** 60);
    }).toThrow(
      /: expected 1099511627776.0 MB free for the run and its checkpoints, got [\d.]+ MB\. Make room/,
    );
  });
});
