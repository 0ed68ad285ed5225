import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import {
  cellRecipe,
  type FigureExperiment,
  type FigureRequest,
  experiments,
  placesOf,
} from "../../src/experiments/index.ts";
import { renderSvg } from "../../src/report/index.ts";
import { tinyData, tinyRecipe, tinyRun, type TinyRun } from "../runs/tiny-run.ts";

const figure = (name: string): FigureExperiment => {
  const found = experiments.find((each) => each.name === name);
  if (found?.kind !== "figure") throw new Error(`${name} is a figure`);
  return found;
};

/** Two epochs, and a state kept after the first. */
const options = {
  epochs: 2,
  protocol: "paper",
  validationFraction: 0,
  schedule: { base: 0.05, warmupEpochs: 0, decays: [{ fromEpoch: 1, factor: 0.1 }] },
} as const;
const runsDir = mkdtempSync(join(tmpdir(), "leeway-figures-"));
let run: TinyRun;
let onSphere: TinyRun;

beforeAll(async () => {
  setThreads(1);
  run = await tinyRun(tinyRecipe({ ...options, method: "erm" }), { runsDir });
  const sphere = tinyRecipe({ ...options, method: "ldam-drw", model: "resnet8-sphere" });
  onSphere = await tinyRun(sphere, { runsDir });
});

afterAll(() => {
  rmSync(runsDir, { recursive: true });
});

/** Draws a figure of one run, and gives what was said and the chart. */
async function drawn(name: string, from: TinyRun): Promise<{ said: string[]; svg: string; spec: string }> {
  const said: string[] = [];
  const request: FigureRequest = {
    ...{ title: "A figure", subtitle: ["tiny data"] },
    methods: [{ name: "erm", title: "ERM", runs: [from, from] }],
    load: (each) => Promise.resolve(tinyData(each.record.recipe)),
    log: (line) => said.push(line),
  };
  const spec = await figure(name).draw(request);
  return { said, svg: await renderSvg(spec), spec: JSON.stringify(spec) };
}

/** The values that a field has in a chart's data. */
const valuesOf = (spec: string, field: string): number[] =>
  [...spec.matchAll(new RegExp(`"${field}":([\\d.e-]+)`, "g"))].map(([, value]) => Number(value));

suite("figures", () => {
  test("begin with the paper's column and methods", () => {
    const paper = ["fig2", "fig3", "fig5", "fig6"].map((name) => {
      const places = placesOf(figure(name));
      return `${name} ${places[0]!.column.name} ${places.map(({ method }) => method).join()}`;
    });
    expect(paper).toEqual([
      "fig2 cifar10-step-100 ldam-drw,cb-rs,cb-rw",
      "fig3 cifar10-lt-100 ldam-drw,cb-rs,cb-rw",
      "fig5 mnist-step-100 erm,cb-rw,ldam-drw",
      "fig6 cifar10-step-100 erm,rs,rw",
    ]);
  });

  test("share the runs of table 2", () => {
    const place = { column: placesOf(figure("fig2"))[0]!.column, method: "ldam-drw" };
    const settings = { epochs: 200, precision: "fp32", protocol: "paper", model: "resnet32" } as const;
    const table = experiments.find(({ name }) => name === "table2")!;
    if (table.kind !== "table") throw new Error("table2 is a table");
    const own = placesOf(table, { columns: ["cifar10-step-100"], methods: ["ldam-drw"] });
    expect(cellRecipe(place, 0, settings)).toEqual(cellRecipe(own[0]!, 0, settings));
  });
});

suite("figure 2", () => {
  test("measures the training error of each class, and takes the test's from the run", async () => {
    const { said, spec } = await drawn("fig2", run);
    expect(said).toEqual(Array(2).fill("Measuring the training error of ERM, seed 0"));
    const errors = valuesOf(spec, "error");
    expect(errors).toHaveLength(8); // four classes in training and test
    expect(errors.slice(4)).toEqual(run.summary!.test!.perClass.map((accuracy) => 100 * (1 - accuracy!)));
    // 20, 12, 6 and 4 images a class: the errors are multiples of their shares.
    const images = errors.slice(0, 4).map((error, j) => (error / 100) * [20, 12, 6, 4][j]!);
    for (const wrong of images) expect(wrong).toBeCloseTo(Math.round(wrong), 9);
  });
});

suite("figure 3", () => {
  test("draws the errors of the run's epochs", async () => {
    const { spec, svg } = await drawn("fig3", run);
    const training = run.epochs.map(({ train }) => 100 * (1 - train.topOne));
    const tested = run.epochs.map(({ evaluation }) => 100 * (1 - evaluation!.metrics.topOne));
    expect(valuesOf(spec, "error")).toEqual([...training, ...tested]);
    expect(svg).toContain("learning rate falls");
  });

  test("draws the mean over classes of a validation split, which is imbalanced", async () => {
    const recipe = { ...run.record.recipe, protocol: "honest" as const };
    const epochs = run.epochs.map((each) => {
      const metrics = { ...each.evaluation!.metrics, topOne: 0.9, balancedAccuracy: 0.25 };
      return { ...each, evaluation: { ...each.evaluation!, metrics } };
    });
    const honest = { ...run, record: { ...run.record, recipe }, epochs };
    const { spec, svg } = await drawn("fig3", honest);
    expect(valuesOf(spec, "error").slice(-2)).toEqual([75, 75]);
    expect(svg).toContain("validation, mean over classes");
  });
});

suite("figure 5", () => {
  test("draws the directions of three features, in training and test", async () => {
    const { spec, svg } = await drawn("fig5", onSphere);
    const points = [...spec.matchAll(/"x":([-\d.e]+),"y":([-\d.e]+),"depth":([-\d.e]+),"class"/g)];
    expect(points).toHaveLength(42 + 24); // all of tiny data
    for (const [, x, y, depth] of points) {
      expect(Math.hypot(Number(x), Number(y), Number(depth))).toBeCloseTo(1, 2);
    }
    for (const word of ["ERM, training", "ERM, test", "red (20)"]) expect(svg).toContain(word);
  });
});

suite("figure 6", () => {
  test("measures a linear classifier on the features before the learning rate fell", async () => {
    const early = { ...run, path: join(runsDir, "early") };
    cpSync(run.path, early.path, { recursive: true });
    rmSync(join(early.path, "model.safetensors")); // the features after it
    const { said, spec, svg } = await drawn("fig6", early);
    expect(said[0]).toBe("Training a linear classifier on the features of ERM, seed 0");
    const errors = valuesOf(spec, "error");
    expect(errors).toHaveLength(4);
    for (const error of errors) expect([0, 33.3, 66.7, 100]).toContainEqual(expect.closeTo(error, 1)); // 3 of 6 images
    expect(svg).toMatch(/ERM \(mean [\d.]+ %\)/);
  });
});
