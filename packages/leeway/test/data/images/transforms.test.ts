import { describe as suite, expect, test } from "vitest";
import { centred, drawPlacement, imageWriter, normalisation } from "../../../src/data/images/transforms.ts";
import { random } from "../../../src/random.ts";
import { asBytes, countingImage } from "../tiny-dataset.ts";

/** The bytes of a 3 × 3 grey image of 1 to 9, placed. */
function placed(down: number, right: number, mirrored: boolean): number[] {
  const inputs = new Float32Array(9);
  imageWriter(countingImage(1, 3, 3), inputs)(0, 0, { ...centred(), down, right, mirrored });
  return asBytes(inputs);
}

suite("normalisation", () => {
  const shape = { channels: 2, height: 1, width: 1 };

  test("takes the mean off and divides by the deviation, per channel", () => {
    const table = normalisation({ mean: [0.5, 0.25], std: [0.5, 0.125], shape });
    // Byte 255 is 1 and byte 0 is 0: exact in float32.
    expect([table[0], table[255], table[256], table[511]]).toEqual([-1, 1, -2, 6]);
  });

  test("refuses statistics that do not fit the channels", () => {
    expect(() => normalisation({ mean: [0], std: [1, 1], shape })).toThrow("expected mean to hold 2 numbers");
    expect(() => normalisation({ mean: [0, 0], std: [1, 0], shape })).toThrow(
      "std to hold 2 numbers above 0",
    );
  });
});

suite("imageWriter", () => {
  test("leaves a centred image as it is", () => {
    expect(placed(0, 0, false)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("crops further down and right, with black beyond the image", () => {
    expect(placed(1, 1, false)).toEqual([5, 6, 0, 8, 9, 0, 0, 0, 0]);
  });

  test("crops further up and left, with black before the image", () => {
    expect(placed(-1, -2, false)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 4]);
  });

  test("mirrors the crop, not the image before it", () => {
    expect(placed(0, 1, true)).toEqual([0, 3, 2, 0, 6, 5, 0, 9, 8]);
  });

  test("shows nothing but black where the crop misses the image", () => {
    expect(placed(3, 0, false)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("keeps a pixel's channels together when it mirrors", () => {
    const inputs = new Float32Array(6);
    imageWriter(countingImage(3, 1, 2), inputs)(0, 0, { ...centred(), down: 0, right: 0, mirrored: true });
    expect(asBytes(inputs)).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test("pads with black before it normalises, not with 0 after", () => {
    const inputs = new Float32Array(4);
    const dataset = { ...countingImage(1, 2, 2), mean: [0.5], std: [0.25] };
    imageWriter(dataset, inputs)(0, 0, { ...centred(), down: 2 });
    expect([...inputs]).toEqual([-2, -2, -2, -2]);
  });

  test("writes the slot it is told and no other", () => {
    const inputs = new Float32Array(3).fill(-1);
    imageWriter(countingImage(1, 1, 1), inputs)(0, 1, centred());
    expect(inputs[0]).toBe(-1);
    expect(inputs[2]).toBe(-1);
  });
});

suite("drawPlacement", () => {
  const draws = (pad: number, flip: boolean): ReturnType<typeof centred>[] => {
    const from = random(0, "test");
    return Array.from({ length: 2000 }, () => {
      const placement = centred();
      drawPlacement({ pad, flip }, from, { placement, shape: { channels: 3, height: 32, width: 32 } });
      return placement;
    });
  };

  test("draws every shift from -pad to pad, both ways", () => {
    const all = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
    const seen = (key: "down" | "right"): number[] =>
      [...new Set(draws(4, true).map((placement) => placement[key]))].sort((a, b) => a - b);
    expect(seen("down")).toEqual(all);
    expect(seen("right")).toEqual(all);
  });

  test("mirrors about half of the images, or none", () => {
    const mirrored = (flip: boolean): number =>
      draws(4, flip).filter((placement) => placement.mirrored).length;
    // 2,000 fair draws: standard deviation 22; 120 is more than five of them.
    expect(Math.abs(mirrored(true) - 1000)).toBeLessThan(120);
    expect(mirrored(false)).toBe(0);
  });

  test("shifts alike whether or not it mirrors", () => {
    expect(draws(4, false).map(({ right }) => right)).toEqual(draws(4, true).map(({ right }) => right));
  });

  test("draws a hole's middle anywhere in the image, and none unless asked", () => {
    const shape = { channels: 1, height: 5, width: 7 };
    const from = random(0, "test");
    const rows = new Set<number>();
    const columns = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const placement = centred();
      drawPlacement({ pad: 0, flip: false, cutout: 3 }, from, { placement, shape });
      expect(placement.hole.side).toBe(3);
      rows.add(placement.hole.row);
      columns.add(placement.hole.column);
    }
    expect([rows.size, columns.size]).toEqual([5, 7]);
    const without = centred();
    drawPlacement({ pad: 0, flip: false }, from, { placement: without, shape });
    expect(without.hole.side).toBe(0);
  });
});

suite("cutout", () => {
  const holed = (row: number, column: number): number[] => {
    const dataset = countingImage(1, 4, 4);
    const inputs = new Float32Array(16);
    imageWriter(dataset, inputs)(0, 0, { ...centred(), hole: { side: 2, row, column } });
    return [...inputs].flatMap((value, i) => (value === 0 ? [i] : []));
  };

  test("sets a square around its middle to the mean", () => {
    expect(holed(2, 2)).toEqual(expect.arrayContaining([5, 6, 9, 10]));
  });

  test("is cut off at the edges", () => {
    expect(holed(0, 0)).toContain(0);
    expect(holed(0, 0)).not.toContain(5);
  });
});
