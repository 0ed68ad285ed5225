import { describe as suite, expect, test } from "vitest";
import {
  addInPlace,
  clamp,
  isTracedTensor,
  linear,
  memory,
  ones,
  op,
  reshape,
  type Tensor,
  tensor,
  trace,
  type TracedCall,
  type TracedTensor,
} from "../src/index.ts";

/** The ids of the tensors that a call is given. */
function read({ args }: TracedCall): number[] {
  return args.flatMap((arg) => (isTracedTensor(arg) ? [arg.id] : []));
}

suite("trace", () => {
  const x = tensor([1, 2, 3, 4], [2, 2]);
  const weight = tensor([1, 0, 0, 1], [2, 2]);

  test("records each operator by its name, with tensors in place of handles and numbers as they were given", () => {
    const { inputs, outputs, calls } = trace((input) => clamp(linear(input, weight), { max: 2 }), [x]);
    expect(calls.map(({ name }) => name)).toEqual(["aten::linear", "aten::clamp"]);
    const [first, second] = calls as [TracedCall, TracedCall];
    expect(read(first)[0]).toBe(inputs[0]!.id);
    expect(second.args.slice(1)).toEqual([null, 2]);
    expect(read(second)).toEqual(first.results.map((result) => (result as TracedTensor).id));
    expect(outputs[0]).toMatchObject({ dtype: "float32", shape: [2, 2] });
    expect(outputs[0]).toBe(second.results[0]);
  });

  test("copies what is neither input nor follows from one, once it is read, by the name that it is given", () => {
    const names = new Map([[weight, "fc.weight"]]);
    const { calls } = trace((input) => linear(input, weight.mul(3)), [x], { names });
    const [product, layer] = calls as [TracedCall, TracedCall];
    expect(product.args[0]).toMatchObject({ name: "fc.weight", values: Float32Array.of(1, 0, 0, 1) });
    expect(layer.args[1]).toMatchObject({ values: Float32Array.of(3, 0, 0, 3) });
    expect(layer.args[0]).not.toHaveProperty("values");
    expect(layer.results[0]).not.toHaveProperty("values");
  });

  test("records operators with several results, and lists of tensors", () => {
    const split = op<[Tensor, number, number], Tensor[]>("aten::split.Tensor");
    const stack = op<[readonly Tensor[], number], Tensor>("aten::stack");
    const { calls } = trace((input) => stack(split(input, 1, 0), 0), [x]);
    const [first, second] = calls as [TracedCall, TracedCall];
    expect(first.results).toHaveLength(2);
    expect(second.args[0]).toEqual(first.results);
  });

  test("refuses what works in place, and closes", () => {
    expect(() => trace((input) => addInPlace(ones([2, 2]), input), [x])).toThrow(
      "aten::add_.Tensor: expected operators that give a new tensor, got one that works in place",
    );
    const { calls } = trace((input) => reshape(input, [4]), [x]);
    reshape(x, [4]);
    expect(calls).toHaveLength(1);
  });

  test("refuses an output that no operator gave", () => {
    expect(() => trace(() => weight, [x])).toThrow(
      "trace: expected outputs to be results of operators, got a tensor that no operator gave",
    );
  });

  test("frees what the function made, and leaves inputs alone", () => {
    const before = memory().tensors;
    trace((input) => linear(input, weight).mul(2), [x]);
    expect(memory().tensors).toBe(before);
    expect(x.isDisposed).toBe(false);
  });
});
