import { imageChanges } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import type { ViewRules } from "../../../src/data/dataset.ts";
import { centred } from "../../../src/data/images/transforms.ts";
import { viewsOf } from "../../../src/data/images/views.ts";
import { random } from "../../../src/random.ts";
import { colouredImages } from "../../runs/tiny-run.ts";

const shape = { channels: 3, height: 32, width: 32 };

/** Many draws of a view. */
function drawn(
  rules: ViewRules,
  { flip = true, of = shape } = {},
): {
  readonly box: readonly number[];
  readonly mirrored: boolean;
  readonly changes: readonly (readonly [name: string, magnitude: number])[];
}[] {
  const { count, draw } = viewsOf(rules, { shape: of, flip, random: random(0, "views") });
  return Array.from({ length: 4000 }, () => {
    const slot = { placement: centred(), box: new Int32Array(4), changes: new Float64Array(2 * count) };
    draw(slot);
    const changes = Array.from({ length: count }, (_, i) => [imageChanges[slot.changes[2 * i]!]!, slot.changes[2 * i + 1]!] as const); // prettier-ignore
    return {
      box: [...slot.box],
      mirrored: slot.placement.mirrored,
      changes: changes.filter(([name]) => name !== "none"),
    };
  });
}

const share = <T>(of: readonly T[], which: (each: T) => boolean): number =>
  of.filter(which).length / of.length;

suite("viewsOf", () => {
  test("shows parts of at least the smallest area, of any place, none wider than 4 by 3", () => {
    // torchvision's parts, of 12,000 draws: large ones fit less often.
    for (const [minArea, meanArea] of [
      [0.08, 0.491],
      [0.2, 0.548],
    ] as const) {
      const boxes = drawn({ minArea, blur: 0 }).map(({ box }) => box as [number, number, number, number]);
      for (const [top, left, height, width] of boxes) {
        expect(Math.min(top, left, 32 - top - height, 32 - left - width)).toBeGreaterThanOrEqual(0);
        // Sides are rounded, by up to half a pixel each.
        expect((height + 0.5) * (width + 0.5)).toBeGreaterThanOrEqual(minArea * 1024);
        expect((Math.max(height, width) - 0.5) / (Math.min(height, width) + 0.5)).toBeLessThanOrEqual(4 / 3);
      }
      const areas = boxes.map(([, , height, width]) => (height * width) / 1024);
      const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
      expect(Math.abs(mean - meanArea)).toBeLessThan(0.015); // four deviations of a mean of 4,000
    }
  });
  test("takes the middle of what no part fits", () => {
    const long = { channels: 3, height: 4, width: 400 };
    expect(drawn({ minArea: 1, blur: 0 }, { of: long })[0]!.box).toEqual([0, 197, 4, 5]);
  });
  test("mirrors half of them, and none where a mirror image shows another class", () => {
    expect(share(drawn({ minArea: 0.08, blur: 0 }), ({ mirrored }) => mirrored)).toBeCloseTo(0.5, 1);
    expect(drawn({ minArea: 0.08, blur: 0 }, { flip: false }).some(({ mirrored }) => mirrored)).toBe(false);
  });
  test("jitters colours four times in five, in any order, then makes grey one in five, then blurs", () => {
    const all = drawn({ minArea: 0.08, blur: 0.5 }).map(({ changes }) => changes);
    const has = (name: string): number => share(all, (each) => each.some(([other]) => other === name));
    expect(has("hue")).toBeCloseTo(0.8, 1);
    expect(has("grey")).toBeCloseTo(0.2, 1);
    expect(has("blur")).toBeCloseTo(0.5, 1);
    const orders = new Set(all.map((each) => each.flatMap(([name]) => (/^(grey|blur)$/.test(name) ? [] : [name])).join(" "))); // prettier-ignore
    expect(orders.size).toBe(24 + 1);
    for (const [name, magnitude] of all.flat()) {
      const [min, max] = name === "hue" ? [-0.1, 0.1] : name === "blur" ? [0.1, 2] : name === "grey" ? [0, 0] : [-0.4, 0.4]; // prettier-ignore
      expect(magnitude).toBeGreaterThanOrEqual(min);
      expect(magnitude).toBeLessThanOrEqual(max);
    }
    for (const each of all)
      expect(each.findIndex(([name]) => name === "blur")).toBeOneOf([-1, each.length - 1]);
    expect(drawn({ minArea: 0.08, blur: 0 }).flatMap(({ changes }) => changes).some(([name]) => name === "blur")).toBe(false); // prettier-ignore
  });
});

suite("batches with views", () => {
  const images = colouredImages("train", [5, 3, 2, 1]);
  const order = [...images.labels.keys()];
  const values = (views: boolean): number[][] => {
    const rules = { minArea: 0.08, blur: 0.5 };
    const vary = {
      random: random(0, "augment"),
      cutout: 4,
      views: views ? { rules, random: random(0, "views") } : undefined,
    };
    const all: number[][] = [];
    for (const { inputs } of images.batches(order, { batchSize: 8, vary })) {
      all.push([...inputs[0]!.values]); // before the next batch is drawn
      expect(inputs[0]!.shape).toEqual([all.at(-1)!.length / 192, 8, 8, 3]);
    }
    return all;
  };

  test("have the same images first, then two further views of each, of which all differ", () => {
    const [plain, viewed] = [values(false), values(true)];
    [8, 3].forEach((length, i) => {
      const rows = viewed[i]!;
      expect(rows).toHaveLength(3 * length * 192);
      expect(rows.slice(0, length * 192)).toEqual(plain[i]);
      const [one, other] = [1, 2].map((view) => rows.slice(view * length * 192, (view + 1) * length * 192));
      expect(one).not.toEqual(other);
      expect(rows.slice(length * 192).every(Number.isFinite)).toBe(true);
    });
    expect(values(true)).toEqual(viewed);
  });
});
