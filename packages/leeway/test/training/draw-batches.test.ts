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

/** Everything that a method has learned after an epoch of three steps. */
async function learned(method: string, options: MethodOptions = {}): Promise<Record<string, number[]>> {
  const session = sessionOf(method, options, 1);
  const events = train(session);
  while (!(await events.next()).done) continue;
  const state = Object.entries(session.model.stateDict());
  const values = Object.fromEntries(state.map(([name, tensor]) => [name, tensor.toNumbers()]));
  endSession(session);
  return values;
}

suite("a regulariser", () => {
  const given: readonly MethodOptions[] = [{ mixup: 1 }, { rho: 0.05 }, { cutout: 4 }];
  test.for(given)("of %o reaches the network", async (options) => {
    expect(await learned("erm", options)).not.toEqual(await learned("erm"));
  });
  test.for([
    ["erm", { mixup: 0, rho: 0, cutout: 0 }, "erm"],
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
});
