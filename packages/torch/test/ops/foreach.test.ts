import { describe as suite, expect, test } from "vitest";
import { foreachAddInPlace, foreachMul, tensor } from "../../src/index.ts";

suite("foreach operators", () => {
  test("give a new list, or write over one", () => {
    const a = [tensor([1, 2]), tensor([3])];
    expect(foreachMul(a, 2).map((each) => each.toNumbers())).toEqual([[2, 4], [6]]);
    foreachAddInPlace(a, [tensor([10, 20]), tensor([30])], 0.5);
    expect(a.map((each) => each.toNumbers())).toEqual([[6, 12], [18]]);
  });
});
