import { describe as suite, expect, test } from "vitest";
import { graticule, lookingFrom, unit, type Vector } from "../../src/report/sphere.ts";

suite("lookingFrom", () => {
  test.each<[Vector, Vector]>([
    [
      [0, 0, 5],
      [0, 0, 1],
    ],
    [[3, 1, -2], unit([3, 1, -2])],
    [
      [0, 2, 0],
      [0, 1, 0],
    ], // straight from above
  ])("sees from %j what faces the eye in the middle and near", (towards, facing) => {
    const { x, y, depth } = lookingFrom(towards)(facing);
    expect([x, y]).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    expect(depth).toBeCloseTo(1, 12);
  });

  test("keeps lengths: what it sees and the depth are coordinates", () => {
    const { x, y, depth } = lookingFrom([1, 2, 3])(unit([-1, 4, 2]));
    expect(x ** 2 + y ** 2 + depth ** 2).toBeCloseTo(1, 12);
  });

  test("keeps up above and right on the right", () => {
    const see = lookingFrom([0, 0, 1]);
    expect(see([0, 1, 0])).toMatchObject({ x: 0, y: 1 });
    expect(see([1, 0, 0])).toMatchObject({ x: 1, y: 0 });
  });
});

suite("graticule", () => {
  test("lies on the unit sphere", () => {
    const lengths = graticule().flatMap((line) => line.map(([x, y, z]) => Math.hypot(x, y, z)));
    expect(Math.max(...lengths.map((length) => Math.abs(length - 1)))).toBeLessThan(1e-12);
  });
});
