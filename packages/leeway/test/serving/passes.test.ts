import { setThreads } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { type Prediction, predict } from "../../src/probes/index.ts";
import { Passes } from "../../src/serving/passes.ts";
import { ask, post, recordedRun, serving } from "./services.ts";

const never = new AbortController().signal;
type Asked = readonly number[];

/** Passes that double numbers, of which a negative one is wrong, and what they were asked. */
function doubling(maxRows = 8): { readonly passes: Passes<number, string, number>; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const pass = async (numbers: readonly number[]): Promise<number[]> => {
    asked.push(numbers);
    await new Promise(setImmediate);
    if (numbers.some((each) => each < 0)) throw new Error(`wrong: ${numbers.join()}`);
    return numbers.map((each) => 2 * each);
  };
  return { passes: new Passes(pass, { maxRows, sameOptions: (a, b) => a === b }), asked };
}

suite("Passes", () => {
  test("joins what waits while a pass runs, and gives each its own answers", async () => {
    const { passes, asked } = doubling();
    const early = passes.predict([1], "", never);
    await new Promise(setImmediate);
    const late = [[2, 3], [4], []].map((each) => passes.predict(each, "", never));
    expect(await early).toEqual([2]);
    expect(await Promise.all(late)).toEqual([[4, 6], [8], []]);
    expect(asked).toEqual([[1], [2, 3, 4]]);
    expect(passes.count).toBe(2);
  });

  test("joins at most so many rows, and those of the same options alone", async () => {
    const { passes, asked } = doubling(4);
    const sent = [
      passes.predict([1, 2, 3], "", never),
      passes.predict([4], "prior", never),
      passes.predict([5, 6], "", never),
      passes.predict([7], "", never),
      passes.predict([8, 9, 10, 11, 12], "prior", never),
    ];
    expect((await Promise.all(sent)).flat()).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => 2 * n),
    );
    expect(asked).toEqual([[1, 2, 3, 7], [4], [5, 6], [8, 9, 10, 11, 12]]);
  });

  test("gives an error to the request that has it, and to no other", async () => {
    const { passes } = doubling();
    const sent = [[1], [-2], [3]].map((each) => passes.predict(each, "", never));
    const ended = await Promise.allSettled(sent);
    expect(ended[0]).toMatchObject({ value: [2] });
    expect(ended[1]).toMatchObject({ reason: { message: "wrong: -2" } });
    expect(ended[2]).toMatchObject({ value: [6] });
    expect(await passes.predict([4], "", never)).toEqual([8]);
  });

  test("leaves out what was given up before its pass", async () => {
    const { passes, asked } = doubling();
    const controller = new AbortController();
    const sent = [passes.predict([1], "", never), passes.predict([2], "", controller.signal)];
    controller.abort(new Error("gone"));
    const [first, second] = await Promise.allSettled(sent);
    expect(first).toMatchObject({ value: [2] });
    expect(second).toMatchObject({ reason: { message: "gone" } });
    expect(asked).toEqual([[1]]);
  });
});

suite("a service under 64 clients", () => {
  test("answers each as if it were alone", async () => {
    setThreads(1);
    const service = await serving("table");
    const rows = Array.from({ length: 64 }, (_, i) => ({
      first: i / 40,
      second: i % 5 === 0 ? null : i % 9,
      colour: ["x", "y", "z"][i % 3],
    }));
    const prior = [0.2, 0.3, 0.5];
    const [plain, moved] = [
      await predict(recordedRun("table"), rows),
      await predict(recordedRun("table"), rows, { prior }),
    ];
    const answers = await Promise.all(
      rows.flatMap((row) => [post(service, row), post(service, row, { query: "?prior=a=0.2,b=0.3,c=0.5" })]),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const expected = rows.flatMap((_, i) => [plain[i]!, moved[i]!]);
    for (const [i, { body }] of answers.entries()) {
      const { class: name, probability } = body as Prediction;
      expect(name).toBe(expected[i]!.class);
      expect(probability).toBeCloseTo(expected[i]!.probability, 5);
    }
    expect((await ask(service, "/health")).body).toMatchObject({ predictions: 128, running: 0, queue: 0 });
  });
});
