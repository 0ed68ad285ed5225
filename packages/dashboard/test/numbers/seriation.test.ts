import { describe as suite, expect, test } from "vitest";
import { clusteredOrder } from "../../src/report/numbers/seriation.ts";

suite("clusteredOrder", () => {
  test("puts classes that are taken for each other side by side", () => {
    const matrix = [
      [90, 0, 10, 0],
      [0, 80, 0, 20],
      [12, 0, 88, 0],
      [2, 25, 0, 73],
    ];
    const order = clusteredOrder(matrix);
    expect(order.toSorted()).toEqual([0, 1, 2, 3]);
    expect(Math.abs(order.indexOf(0) - order.indexOf(2))).toBe(1);
    expect(Math.abs(order.indexOf(1) - order.indexOf(3))).toBe(1);
  });

  test("leaves two classes as they are, and does not stumble over empty rows", () => {
    expect(
      clusteredOrder([
        [1, 0],
        [0, 1],
      ]),
    ).toEqual([0, 1]);
    expect(
      clusteredOrder([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]).toSorted(),
    ).toEqual([0, 1, 2]);
  });
});
