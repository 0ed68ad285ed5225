import { describe as suite, expect, test } from "vitest";
import { parsePrior } from "../../../src/cli/predict/parse-prior.ts";

suite("parsePrior", () => {
  test("gives the classes' shares in their order", () => {
    expect(parsePrior("b=0.25,a=.75", ["a", "b"])).toEqual([0.75, 0.25]);
    expect(parsePrior("a=1e-3,b=999", ["a", "b"])).toEqual([0.001, 999]);
  });

  test("takes those of the training data, and of the input, by name", () => {
    expect(parsePrior("training", ["a", "b"])).toBe("training");
    expect(parsePrior("auto", ["a", "b"])).toBe("auto");
  });

  test("takes names with commas and equal signs", () => {
    expect(parsePrior("a=b,c=0.5,d, e=2,f=3=4", ["a=b,c", "d, e", "f=3"])).toEqual([0.5, 2, 4]);
  });

  test.for([
    ["a=0,b=1", "each share above 0, got"],
    ["a=1e999,b=1", "each share above 0, got"],
    ["a=-1,b=1", "each share above 0, got"],
    ["a,b=1", 'expected classes among a, b, got "a,b".'],
    ["a=1", "expected a share for every class, b too"],
    ["", "expected a share for every class, a, b too"],
  ])("refuses %j", ([text, words]) => {
    expect(() => parsePrior(text!, ["a", "b"])).toThrow(words);
  });
});
