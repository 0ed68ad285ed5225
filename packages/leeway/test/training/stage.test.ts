import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { crossEntropyLoss, labelAwareSmoothingLoss, type Loss, lossOf } from "../../src/losses/index.ts";
import { methodOf, type Stage, stagesOf } from "../../src/methods/index.ts";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { endSession, type Session, startSession, train } from "../../src/training/index.ts";
import { enterStage, setStage } from "../../src/training/session.ts";
import { answerOf } from "../losses/reference.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

type Values = Record<string, number[]>;

function valuesOf({ model }: Session): Values {
  return Object.fromEntries(
    Object.entries(model.stateDict()).map(([name, tensor]) => [name, tensor.toNumbers()]),
  );
}

/** A run's values after its first stage and at its end, with its learning rates. */
async function stages(options: RecipeOptions): Promise<{ first: Values; last: Values; rates: number[] }> {
  const recipe = tinyRecipe({ epochs: 4, validationFraction: 0, ...options });
  const session = startSession(recipe, tinyData(recipe));
  const rates: number[] = [];
  let first: Values = {};
  for await (const event of train(session)) {
    if (event.kind !== "epoch") continue;
    rates.push(event.record.learningRate);
    if (event.record.stage === 0) first = valuesOf(session);
  }
  const last = valuesOf(session);
  endSession(session);
  return { first, last, rates };
}

const changed = ({ first, last }: { first: Values; last: Values }): string[] =>
  Object.keys(first).filter((name) => JSON.stringify(first[name]) !== JSON.stringify(last[name]));

suite("crt", () => {
  test("learns only a new last layer in its second stage: features and batch statistics stay", async () => {
    const run = await stages({ method: "crt", methodOptions: { deferAt: 0.5 } });
    expect(changed(run)).toEqual(["linear.weight", "linear.bias"]);
  });

  test.for([
    ["crt", 1],
    ["lws", 2],
    ["mislas", 0.5],
  ] as const)(
    "begins the second stage of %s at %f times the rate, which falls along a cosine",
    async ([method, times]) => {
      const { rates } = await stages({ method, methodOptions: { deferAt: 0.5 } });
      // Two epochs of the recipe's 0.05, then its multiple by (1 + cos(0)) / 2 and (1 + cos(π/2)) / 2.
      [0.05, 0.05, 0.05 * times, 0.025 * times].forEach((rate, epoch) => {
        expect(rates[epoch]).toBeCloseTo(rate, 12);
      });
    },
  );
});

suite("entering the second stage", () => {
  /** What entering changes after an epoch of three steps, and how many of these the optimizer still knows of. */
  async function entered(
    method: string,
    stageOf: (stage: Stage) => Stage = (stage) => stage,
  ): Promise<{ changes: string[]; steps: number; remembered: number }> {
    const recipe = tinyRecipe({ method, epochs: 4, methodOptions: { deferAt: 0.5 }, validationFraction: 0 });
    const session = startSession(recipe, tinyData(recipe));
    for await (const { kind } of train(session)) if (kind === "epoch") break;
    const first = valuesOf(session);
    const second = stageOf(session.stages[1]!);
    enterStage({ ...session, stages: [session.stages[0]!, second] }, second);
    const changes = changed({ first, last: valuesOf(session) });
    const { steps, tensors } = session.optimizer.state();
    endSession(session);
    return { changes, steps, remembered: Object.keys(tensors).length };
  }

  const lastLayer = ["linear.weight", "linear.bias"];
  const forgotten = { steps: 0, remembered: 0 };
  test("of cRT makes the last layer new, and forgets the velocities that would push it", async () => {
    expect(await entered("crt")).toEqual({ changes: lastLayer, ...forgotten });
  });
  test("forgets them also where a last layer starts anew and everything learns", async () => {
    const anew = ({ fromEpoch, loss, classWeights, samplingOdds }: Stage): Stage => {
      return { fromEpoch, loss, classWeights, samplingOdds, restart: true };
    };
    expect(await entered("crt", anew)).toEqual({ changes: lastLayer, ...forgotten });
  });
  test.for(["lws", "mislas"])("of %s changes no weight, and forgets what has stopped", async (method) => {
    expect(await entered(method)).toEqual({ changes: [], ...forgotten });
  });
  test("that trains everything changes no weight and forgets nothing", async () => {
    const { changes, steps, remembered } = await entered("erm-drw");
    expect({ changes, steps }).toEqual({ changes: [], steps: 3 });
    expect(remembered).toBeGreaterThan(0);
  });
});

suite("going back over the border of a stage", () => {
  test("lets features learn again, and scales rest", () => {
    const recipe = tinyRecipe({ method: "lws", epochs: 4, methodOptions: { deferAt: 0.5 } });
    const session = startSession(recipe, tinyData(recipe));
    const [first, second] = session.stages as [Stage, Stage];
    const learning = (): string[] =>
      session.model.namedParameters().flatMap(([name, { requiresGrad }]) => (requiresGrad ? [name] : []));
    const atStart = learning();
    enterStage(session, second);
    expect(learning()).toEqual(["linear.scale"]);
    setStage(session, first);
    expect(learning()).toEqual(atStart);
    expect(atStart).toContain("conv1.weight");
    expect(atStart).not.toContain("linear.scale");
    endSession(session);
  });
});

suite("a stage", () => {
  test("has one loss through all of its epochs", async () => {
    const recipe = tinyRecipe({ method: "ldam-drw", epochs: 4, methodOptions: { deferAt: 0.5 } });
    const session = startSession(recipe, tinyData(recipe));
    const losses: Loss[] = [session.loss];
    for await (const { kind } of train(session)) if (kind === "epoch") losses.push(session.loss);
    endSession(session);
    expect(losses.map((loss) => losses.indexOf(loss))).toEqual([0, 0, 0, 3, 3]);
  });
});

suite("lws", () => {
  test("learns only the scales in its second stage, which begin at 1", async () => {
    const run = await stages({ method: "lws", methodOptions: { deferAt: 0.5 } });
    expect(changed(run)).toEqual(["linear.scale"]);
  });
});

suite("mislas", () => {
  test("learns only the last layer, its scales and the batch statistics in its second stage", async () => {
    const run = await stages({ method: "mislas", methodOptions: { deferAt: 0.5 } });
    const names = changed(run);
    expect(names).toEqual(expect.arrayContaining(["linear.weight", "linear.bias", "linear.scale"]));
    expect(names).toContain("layer1.0.bn1.running_mean");
    const others = names.filter(
      (name) => !/^linear\.|\.?bn\d\.(running_|num_)|^layer\d.*running_/.test(name),
    );
    expect(others).toEqual([]);
  });

  test("has smoothed labels in its second stage alone", () => {
    const method = methodOf("mislas");
    const counts = [90, 10];
    const [first, second] = stagesOf(method, counts, 20);
    const values = (of: Loss): number[] => answerOf(of, [[2, -1]], [0]).values;
    expect(values(lossOf(first.loss))).toEqual(values(crossEntropyLoss()));
    expect(values(lossOf(second!.loss))).toEqual(values(labelAwareSmoothingLoss(Float64Array.of(0.3, 0))));
  });
});

suite("setStage", () => {
  test("in the middle of a stage gives its loss, what learns and what batch normalisation does", () => {
    const recipe = tinyRecipe({ method: "mislas", epochs: 4, methodOptions: { deferAt: 0.5 } });
    const session = startSession(recipe, tinyData(recipe));
    const { model } = session;
    const second = session.stages[1]!;
    setStage(session, second);
    const values = (loss: Loss): number[] => answerOf(loss, [[2, -1, 0, 1]], [0]).values;
    expect(values(session.loss)).toEqual(values(lossOf(second.loss)));
    const learning = model.namedParameters().filter(([, { requiresGrad }]) => requiresGrad);
    expect(learning.map(([name]) => name)).toEqual(["linear.weight", "linear.bias", "linear.scale"]);
    const modules = new Map(model.namedModules());
    expect([modules.get("bn1")!.training, modules.get("conv1")!.training]).toEqual([true, false]);
    endSession(session);
  });
});

suite("a deferred stage that trains everything", () => {
  test("goes on with the features", async () => {
    const run = await stages({ method: "erm-drs", methodOptions: { deferAt: 0.5 } });
    expect(changed(run)).toContain("layer1.0.conv1.weight");
  });
});
