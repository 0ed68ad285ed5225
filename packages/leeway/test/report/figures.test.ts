import { describe as suite, expect, test } from "vitest";
import {
  type ChartSpec,
  classErrors,
  featureQuality,
  featureSphere,
  learningCurves,
  renderSvg,
} from "../../src/report/index.ts";

const heading = { title: "A title", subtitle: ["CIFAR-10, seed 0"] };
const classes = { classNames: ["cat", "dog"], trainCounts: [5000, 50] };

/** The text in a chart, in the order in which it is drawn. */
async function textIn(spec: ChartSpec): Promise<string[]> {
  const svg = await renderSvg(spec);
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text!);
}

/** What a screen reader would say of the bars and lines: "class, and …: cat|5,000; top-1 error, %: 25; series: ERM". */
async function labelsIn(spec: ChartSpec): Promise<string[]> {
  return [...(await renderSvg(spec)).matchAll(/aria-label="([^"]*error[^"]*)"/g)].map(([, label]) => label!);
}

suite("classErrors", () => {
  const spec = classErrors({
    ...heading,
    ...classes,
    panels: ["Training", "Test"],
    series: [
      { title: "ERM", panels: [[0.25, null], [0.5, 1]] }, // prettier-ignore
      { title: "LDAM-DRW", panels: [[0, 0.125], [0.25, 0.75]] }, // prettier-ignore
    ],
  });

  test("names classes with their training examples, panels, methods and the unit", async () => {
    const text = await textIn(spec);
    for (const word of [
      "A title",
      "CIFAR-10, seed 0",
      "cat",
      "5,000",
      "dog",
      "50",
      "Training",
      "Test",
      "ERM",
    ])
      expect(text).toContain(word);
    expect(text).toContain("top-1 error, %");
  });

  test("draws a bar in per cent for each class, method and panel, and none where nothing is known", async () => {
    const bars = (await labelsIn(spec)).filter((label) => label.startsWith("class"));
    expect(bars).toHaveLength(2 * 2 * 2 - 1);
    expect(bars.join()).toContain("top-1 error, %: 12.5");
  });

  test("leaves the names of many classes out", async () => {
    const many = Array.from({ length: 100 }, (_, j) => `class ${j}`);
    const errors = many.map(() => 0.5);
    const text = await textIn(
      classErrors({
        ...heading,
        panels: ["Test"],
        series: [{ title: "ERM", panels: [errors] }],
        classNames: many,
        trainCounts: many.map(() => 10),
      }),
    );
    expect(text).not.toContain("class 1");
  });
});

suite("featureQuality", () => {
  test("puts each backbone's mean error in the legend", async () => {
    const backbones = [{ title: "ERM", errors: [0.25, 0.5] }];
    expect(await textIn(featureQuality({ ...heading, ...classes, backbones }))).toContain(
      "ERM (mean 37.5 %)",
    );
  });
});

suite("learningCurves", () => {
  const spec = learningCurves({
    ...heading,
    split: "test",
    decays: [2],
    curves: [{ title: "ERM", training: [0.5, 0.25, 0.125], evaluation: [null, 0.75, 0.5] }],
  });

  test("counts epochs from 1 and errors in per cent", () => {
    const data = JSON.stringify(spec);
    expect(data).toContain('{"series":"ERM","split":"training","epoch":1,"error":50}');
    expect(data).not.toContain('"split":"test","epoch":1,');
  });

  test("says where the learning rate falls, and which line is which", async () => {
    const text = await textIn(spec);
    for (const word of ["learning rate falls", "training", "test", "ERM", "epoch"])
      expect(text).toContain(word);
  });
});

suite("featureSphere", () => {
  test("refuses features that are not three for each label", () => {
    const cloud = { column: "ERM", row: "test", features: [1, 2, 3, 4], labels: [0] };
    expect(() => featureSphere({ ...heading, ...classes, clouds: [cloud] })).toThrow(
      "expected features to be three for each of 1 examples of ERM, got",
    );
  });

  const spec = featureSphere({
    ...heading,
    ...classes,
    clouds: [
      { column: "ERM", row: "training", features: [1, 0, 0, 0, 2, 0, 0, 1, 0], labels: [0, 1, 1] },
      { column: "ERM", row: "test", features: [0, 0, 3, 0, -1, 0], labels: [0, 1] },
    ],
  });

  test("names every sphere and every class", async () => {
    const text = await textIn(spec);
    for (const word of ["ERM, training", "ERM, test", "cat (5,000)", "dog (50)"])
      expect(text).toContain(word);
  });

  test("turns the rare classes to the reader, and draws the far side first", () => {
    const points = JSON.stringify(spec)
      .match(/\{"x":[^{}]*"class":[^{}]*\}/g)!
      .map((text) => JSON.parse(text) as unknown);
    // Rare is the dog: of its three points two lie on the y axis' upper end, which is where the eye goes.
    expect(points).toEqual([
      expect.objectContaining({ depth: 0, class: "cat (5,000)" }),
      expect.objectContaining({ x: 0, y: 0, depth: 1, class: "dog (50)" }),
      expect.objectContaining({ x: 0, y: 0, depth: 1, class: "dog (50)" }),
      expect.objectContaining({ x: 0, y: 0, depth: -1, class: "dog (50)" }),
      expect.objectContaining({ depth: 0, class: "cat (5,000)" }),
    ]);
  });
});

suite("colours", () => {
  const curves = (count: number): ChartSpec =>
    learningCurves({
      ...heading,
      curves: Array.from({ length: count }, (_, i) => ({
        title: `method ${i}`,
        training: [0.5],
        evaluation: [0.5],
      })),
      split: "test",
      decays: [],
    });

  test.for([8, 10])("tell %i methods apart", async (count) => {
    const strokes = [
      ...(await renderSvg(curves(count))).matchAll(/series: method \d; [^>]* stroke="([^"]+)"/g),
    ];
    expect(new Set(strokes.map(([, stroke]) => stroke)).size).toBe(count);
  });

  test("are no more than ten", () => {
    expect(() => curves(11)).toThrow("expected count to be at most 10, the number of colours, got 11");
  });
});
