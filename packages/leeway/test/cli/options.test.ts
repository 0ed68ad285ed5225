import { describe as suite, expect, test } from "vitest";
import { askedFor } from "../../src/cli/options.ts";
import { RunError } from "../../src/errors.ts";
import { recipeFor } from "../../src/recipe/index.ts";

suite("askedFor", () => {
  test("calls a value that cannot be a wrong use, by its option", async () => {
    const asked = askedFor(() => recipeFor("cifar10", { epochs: 0 }));
    await expect(asked).rejects.toThrow(RunError);
    await expect(asked).rejects.toThrow("--epochs: expected a whole number");
  });

  test("leaves faults of our own what they are", async () => {
    const nothing: unknown = undefined;
    await expect(askedFor(() => (nothing as { epochs: number }).epochs)).rejects.toThrow(TypeError);
    await expect(askedFor(() => "x".repeat(-1))).rejects.toThrow(RangeError);
  });
});
