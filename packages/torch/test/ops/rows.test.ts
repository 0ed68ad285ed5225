import { readFileSync } from "node:fs";
import { describe as suite, expect, test } from "vitest";
import {
  codeRows,
  gatherRows,
  imageChanges,
  imageRows,
  numberRows,
  setThreads,
  threads,
  vectorRows,
} from "../../src/index.ts";

/** The same with one thread and with two. */
function onThreads<Result>(compute: () => Result): Result {
  const before = threads();
  setThreads(1);
  const alone = compute();
  setThreads(2);
  expect(compute()).toEqual(alone);
  setThreads(before);
  return alone;
}

suite("imageRows", () => {
  const table = Float32Array.from({ length: 3 * 256 }, (_, i) => (i & 255) + (i >> 8) / 4);
  /** Two images of 2 x 2 pixels of three channels. */
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => i + 1);
  const size = { channels: 3, height: 2, width: 2, crop: { height: 2, width: 2 }, table };
  /** The first channel of each pixel. */
  const firsts = (placements: readonly number[], how = size): number[] => {
    const values = onThreads(() => [...imageRows(pixels, Int32Array.from(placements), how).data()]);
    return values.filter((_, i) => i % 3 === 0).map(Number);
  };

  test("looks bytes up by their channel", () => {
    const image = imageRows(pixels, Int32Array.of(1, 0, 0, 0, 0, 0, 0), size);
    expect(image.shape).toEqual([1, 2, 2, 3]);
    expect([...image.data()].slice(0, 6)).toEqual([13, 14.25, 15.5, 16, 17.25, 18.5]);
  });
  test("shifts, with byte 0 beyond the image, mirrors, and sets a square to 0", () => {
    expect(firsts([0, 1, 0, 0, 0, 0, 0])).toEqual([7, 10, 0, 0]);
    expect(firsts([0, 0, 1, 1, 0, 0, 0])).toEqual([0, 4, 0, 10]);
    expect(firsts([0, 0, 0, 0, 1, 1, 0])).toEqual([1, 4, 0, 10]);
    expect(firsts([0, 9, -9, 0, 9, -9, 9])).toEqual([0, 0, 0, 0]);
  });
  test("takes the middle of larger images", () => {
    const four = { ...size, height: 4, width: 2, crop: { height: 2, width: 2 } };
    expect(firsts([0, 0, 0, 0, 0, 0, 0], four)).toEqual([7, 10, 13, 16]);
  });
  test("is an empty batch of none", () => {
    expect(imageRows(pixels, new Int32Array(0), size).shape).toEqual([0, 2, 2, 3]);
  });
  test("refuses images that are not there, and other sizes", () => {
    expect(() => firsts([2, 0, 0, 0, 0, 0, 0])).toThrow("expected the place of an image below 2, got 2");
    expect(() => firsts([-1, 0, 0, 0, 0, 0, 0])).toThrow("got -1");
    expect(() => firsts([0, 0, 0])).toThrow("seven numbers");
    expect(() => firsts([0, 0, 0, 0, 0, 0, 0], { ...size, channels: 1 })).toThrow("256 values");
    expect(() => firsts([0, 0, 0, 0, 0, 0, 0], { ...size, height: 0 })).toThrow("sizes from 1");
  });
});

suite("vectorRows", () => {
  test("standardises in float64, for widths that vectors divide and others", () => {
    for (const width of [1, 7, 16, 37]) {
      const rows = Uint32Array.from({ length: 70 }, (_, i) => (i * 13) % 50);
      const vectors = Float32Array.from({ length: 50 * width }, (_, i) => Math.sin(i) * 1e3);
      const mean = Float64Array.from({ length: width }, (_, d) => Math.cos(d));
      const deviation = Float64Array.from({ length: width }, (_, d) => 0.1 + d / 7);
      const expected = Float32Array.from({ length: 70 * width }, (_, i) => {
        const d = i % width;
        return (vectors[rows[(i - d) / width]! * width + d]! - mean[d]!) / deviation[d]!; // a row of 70
      });
      expect(onThreads(() => vectorRows(vectors, rows, { mean, deviation }).data())).toEqual(expected);
    }
  });
  test("refuses rows that are not there, and other numbers of statistics", () => {
    const one = Float64Array.of(1);
    const call =
      (row: number, deviation = one) =>
      () =>
        vectorRows(Float32Array.of(1, 2), Uint32Array.of(row), { mean: one, deviation });
    expect(call(2)).toThrow("expected rows[0] to be below 2, got 2");
    expect(call(0, Float64Array.of(1, 2))).toThrow("expected as many deviations as means");
  });
});

suite("gatherRows", () => {
  test("copies rows of floats, and of whole numbers as int64", () => {
    for (const width of [1, 3, 16, 35]) {
      const rows = Uint32Array.from({ length: 70 }, (_, i) => (i * 13) % 50);
      const whole = Int32Array.from({ length: 50 * width }, (_, i) => i - 99);
      const expected = Array.from(
        { length: 70 * width },
        (_, i) => rows[Math.floor(i / width)]! * width + (i % width) - 99,
      );
      const read = onThreads(() => Array.from(gatherRows(whole, rows, { width }).data(), Number));
      expect(read).toEqual(expected);
      const floats = Float32Array.from(whole, (value) => value / 3);
      expect([...onThreads(() => gatherRows(floats, rows, { width }).data())]).toEqual(
        expected.map((value) => Math.fround(value / 3)),
      );
    }
    expect(gatherRows(new Int32Array(1), Uint32Array.of(0), { width: 1 }).dtype).toBe("int64");
  });
  test("of no columns is rows of nothing", () => {
    expect(gatherRows(new Float32Array(0), Uint32Array.of(4, 7), { width: 0 }).shape).toEqual([2, 0]);
  });
  test("refuses rows that are not there, and what is no matrix", () => {
    const call =
      (row: number, width: number, matrix: unknown = new Int32Array(5)) =>
      () =>
        gatherRows(matrix as Int32Array, Uint32Array.of(row), { width });
    expect(call(2, 2)).toThrow("expected rows[0] to be below 2, got 2");
    expect(call(0, -1)).toThrow("expected a width of at least 0");
    expect(call(0, 1, [1])).toThrow("expected a Float32Array");
  });
});

suite("numberRows", () => {
  const columns = [Float32Array.of(1, 2, NaN), Float32Array.of(100, -100, 0.5)];
  const how = {
    mean: Float64Array.of(1, 0),
    deviation: Float64Array.of(0.5, 1),
    indicator: Int32Array.of(1, 0),
    limit: 10,
  };

  test("standardises, limits, and says what is missing behind all columns", () => {
    const read = onThreads(() => numberRows(columns, Uint32Array.of(2, 0, 1), how));
    expect(read.shape).toEqual([3, 3]);
    expect([...read.data()]).toEqual([0, 0.5, 1, 0, 10, 0, 2, -10, 0]);
  });
  test("of no columns is rows of nothing", () => {
    const none = {
      ...how,
      mean: new Float64Array(0),
      deviation: new Float64Array(0),
      indicator: new Int32Array(0),
    };
    expect(numberRows([], Uint32Array.of(0, 1), none).shape).toEqual([2, 0]);
  });
  test("refuses rows that are not there, and other numbers of statistics", () => {
    expect(() => numberRows(columns, Uint32Array.of(3), how)).toThrow("below 3, got 3");
    expect(() => numberRows(columns.slice(1), Uint32Array.of(0), how)).toThrow("as many means as columns");
    expect(() => numberRows([[1]] as never, Uint32Array.of(0), how)).toThrow("expected a Float32Array");
  });
});

suite("codeRows", () => {
  test("is each column's own code, the last for what is missing", () => {
    const columns = [Int32Array.of(0, 1, -1), Int32Array.of(1, -1, 0)];
    const codes = [Int32Array.of(5, 6, 7), Int32Array.of(1, 2, 0)];
    const read = onThreads(() => codeRows(columns, Uint32Array.of(0, 1, 2, 0), { codes }));
    expect(read.dtype).toBe("int64");
    expect([...read.data()].map(Number)).toEqual([5, 2, 6, 0, 7, 1, 5, 2]);
  });
  test("refuses rows that are not there, and lists without a code", () => {
    const call = (row: number, codes: Int32Array[]) => () =>
      codeRows([Int32Array.of(0)], Uint32Array.of(row), { codes });
    expect(call(1, [Int32Array.of(1)])).toThrow("below 1, got 1");
    expect(call(0, [new Int32Array(0)])).toThrow("expected a code for missing values");
    expect(call(0, [])).toThrow("as many lists of codes as columns");
  });
});

suite("changes of images", () => {
  type Part = readonly [
    ...[top: number, left: number, rows: number, columns: number],
    ...[mirrored: boolean, height: number, width: number],
  ];
  /** Made by the program beside it. */
  const fixture = new URL("../fixtures/pillow-changes.json", import.meta.url);
  const sets = JSON.parse(readFileSync(fixture, "utf8")) as {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly pixels: string;
    readonly cases: readonly (readonly [
      change: (typeof imageChanges)[number],
      magnitude: number,
      bytes: string,
    ])[];
    readonly parts: readonly (readonly [part: Part, bytes: string])[];
  }[];
  const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

  test.each(sets)("give Pillow's bytes, of images with $channels channels", (set) => {
    const { channels, cases } = set;
    const table = Float32Array.from({ length: 256 * channels }, (_, i) => i % 256);
    for (const [change, magnitude, bytes] of cases) {
      const result = imageRows(bytesOf(set.pixels), Int32Array.of(0, 0, 0, 0, 0, 0, 0), {
        ...{ ...set, crop: set, table },
        changes: Float64Array.of(imageChanges.indexOf(change), magnitude),
      });
      expect(Uint8Array.from(result.data(), Number), `${change} ${magnitude}`).toEqual(bytesOf(bytes));
    }
  });

  test.each(sets)("begin with Pillow's bytes of a part, of images with $channels channels", (set) => {
    const { channels, parts } = set;
    const table = Float32Array.from({ length: 256 * channels }, (_, i) => i % 256);
    for (const [box, bytes] of parts) {
      const [top, left, rows, columns, mirrored, height, width] = box;
      const place = Int32Array.of(0, 0, 0, Number(mirrored), 0, 0, 0);
      const result = imageRows(bytesOf(set.pixels), place, {
        ...{ ...set, crop: { height, width }, table },
        boxes: Int32Array.of(top, left, rows, columns),
      });
      expect(Uint8Array.from(result.data(), Number), String(box)).toEqual(bytesOf(bytes));
    }
  });

  test("refuse boxes that leave the image, or are not of each image", () => {
    const how = {
      channels: 1,
      height: 4,
      width: 4,
      crop: { height: 4, width: 4 },
      table: new Float32Array(256),
    };
    const call =
      (...boxes: number[]) =>
      () =>
        imageRows(new Uint8Array(16), new Int32Array(7), { ...how, boxes: Int32Array.from(boxes) });
    const impossible = [
      [0, 1, 4, 4],
      [-1, 0, 2, 2],
      [0, 0, 2, 0],
      [2, 0, 3, 1],
      [0, 0, -1, 2],
    ] as const;
    for (const box of impossible) expect(call(...box)).toThrow("expected box 0 to lie in the image");
    expect(call(0, 0, 2)).toThrow("expected a box for each image");
    expect(call(0, 0, 0, 0)).not.toThrow();
  });

  test("come after the crop and before the hole, one after the other", () => {
    const how = { channels: 1, height: 1, width: 3, crop: { height: 1, width: 3 } };
    const table = Float32Array.from({ length: 256 }, (_, i) => i);
    const [invert, posterize] = [imageChanges.indexOf("invert"), imageChanges.indexOf("posterize")];
    const place = Int32Array.of(0, 0, 1, 0, 1, 0, 0); // shifted by one: byte 0 comes in; the first is cut out
    const changes = Float64Array.of(invert, 0, posterize, 4);
    const result = imageRows(Uint8Array.of(1, 2, 3), place, {
      ...how,
      table,
      changes,
      hole: Float32Array.of(-7),
    });
    // 2 3 0, inverted 253 252 255, of which the first four bits stay.
    expect([...result.data()]).toEqual([-7, 240, 240]);
  });

  test("are refused where they are unknown or do not fit", () => {
    const how = {
      channels: 1,
      height: 1,
      width: 1,
      crop: { height: 1, width: 1 },
      table: new Float32Array(256),
    };
    const place = Int32Array.of(0, 0, 0, 0, 0, 0, 0);
    const change =
      (...changes: number[]) =>
      () =>
        imageRows(Uint8Array.of(1), place, { ...how, changes: Float64Array.from(changes) });
    expect(change(99, 0)).toThrow("expected a change that is known, got 99");
    expect(change(NaN, 0)).toThrow("expected a change that is known");
    expect(change(1)).toThrow("expected as many changes of each image");
  });
});
