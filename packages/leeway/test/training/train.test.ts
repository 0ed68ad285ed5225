import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { Stage } from "../../src/methods/index.ts";
import { endSession, startSession, train } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

suite("train", () => {
  const recipe = tinyRecipe({ method: "erm", epochs: 1, validationFraction: 0 });
  const ones = Float64Array.of(1, 1, 1, 1);

  /** The events of an epoch with this stage from the start: its losses, its record, and conv1 after it. */
  async function epochWith(
    stage: Partial<Stage>,
  ): Promise<{ losses: number[]; of: number; weights: number[] }> {
    const session = startSession(recipe, tinyData(recipe));
    const losses: number[] = [];
    let of = 0;
    const stages = [{ ...session.stage, classWeights: ones, samplingOdds: ones, ...stage }];
    for await (const event of train({ ...session, stages })) {
      if (event.kind !== "progress") continue;
      losses.push(event.loss);
      ({ of } = event);
    }
    const weights = session.model.stateDict()["conv1.weight"]!.toNumbers();
    endSession(session);
    return { losses, of, weights };
  }

  test("class weights reach the loss", async () => {
    const plain = await epochWith({});
    const weighted = await epochWith({ classWeights: Float64Array.of(0.25, 0.25, 1, 2.5) });
    expect(weighted.losses[0]).not.toBe(plain.losses[0]); // of the same weights and the same batch
    expect(weighted.weights).not.toEqual(plain.weights);
  });
  test("sampling odds reach the batches", async () => {
    const plain = await epochWith({});
    const resampled = await epochWith({ samplingOdds: Float64Array.of(0.2, 0.4, 1, 2.4) });
    expect(resampled.of).toBe(plain.of);
    expect(resampled.losses[0]).not.toBe(plain.losses[0]);
  });
  test("follows the schedule and the stages", async () => {
    const schedule = { base: 0.2, warmupEpochs: 2, decays: [{ fromEpoch: 2, factor: 0.1 }] };
    const scheduled = tinyRecipe({ schedule, validationFraction: 0, methodOptions: { deferAt: 1 / 3 } });
    const session = startSession(scheduled, tinyData(scheduled));
    const seen: unknown[] = [];
    for await (const event of train(session)) {
      if (event.kind !== "epoch") continue;
      seen.push([event.record.learningRate, event.record.stage]);
      expect(event.record.train.gradientNorm).toBeGreaterThan(0);
    }
    endSession(session);
    expect(seen).toEqual([
      [0.1, 0],
      [0.2, 1],
      [0.2 * 0.1, 1],
    ]);
  });
});
