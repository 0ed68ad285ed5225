import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe as suite, expect, test } from "vitest";
import { probabilitiesEnd } from "../../src/exporting/calibrated-end.ts";
import { calibratedProbabilities, type Calibration } from "../../src/metrics/index.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import { GraphBuilder } from "../../src/onnx/index.ts";
import { random } from "../../src/random.ts";

const noise = random(2, "calibrated end");

/** The largest distance from `calibratedProbabilities`, for logits from near 0 to far beyond what a softmax tells apart. */
async function distance(classes: number, calibration: Calibration | null, scale = 2): Promise<number> {
  const logits = Float32Array.from(
    { length: 60 * classes },
    (_, i) => (noise.uniform() - 0.5) * 4 ** (i % 5),
  );
  const graph = new GraphBuilder();
  const input = graph.input({ name: "z", type: "float32", shape: ["batch", classes] });
  graph.output(probabilitiesEnd(graph, input, { scale, calibration }), {
    ...{ name: "p", type: "float32", shape: ["batch", classes] },
  });
  const bytes = encodeModel(graph.graph(), { name: "end", version: "0", about: "", metadata: {} });
  const model = await InferenceSession.create(bytes);
  const { p } = await model.run({ z: new Tensor(logits, [60, classes]) });
  await model.release();
  const expected = calibratedProbabilities(logits, calibration, { classes, scale });
  return Math.max(...(p!.data as Float32Array).map((value, i) => Math.abs(value - expected[i]!)));
}

const knots: readonly (readonly [number, number])[] = [
  [-3, -5],
  [-1, -1.5],
  [0.5, 0.75],
  [4, 4],
];

suite("probabilitiesEnd", () => {
  const plain = { temperature: 1.7, offsets: [0.3, -0.2], prior: "training" } as const;
  const three = { temperature: 0.6, offsets: [0.3, -0.2, 1], prior: "training" } as const;
  test.for<readonly [string, number, Calibration | null]>([
    ["without a calibration", 3, null],
    ["of an older record, whose offsets count only on request", 2, { temperature: 3, offsets: [1, 2] }],
    ["of temperature and offsets", 3, three],
    ["bent by Platt's curve", 2, { ...plain, curves: [{ beta: [1.4, 1.4, -0.3] }], shifts: [0, 0.2] }],
    [
      "bent by beta curves",
      3,
      {
        ...three,
        curves: [{ beta: [0.8, 1.3, 0.1] }, { beta: [0, 0, -2] }, { beta: [1, 0.5, 0] }],
        shifts: [0.1, 0, -0.4],
      },
    ],
    ["bent by a line through knots", 2, { ...plain, curves: [{ knots }], shifts: [0, 0] }],
    [
      "bent by lines, one of them level",
      3,
      {
        ...three,
        curves: [{ knots }, { knots: [[0, -1]] }, { knots: knots.slice(1, 3) }],
        shifts: [0, 0, 0],
      },
    ],
  ])("gives calibratedProbabilities %s", async ([, classes, calibration]) => {
    expect(await distance(classes, calibration)).toBeLessThan(2e-7); // two roundings to float32
  });
});
