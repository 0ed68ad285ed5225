import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { multipliedWeights } from "../../src/imbalance/index.ts";
import { methodNames, methodOf, type MethodOptions } from "../../src/methods/index.ts";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { endSession, type RunData, startSession, train } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

const rowWeights = Float32Array.from({ length: 42 }, (_, i) => 0.5 + (i % 3) / 2);

/** The state of a tiny network after four epochs, a second stage in the last two, and the losses on its way. */
async function trained(
  options: RecipeOptions,
  given: Pick<RunData, "rowWeights"> = {},
): Promise<{ readonly state: Record<string, number[]>; readonly losses: number[] }> {
  const recipe = tinyRecipe({ epochs: 4, validationFraction: 0, ...options });
  const session = startSession(recipe, { ...tinyData(recipe), ...given });
  const losses: number[] = [];
  try {
    for await (const event of train(session))
      if (event.kind === "epoch") losses.push(event.record.train.loss);
    const state = Object.entries(session.model.stateDict());
    return { state: Object.fromEntries(state.map(([name, value]) => [name, value.toNumbers()])), losses };
  } finally {
    endSession(session);
  }
}

/** A method, deferred to the third of four epochs where it defers. */
function recipeOf(name: string): RecipeOptions {
  const methodOptions: MethodOptions = "deferAt" in methodOf(name).options ? { deferAt: 0.5 } : {};
  return { method: name, methodOptions };
}

const composed: RecipeOptions = { methodOptions: { loss: "focal", sampler: "sqrt", deferAt: 0.5 } };
const cases = [
  ...methodNames.map((name) => [name, recipeOf(name)] as const),
  ["composed", composed] as const,
];

const everything = {
  classWeight: { white: 4, red: 0.5 },
  weightPower: 0.5,
  minPerBatch: { white: 3, blue: 2 },
} as const;

suite.for(cases)("%s", ([, recipe]) => {
  test("trains with class weights, a power, a minimum and weights of rows together", async () => {
    const { state, losses } = await trained({ ...recipe, ...everything }, { rowWeights });
    expect(losses).toHaveLength(4);
    expect([...losses, ...Object.values(state).flat()].every(Number.isFinite)).toBe(true);
  });
  test("learns otherwise with any one of them", async () => {
    const plain = await trained(recipe);
    const { classWeight, minPerBatch } = everything;
    expect((await trained({ ...recipe, classWeight })).state).not.toEqual(plain.state);
    expect((await trained({ ...recipe, minPerBatch })).state).not.toEqual(plain.state);
    expect((await trained(recipe, { rowWeights })).state).not.toEqual(plain.state);
  });
});

suite("class weights that were given", () => {
  test("join a deferred method at its deferral: the first stage has the bits it had", async () => {
    const recipe = recipeOf("ldam-drw");
    const [plain, weighed] = [await trained(recipe), await trained({ ...recipe, ...{ weightPower: 1 } })];
    expect(weighed.losses.slice(0, 2)).toEqual(plain.losses.slice(0, 2));
    expect(weighed.losses.slice(2)).not.toEqual(plain.losses.slice(2));
  });
  test("make of erm what rw is, as a power of 1", async () => {
    const { state } = await trained({ method: "erm", weightPower: 1 });
    const rw = await trained({ method: "rw" });
    for (const [name, values] of Object.entries(rw.state)) {
      // n^-1 and 1/n may differ in the last bit of a double; weights are single.
      values.forEach((value, i) => {
        expect(state[name]![i]).toBeCloseTo(value, 5);
      });
    }
  });
  test("change no bit where they are equal", async () => {
    const all = { red: 3, green: 3, blue: 3, white: 3 };
    expect(await trained({ method: "erm", classWeight: all })).toEqual(await trained({ method: "erm" }));
  });
});

suite("weights of rows", () => {
  test("count from the first step, also of a deferred method", async () => {
    const recipe = recipeOf("erm-drw");
    const [plain, weighed] = [await trained(recipe), await trained(recipe, { rowWeights })];
    expect(weighed.losses[0]).not.toBe(plain.losses[0]);
  });
  test("of which each is its class's are class weights, to the bit", async () => {
    const { train: images } = tinyData({ validationFraction: 0 });
    const ofClass = multipliedWeights(new Float64Array(4).fill(1), Float64Array.of(1, 2, 4, 8));
    const rows = Float32Array.from(images.labels, (label) => ofClass[label]!);
    const byRow = await trained({ method: "erm" }, { rowWeights: rows });
    const classWeight = { red: 1, green: 2, blue: 4, white: 8 };
    expect(byRow).toEqual(await trained({ method: "erm", classWeight }));
  });
});
