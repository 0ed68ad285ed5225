import { arange, cat, expm1, linear, ones, relu, scope, type Tensor, tensor, trace } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { Lowering } from "../../src/exporting/lowering.ts";
import { rules } from "../../src/exporting/operators/index.ts";
import { type Program, programOf, type SizedTrace } from "../../src/exporting/program.ts";
import { ProgramRunner } from "../../src/exporting/run-program.ts";
import { GraphBuilder } from "../../src/onnx/index.ts";

const weight = tensor([1, 2, 3, 4], [2, 2]);

/** The program of a function of [N, 2]. */
function programOfBody(body: (x: Tensor) => Tensor): Program {
  const traced = (batch: number): SizedTrace => ({
    trace: trace((x) => body(x), [ones([batch, 2])]),
    sizes: { batch, length: 7 + batch },
  });
  return programOf(traced(3), traced(5));
}

suite("programOf", () => {
  const batch = { times: 1, axes: ["batch"] };

  test("knows sizes that follow the batch, and constants that do not", () => {
    const { steps, inputs } = programOfBody((x) => linear(x, weight.mul(2)).reshape([2 * x.shape[0]!, 1]));
    expect(inputs[0]!.shape).toEqual([batch, 2]);
    expect(steps.map(({ operator }) => operator)).toEqual(["aten::linear", "aten::reshape"]);
    expect(steps[0]!.args[1]).toMatchObject({ values: Float32Array.of(2, 4, 6, 8) });
    expect(steps[1]!.args[1]).toEqual([{ times: 2, axes: ["batch"] }, 1]);
  });

  test("keeps what is made of sizes alone, and drops what nothing reads", () => {
    const { steps } = programOfBody((x) => {
      relu(x);
      return x.add(arange(x.shape[0]!, { dtype: "float32" }).reshape([-1, 1]));
    });
    expect(steps.map(({ operator }) => operator)).toEqual([
      "aten::arange.start_step",
      "aten::reshape",
      "aten::add.Tensor",
    ]);
  });

  test("computes in libtorch what was traced, for batches of other sizes", () => {
    const body = (x: Tensor): Tensor => cat([linear(x, weight), ones([x.shape[0]!, 1])], 1).mul(3);
    const runner = new ProgramRunner(programOfBody(body));
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    expect(scope(() => runner.run([x])).toNumbers()).toEqual(body(x).toNumbers());
    runner.dispose();
  });

  test("names the operator where a function decides by the size of its batch", () => {
    expect(() => programOfBody((x) => (x.shape[0]! > 4 ? relu(x) : x.neg()))).toThrow(
      "aten::neg: expected the same operators whatever the size of a batch, got aten::relu.",
    );
    expect(() => programOfBody((x) => x.mul(x.shape[0]! ** 2))).toThrow(
      "aten::mul.Scalar: expected numbers that are multiples of a batch's sizes, got 9 and 25.",
    );
    expect(() => programOfBody((x) => x.mul(tensor([x.shape[0]!])))).toThrow(
      "aten::mul.Tensor: expected constants that are the same whatever the size of a batch",
    );
  });
});

suite("Lowering", () => {
  test("names an operator that has no rule", () => {
    const graph = new GraphBuilder();
    const x = graph.input({ name: "x", type: "float32", shape: ["batch", 2] });
    const lowering = new Lowering(graph, { batch: { input: x, dim: 0 } });
    expect(() =>
      lowering.write(
        programOfBody((each) => expm1(each)),
        [{ kind: "dense", value: x }],
        rules,
      ),
    ).toThrow("aten::expm1: expected an operator that exported graphs have, got another.");
  });
});
