import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { MethodOptions } from "../../src/methods/index.ts";
import { type DrawnBatch, drawBatches } from "../../src/training/train.ts";
import { endSession, type Session, startSession, train } from "../../src/training/index.ts";
import { setStage } from "../../src/training/session.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

function sessionOf(method: string, methodOptions: MethodOptions, epochs: number): Session {
  const recipe = tinyRecipe({ method, methodOptions, epochs, validationFraction: 0 });
  return startSession(recipe, tinyData(recipe));
}

/** Everything that a method has learned after two epochs of three steps. */
async function learned(method: string, options: MethodOptions = {}): Promise<Record<string, number[]>> {
  const session = sessionOf(method, options, 2);
  const events = train(session);
  while (!(await events.next()).done) continue;
  const state = Object.entries(session.model.stateDict());
  const values = Object.fromEntries(state.map(([name, tensor]) => [name, tensor.toNumbers()]));
  endSession(session);
  return values;
}

suite("a regulariser", () => {
  const given: readonly MethodOptions[] = [
    { mixup: 1 },
    { rho: 0.05 },
    { cutout: 4 },
    { cutmix: 1 },
    { cmo: 1 },
    { labelSmoothing: 0.1 },
  ];
  test.for(given)("of %o reaches the network", async (options) => {
    expect(await learned("erm", options)).not.toEqual(await learned("erm"));
  });
  test.for([
    ["erm", { mixup: 0, cutmix: 0, cmo: 0, labelSmoothing: 0, rho: 0, cutout: 0 }, "erm"],
    ["mixup-drw", { mixup: 0 }, "erm-drw"],
    ["ldam-drw-sam", { rho: 0 }, "ldam-drw"],
  ] as const)("of 0 is none, to the bit: %s with %o is %s", async ([method, options, plain]) => {
    expect(await learned(method, options)).toEqual(await learned(plain));
  });
});

/** What an epoch of a method's first or second stage draws, batch by batch; inputs are copied. */
async function drawn(
  method: string,
  options: MethodOptions = {},
  number: 0 | 1 = 0,
): Promise<readonly (Omit<DrawnBatch, "batch"> & { readonly inputs: number[] })[]> {
  const session = sessionOf(method, options, 2);
  setStage(session, session.stages[number]!); // of two
  const order = [...session.data.train.labels.keys()];
  const all = [];
  for await (const { batch, ...rest } of drawBatches(session, order, { epoch: 0, batch: 0 })) {
    all.push({ inputs: [...batch.inputs[0]!.values], ...rest });
  }
  endSession(session);
  return all;
}

suite("drawBatches", () => {
  test("gives every step the radius of SAM, and none where it is 0", async () => {
    const radii = async (method: string): Promise<unknown[]> => (await drawn(method)).map(({ rho }) => rho);
    expect(await radii("ldam-drw-sam")).toEqual([0.8, 0.8, 0.8]);
    expect(await radii("ldam-drw")).toEqual([undefined, undefined, undefined]);
  });

  test("cuts a square of the mean out of an image", async () => {
    const first = async (options: MethodOptions): Promise<number[]> =>
      (await drawn("erm", options))[0]!.inputs.slice(0, 8 * 8 * 3);
    const [plain, cut] = [await first({}), await first({ cutout: 4 })]; // the first: later draws are others
    const hole = cut.filter((value, i) => value !== plain[i]);
    expect(new Set(hole)).toEqual(new Set([0]));
    expect(hole.length).toBeLessThanOrEqual(4 * 4 * 3);
  });

  test.for([
    ["mislas", {}],
    ["crt", { mixup: 1 }],
    ["lws", { mixup: 1 }],
  ] as const)("mixes while features learn, and not in the second stage of %s", async ([method, options]) => {
    const mixed = async (stage: 0 | 1): Promise<boolean[]> =>
      (await drawn(method, options, stage)).map(({ mix }) => mix !== undefined);
    expect(await mixed(0)).toEqual([true, true, true]);
    expect(await mixed(1)).toEqual([false, false, false]);
  });
  test("mixes in the second stage, too, where that trains features", async () => {
    expect((await drawn("mixup-drw", {}, 1)).every(({ mix }) => mix?.of === "inputs")).toBe(true);
  });

  const pasted = async (
    methodOptions: MethodOptions,
    { epoch = 0, batch = 0, epochs = 2, seed = 0 } = {},
  ): Promise<DrawnBatch[]> => {
    const recipe = tinyRecipe({
      method: "erm",
      methodOptions,
      epochs,
      seed,
      batchSize: 4,
      validationFraction: 0,
    });
    const session = startSession(recipe, tinyData(recipe));
    const order = [...session.data.train.labels.keys()];
    const all: DrawnBatch[] = [];
    for await (const drawn of drawBatches(session, order, { epoch, batch })) {
      const copied = drawn.pasted && {
        ...drawn.pasted,
        batch: { ...drawn.pasted.batch, inputs: [], targets: Int32Array.from(drawn.pasted.batch.targets) },
      };
      all.push({
        ...drawn,
        batch: { ...drawn.batch, inputs: [], targets: new Int32Array(0) },
        pasted: copied,
      });
    }
    endSession(session);
    return all;
  };
  test.for([{ cutmix: 1 }, { cmo: 1 }])("puts pieces into about half of all batches: %o", async (options) => {
    const seeds = [0, 1, 2, 3, 4, 5];
    const all = (await Promise.all(seeds.map((seed) => pasted(options, { seed })))).flat();
    const pieces = all.filter(({ mix, pasted: given }) => (mix ?? given)?.piece !== undefined);
    expect(all.length).toBeGreaterThan(30);
    expect(pieces.length / all.length).toBeGreaterThan(0.3);
    expect(pieces.length / all.length).toBeLessThan(0.7);
  });
  test("takes as many pieces as a batch has images, of each class as many", async () => {
    const epochs = Array.from({ length: 40 }, (_, epoch) => epoch);
    const all = (
      await Promise.all(epochs.map((epoch) => pasted({ cmo: 1 }, { epoch: 0, seed: epoch })))
    ).flat();
    const given = all.filter(({ pasted: piece }) => piece !== undefined);
    expect(given.every(({ batch, pasted: piece }) => piece?.batch.length === batch.length)).toBe(true);
    const classes = given.flatMap(({ pasted: piece }) => [...piece!.batch.targets]); // these have one
    const shares = [0, 1, 2, 3].map((j) => classes.filter((each) => each === j).length / classes.length);
    expect(classes.length).toBeGreaterThan(300);
    for (const share of shares) expect(Math.abs(share - 1 / 4)).toBeLessThan(0.07);
  });
  test("CMO rests in the first and last 3 of 200 epochs", async () => {
    const any = async (epoch: number): Promise<boolean> =>
      (await pasted({ cmo: 1 }, { epoch, epochs: 200 })).some(({ pasted: piece }) => piece !== undefined);
    expect([await any(2), await any(3), await any(196), await any(197)]).toEqual([false, true, true, false]);
  });
  test.for([{ cutmix: 1 }, { cmo: 1 }])("draws the same from a batch on: %o", async (options) => {
    expect(await pasted(options, { batch: 2, seed: 3 })).toEqual(
      (await pasted(options, { seed: 3 })).slice(2),
    );
  });
});
