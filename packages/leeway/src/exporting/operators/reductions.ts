import { numberOf, numbersOf, requireTensor, type Rule } from "../lowering.ts";

/** Over some dimensions, named by an attribute. */
function reduction(operator: string): Rule {
  return ({ args: [input, dims, keepdim] }, lowering) => {
    const axes = dims === undefined ? requireTensor(input).shape.map((_, i) => i) : numbersOf(dims);
    const attributes = { axes, keepdims: keepdim === true ? 1 : 0 };
    return lowering.graph.node(operator, [lowering.dense(input)], { attributes });
  };
}

/** In this version of ONNX the one reduction whose dimensions are an input. */
const sum: Rule = ({ args: [input, dims, keepdim] }, lowering) => {
  const axes = dims === undefined ? requireTensor(input).shape.map((_, i) => i) : numbersOf(dims);
  return lowering.graph.node("ReduceSum", [lowering.dense(input), lowering.graph.integers(axes)], {
    attributes: { keepdims: keepdim === true ? 1 : 0 },
  });
};

/** The largest values, and where they stand. */
const max: Rule = (step, lowering) => {
  const [input, dim, keepdim] = step.args;
  const keepdims = keepdim === true ? 1 : 0;
  const value = lowering.dense(input);
  return [
    reduction("ReduceMax")(step, lowering) as string,
    lowering.graph.node("ArgMax", [value], { attributes: { axis: numberOf(dim), keepdims } }),
  ];
};

const argmax: Rule = ({ args: [input, dim, keepdim] }, lowering) =>
  lowering.graph.node("ArgMax", [lowering.dense(input)], {
    attributes: { axis: numberOf(dim), keepdims: keepdim === true ? 1 : 0 },
  });

/** Operators over dimensions. */
export const reductionRules: Readonly<Record<string, Rule>> = {
  "aten::sum": sum,
  "aten::sum.dim_IntList": sum,
  "aten::mean": reduction("ReduceMean"),
  "aten::mean.dim": reduction("ReduceMean"),
  "aten::max.dim": max,
  "aten::argmax": argmax,
};
