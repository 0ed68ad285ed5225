import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { exportModel } from "../../src/exporting/index.ts";
import type { Prediction } from "../../src/inference/index.ts";
import { openServed } from "../../src/serving/index.ts";
import { image } from "../data/images/image-files.ts";
import { ask, post, recordedRun, serving } from "./services.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-served-"));
beforeAll(() => {
  setThreads(1);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const row = { first: 1.5, second: null, colour: "y" };
const examples = {
  table: [row, { ...row, second: 3, colour: "new" }],
  texts: ["some a0 and 0", "bb more"],
  embeddings: [
    [0, 1, 0, 1, 0, 1],
    [1, 2, 3, 4, 5, 6],
  ],
};

async function exported(name: string): Promise<string> {
  return (await exportModel(recordedRun(name), { output: join(folder, name) })).path;
}

/** The same but for the rounding of another engine. */
function near({ probability, probabilities, ...rest }: Prediction): object {
  const close = (p: number): number => expect.closeTo(p, 5) as number;
  const all = Object.entries(probabilities).map(([name, p]) => [name, close(p)] as const);
  return { ...rest, probability: close(probability), probabilities: Object.fromEntries(all) };
}

suite("a service of an exported model", () => {
  test.for(Object.entries(examples))("predicts %s as that of its run", async ([name, given]) => {
    const model = await serving(await openServed(await exported(name), { threads: 1 }));
    const run = await serving(name);
    for (const query of ["", "?prior=a=0.1,b=0.4,c=0.5", "?prior=training&top=2"]) {
      const { body } = await post(run, given, { query });
      const { predictions } = body as { predictions: Prediction[] };
      expect((await post(model, given, { query })).body).toEqual({ predictions: predictions.map(near) });
    }
    const described = (await ask(model, "/openapi.json")).body as { components: object };
    expect(described.components).toEqual(
      ((await ask(run, "/openapi.json")).body as typeof described).components,
    );
  });

  test("predicts images as that of its run, and refuses what is none alike", async () => {
    const model = await serving(await openServed(await exported("fashion-mnist"), { threads: 1 }));
    const run = await serving("fashion-mnist");
    const bytes = await image("#444", { format: "png" });
    const { body } = await post(run, bytes, { type: "image/png" });
    expect((await post(model, bytes, { type: "image/png" })).body).toEqual(near(body as Prediction));
    const broken = await post(model, "no image", { type: "image/png" });
    expect(broken).toMatchObject({ status: 422, body: { error: { row: 1 } } });
    expect(broken.body).toEqual((await post(run, "no image", { type: "image/png" })).body);
  });

  test("names the row and the column of what its preparation refuses, in a shared pass too", async () => {
    const model = await serving(await openServed(join(folder, "table")));
    const wrong = [row, { ...row, first: "many" }];
    const [first, second, third] = await Promise.all([
      post(model, row),
      post(model, wrong),
      post(model, row),
    ]);
    expect([first.status, third.status]).toEqual([200, 200]);
    expect(second).toMatchObject({ status: 422, body: { error: { row: 2, column: "first" } } });
    expect((second.body as { error: { message: string } }).error.message).toBe(
      'POST /predict: expected first of row 2 to be a finite number, got "many". Where it is missing, give null.',
    );
  });

  test("does not begin with a damaged graph", async () => {
    const path = await exported("embeddings");
    appendFileSync(join(path, "model.onnx"), "x");
    await expect(openServed(path)).rejects.toThrow(
      /model\.onnx: expected \d+ bytes, as model\.json says, got more/,
    );
  });
});
