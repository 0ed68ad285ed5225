import { describe as suite, expect, test } from "vitest";
import {
  defaultGeneratorState,
  Generator,
  manualSeed,
  rand,
  randn,
  setDefaultGeneratorState,
  TorchError,
} from "../src/index.ts";

suite("Generator", () => {
  const draw = (generator: Generator) => randn([5], { generator }).data();

  test("gives the same numbers for the same seed, others for another", () => {
    expect(draw(new Generator(3))).toEqual(draw(new Generator(3)));
    expect(draw(new Generator(4))).not.toEqual(draw(new Generator(3)));
    expect(draw(new Generator(Number.MAX_SAFE_INTEGER))).toHaveLength(5);
  });

  test("goes on from a saved state", () => {
    const generator = new Generator(0);
    draw(generator);
    const state = generator.state();
    const expected = draw(generator);
    const other = new Generator(1);
    other.setState(state);
    expect(draw(other)).toEqual(expected);
  });

  test("may be dropped while its numbers are in use", () => {
    const values = rand([3], { generator: new Generator(5) });
    expect(values.toNumbers()).toEqual(rand([3], { generator: new Generator(5) }).toNumbers());
  });

  test("refuses what is not its state, and keeps its own", () => {
    const generator = new Generator(0);
    const state = generator.state();
    for (const wrong of [new Uint8Array(0), new Uint8Array(10), new Uint8Array(state.length).fill(255)]) {
      expect(() => {
        generator.setState(wrong);
      }).toThrow(TorchError);
    }
    expect(() => {
      generator.setState("state" as never);
    }).toThrow(/^Generator\.state: expected the bytes/);
    expect(generator.state()).toEqual(state);
  });

  test("refuses a seed that is no whole number of at least 0", () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53, Infinity]) {
      expect(() => new Generator(seed)).toThrow(RangeError);
      expect(() => {
        manualSeed(seed);
      }).toThrow(`got ${seed}`);
    }
  });
});

suite("the default generator", () => {
  test("is seeded by manualSeed, and its state can be saved", () => {
    const draw = () => rand([3]).data();
    manualSeed(11);
    const first = draw();
    const state = defaultGeneratorState();
    const second = draw();
    setDefaultGeneratorState(state);
    expect(draw()).toEqual(second);
    manualSeed(11);
    expect(draw()).toEqual(first);
  });
});
