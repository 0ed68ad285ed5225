import { describe as suite, expect, test } from "vitest";
import { readerFields } from "../../src/catalogue/index.ts";
import { fieldOption } from "../../src/cli/options/field-option.ts";
import { asUsage } from "../../src/cli/options.ts";
import { RunError } from "../../src/errors.ts";
import { recipeFor } from "../../src/recipe/index.ts";

suite("asUsage", () => {
  test("calls a value that cannot be a wrong use, by its option", async () => {
    const result = asUsage(() => recipeFor("cifar10", { epochs: 0 }));
    await expect(result).rejects.toThrow(RunError);
    await expect(result).rejects.toThrow("--epochs: expected a whole number");
  });

  test("leaves faults of our own what they are", async () => {
    const nothing: unknown = undefined;
    await expect(asUsage(() => (nothing as { epochs: number }).epochs)).rejects.toThrow(TypeError);
    await expect(asUsage(() => "x".repeat(-1))).rejects.toThrow(RangeError);
  });
});

suite("a list of names", () => {
  test("has none that is empty", () => {
    const { parseArg } = fieldOption("numeric", readerFields.numeric);
    const parse = parseArg as unknown as (text: string, before: unknown) => unknown; // commander's type says void
    expect(parse("a,b", undefined)).toEqual(["a", "b"]);
    expect(() => parse("", undefined)).toThrow('names divided by commas, none of them empty, got ""');
  });
});
