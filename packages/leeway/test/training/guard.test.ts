import { fillInPlace, noGrad, setThreads, sqrt } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { Batch, Dataset } from "../../src/data/index.ts";
import type { Recipe } from "../../src/recipe/index.ts";
import { endSession, type RunData, type Session, startSession, train } from "../../src/training/index.ts";
import { type RunEvent, runRecipe } from "../../src/runs/index.ts";
import { readRun } from "../../src/storage/index.ts";
import { hasForkPoint } from "../../src/runs/fork-point.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

/** The position, and so the id, of the example with a bad value, and its class. */
const [poisoned, itsClass] = [33, "blue"];

/** Training data in which one example's first value is no number, `times` often. */
function withPoison(data: RunData, times = Infinity): RunData {
  let left = times;
  const poison = (batch: Batch): Batch => {
    const slot = batch.positions.indexOf(poisoned);
    const { values, shape, layout } = batch.inputs[0]!;
    if (slot >= 0 && left-- > 0) values[(slot * values.length) / shape[0]!] = Number.NaN;
    return { ...batch, inputs: [{ values, shape, ...(layout && { layout }) }] };
  };
  const batches: Dataset["batches"] = function* (order, options) {
    for (const batch of data.train.batches(order, options) as Iterable<Batch>) {
      // The data hash reads batches too; only training varies them.
      yield options.vary === undefined ? batch : poison(batch);
    }
  };
  return { ...data, train: { ...data.train, batches } };
}

async function eventsOf(recipe: Recipe, options: object): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of runRecipe(recipe, {
    runsDir: folderInMemory(),
    data: tinyData(recipe),
    ...options,
  })) {
    events.push(event);
  }
  return events;
}

suite("a step without finite numbers", () => {
  const recipe = tinyRecipe();

  test("stops the run there, and names step, example, class, place and cause", async () => {
    const run = eventsOf(recipe, { data: withPoison(tinyData(recipe)) });
    await expect(run).rejects.toMatchObject({
      code: "run",
      message: expect.stringMatching(
        new RegExp(
          "^train: expected a finite loss and gradient in step [123] \\(epoch 1\\), got a loss of NaN. " +
            `It began in the input. Examples to blame, by id: ${poisoned} \\(${itsClass}\\). ` +
            "Likely cause: a bad value in the data; correct or drop these examples, or --on-nan skip.$",
        ),
      ) as unknown,
    });
  });
  test("is left out with skip, and leaves no trace in the batch statistics", async () => {
    const events = await eventsOf(recipe, { data: withPoison(tinyData(recipe)), onNan: "skip" });
    const bad = events.filter((event) => event.kind === "bad-step");
    expect(bad.map(({ step }) => [step.epoch, step.ids])).toEqual(
      [0, 1, 2].map((epoch) => [epoch, [poisoned]]),
    );
    expect(events.at(-1)).toMatchObject({
      kind: "end",
      summary: { status: "finished", epochs: 3, skipped: 3 },
    });
    expect(events.filter(({ kind }) => kind === "progress")).toHaveLength(6);
  });
  test("leaves nothing in the class means of ProCo where it is skipped", async () => {
    const proco = tinyRecipe({ method: "proco", validationFraction: 0 });
    const session = startSession(proco, withPoison(tinyData(proco)));
    try {
      let skipped = 0;
      for await (const { kind } of train(session, { onNan: "skip" })) skipped += Number(kind === "bad-step");
      expect(skipped).toBe(3);
      const state = Object.values(session.branch!.stateDict()).flatMap((each) => each.toNumbers());
      expect(state.every(Number.isFinite)).toBe(true);
    } finally {
      endSession(session);
    }
  });
  test("is not drawn again where a run was stopped right after it", async () => {
    const stop = new AbortController();
    const data = withPoison(tinyData(recipe));
    const positions: object[] = [];
    const options = { runsDir: folderInMemory(), data, onNan: "skip", signal: stop.signal } as const;
    for await (const event of runRecipe(recipe, options)) {
      if (event.kind === "bad-step") stop.abort();
      if (event.kind === "bad-step" || (event.kind === "saved" && stop.signal.aborted))
        positions.push(event.position);
    }
    expect(positions).toHaveLength(2);
    expect(positions[1]).toEqual(positions[0]);
    expect(positions[0]).toMatchObject({ epoch: 0, skipped: 1 });
  });
  test("goes back to the last checkpoint with rollback, at half the rate", async () => {
    const events = await eventsOf(recipe, { data: withPoison(tinyData(recipe), 1), onNan: "rollback" });
    expect(events.filter(({ kind }) => kind === "bad-step")).toHaveLength(1);
    const epochs = events.filter((event) => event.kind === "epoch");
    expect(epochs.map(({ record }) => record.learningRate)).toEqual([0.025, 0.025, 0.025]);
    expect(events.at(-1)).toMatchObject({ kind: "end", summary: { status: "finished", rollbacks: 1 } });
  });
  test("leaves no first stage for others after a rollback: its rate was not the recipe's", async () => {
    const twoStages = tinyRecipe({ method: "ldam-drw" });
    const keeps = async (times: number): Promise<boolean> => {
      const data = withPoison(tinyData(twoStages), times);
      const [begin] = await eventsOf(twoStages, { data, onNan: "rollback" });
      if (begin?.kind !== "begin") throw new Error("a run begins");
      return hasForkPoint(readRun(begin.folder));
    };
    expect(await keeps(0)).toBe(true);
    expect(await keeps(1)).toBe(false);
  });
  test("stops after three rollbacks", async () => {
    const run = eventsOf(recipe, { data: withPoison(tinyData(recipe)), onNan: "rollback" });
    await expect(run).rejects.toThrow(/got a loss of NaN/);
  });
  test("of weights that have exploded blames the learning rate", async () => {
    const schedule = { base: 1e30, warmupEpochs: 0, decays: [] };
    // No recipe may ask for such a rate; it stands for whatever makes weights explode.
    const run = eventsOf({ ...tinyRecipe({ method: "erm" }), schedule }, {});
    await expect(run).rejects.toThrow(
      /It began in (the weights|the output of) \S+\. .*Likely cause: steps too large; lower the learning rate \(now 1e\+30\)/,
    );
  });
});

suite("the blame", () => {
  /** The error of training a changed session. */
  async function faultOf(change: (session: Session) => Partial<Session>): Promise<string> {
    const recipe = tinyRecipe({ method: "erm" });
    const session = startSession(recipe, tinyData(recipe));
    try {
      for await (const event of train({ ...session, ...change(session) }))
        expect(event.kind).not.toBe("epoch");
    } catch (error) {
      return (error as Error).message;
    } finally {
      endSession(session);
    }
    return "";
  }

  test("falls on the last layer's gradient where the loss is finite", async () => {
    // √0 is 0, and its slope is infinite.
    const fault = await faultOf(({ loss }) => ({
      loss: (logits, targets) => loss(logits, targets).add(sqrt(logits.mul(0)).sum()),
    }));
    expect(fault).toMatch(/got a gradient of norm NaN. It began in the gradient of linear\.(weight|bias)\./);
  });
  test("falls on raw logits where the loss's scale is made for cosines", async () => {
    const fault = await faultOf(({ loss, method, model }) => {
      noGrad(() => fillInPlace(model.classifier.parameters()[0]!, 1000));
      return {
        method: { ...method, scale: 30 },
        loss: (logits, targets) => loss(logits.mul(1e38), targets),
      };
    });
    expect(fault).toMatch(
      /It began in the loss\. .*Likely cause: raw logits \(up to \S+\) times the loss's scale of 30,/,
    );
  });
});
