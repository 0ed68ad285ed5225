import { describe as suite, expect, test } from "vitest";
import * as torch from "../../src/index.ts";
import { tensor } from "../../src/index.ts";

suite("foreach operators", () => {
  const lists = () =>
    [
      [tensor([1, 2]), tensor([3])],
      [tensor([10, 20]), tensor([30])],
    ] as const;

  test("give a new list", () => {
    const [a, b] = lists();
    expect(torch.foreachAdd(a, b, 2).map((x) => x.toNumbers())).toEqual([[21, 42], [63]]);
    expect(torch.foreachDiv(a, 2).map((x) => x.toNumbers())).toEqual([[0.5, 1], [1.5]]);
    expect(torch.foreachSqrt([tensor([4]), tensor([9])]).map((x) => x.item())).toEqual([2, 3]);
  });

  test("write over a list", () => {
    const [a, b] = lists();
    torch.foreachAddInPlace(a, b, 0.5);
    torch.foreachMulInPlace(a, 2);
    torch.foreachAddScalarInPlace(a, 1);
    expect(a.map((x) => x.toNumbers())).toEqual([[13, 25], [37]]);
    torch.foreachAddcmulInPlace(a, b, b, 0.1);
    torch.foreachAddcdivInPlace(a, b, b, -1);
    expect(a.map((x) => x.toNumbers())).toEqual([[22, 64], [126]]);
  });
});
