import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe as suite, expect, test } from "vitest";
import { encodeModel } from "../../src/onnx/encode.ts";
import { GraphBuilder } from "../../src/onnx/index.ts";

const ends = { type: "float32", shape: ["batch", 2] } as const;

suite("GraphBuilder", () => {
  test("makes graphs that run, with batches of any size", async () => {
    const graph = new GraphBuilder();
    const x = graph.input({ name: "x", ...ends });
    const weight = graph.initializer("weight", Float32Array.of(2, 3), { type: "float32", shape: [2] });
    graph.output(graph.node("Mul", [x, weight]), { name: "y", ...ends });
    const facts = { name: "test", version: "1", about: "", metadata: { classes: "[]" } };
    const model = await InferenceSession.create(encodeModel(graph.graph(), facts));
    for (const rows of [1, 3]) {
      const { y } = await model.run({ x: new Tensor(new Float32Array(2 * rows).fill(1), [rows, 2]) });
      expect([...(y!.data as Float32Array)]).toEqual(Array.from({ length: rows }, () => [2, 3]).flat());
    }
    await model.release();
  });

  test("leaves out what no output needs, and numbers values of one name", () => {
    const graph = new GraphBuilder();
    const x = graph.input({ name: "x", ...ends });
    graph.node("Neg", [graph.initializer("w", Float32Array.of(1, 2), { type: "float32", shape: [2] })]);
    const twice = graph.node("Relu", [graph.node("Relu", [x])]);
    graph.output(twice, { name: "y", ...ends });
    const { nodes, initializers } = graph.graph();
    expect(nodes.map(({ name }) => name)).toEqual(["relu", "relu_1", "y"]);
    expect(initializers).toEqual([]);
  });

  test("has each small constant once", () => {
    const graph = new GraphBuilder();
    expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
    expect(graph.scalar(0)).not.toBe(graph.scalar(-0));
    expect(graph.scalar(1)).not.toBe(graph.scalar(1, "float64"));
  });

  test("refuses values of another size, and an end of a name that is taken", () => {
    const graph = new GraphBuilder();
    expect(() => graph.initializer("w", Float32Array.of(1), { type: "float32", shape: [2] })).toThrow(
      "GraphBuilder.initializer: expected values to be 2 of w, got 1.",
    );
    graph.input({ name: "x", ...ends });
    expect(() => graph.input({ name: "x", ...ends })).toThrow("to be that of one value");
  });
});
