import { isTensor, type ProgramValue, type Step } from "../program.ts";
import { type Lowering, numberOf, numbersOf, requireTensor, type Rule } from "../lowering.ts";

/** An operator of two numbers at each place, with what multiplies the second where there is one. */
function binary(operator: string): Rule {
  return (step, lowering) => {
    const [first, second, alpha = 1] = step.args;
    const { dtype } = step.results[0]!; // every such operator has one
    const other = operand(second, step, lowering);
    const factor = numberOf(alpha);
    const scaled =
      factor === 1
        ? other
        : lowering.graph.node("Mul", [other, lowering.graph.scalar(factor, numberType(dtype))]);
    return lowering.graph.node(operator, [lowering.as(first, dtype), scaled]);
  };
}

/** A tensor, or a number as one, of the result's type. */
function operand(value: ProgramValue, { results }: Step, lowering: Lowering): string {
  const { dtype } = results[0]!; // as above
  if (isTensor(value)) return lowering.as(value, dtype);
  return lowering.graph.scalar(numberOf(value), numberType(dtype));
}

function numberType(dtype: string): "float32" | "float64" | "int64" {
  return dtype === "int64" || dtype === "float64" ? dtype : "float32";
}

/** An operator that compares: its operands have a type of their own. */
function comparison(operator: string): Rule {
  return ({ args: [first, second] }, lowering) => {
    const { dtype } = requireTensor(first);
    const other = isTensor(second)
      ? lowering.as(second, dtype)
      : lowering.graph.scalar(numberOf(second), numberType(dtype));
    return lowering.graph.node(operator, [lowering.dense(first), other]);
  };
}

function unary(operator: string): Rule {
  return ({ args: [input] }, lowering) => lowering.graph.node(operator, [lowering.dense(input)]);
}

/** What changes nothing in a graph, whose values have no history and no layout. */
const same: Rule = ({ args: [input] }, lowering) => lowering.of(input);

const clamp: Rule = ({ args: [input, min, max] }, lowering) => {
  const { dtype } = requireTensor(input);
  const end = (value: ProgramValue): string =>
    value === null || value === undefined ? "" : lowering.graph.scalar(numberOf(value), numberType(dtype));
  return lowering.graph.node("Clip", [lowering.dense(input), end(min), end(max)]);
};

const convert =
  (argument: number): Rule =>
  (step, lowering) =>
    step.args[argument] === undefined
      ? lowering.of(step.args[0])
      : lowering.as(step.args[0], step.results[0]!.dtype); // it has one

const norm: Rule = ({ args: [input, p, dims, keepdim] }, lowering) => {
  const operator = numberOf(p) === 1 ? "ReduceL1" : "ReduceL2";
  const attributes = { axes: numbersOf(dims), keepdims: keepdim === true ? 1 : 0 };
  return lowering.graph.node(operator, [lowering.dense(input)], { attributes });
};

const maskedFill: Rule = ({ args: [input, mask, value] }, lowering) =>
  lowering.graph.node("Where", [
    lowering.dense(mask),
    lowering.graph.scalar(numberOf(value), numberType(requireTensor(input).dtype)),
    lowering.dense(input),
  ]);

const where: Rule = (step, lowering) => {
  const [condition, first, second] = step.args;
  return lowering.graph.node("Where", [
    lowering.dense(condition),
    operand(first, step, lowering),
    operand(second, step, lowering),
  ]);
};

/** Operators of each number by itself. */
export const elementwiseRules: Readonly<Record<string, Rule>> = {
  "aten::add.Tensor": binary("Add"),
  "aten::add.Scalar": binary("Add"),
  "aten::sub.Tensor": binary("Sub"),
  "aten::sub.Scalar": binary("Sub"),
  "aten::mul.Tensor": binary("Mul"),
  "aten::mul.Scalar": binary("Mul"),
  "aten::div.Tensor": binary("Div"),
  "aten::div.Scalar": binary("Div"),
  "aten::pow.Tensor_Scalar": binary("Pow"),
  "aten::pow.Tensor_Tensor": binary("Pow"),
  "aten::lt.Tensor": comparison("Less"),
  "aten::eq.Tensor": comparison("Equal"),
  "aten::eq.Scalar": comparison("Equal"),
  "aten::clamp": clamp,
  "aten::neg": unary("Neg"),
  "aten::exp": unary("Exp"),
  "aten::log": unary("Log"),
  "aten::sqrt": unary("Sqrt"),
  "aten::abs": unary("Abs"),
  "aten::relu": unary("Relu"),
  "aten::sigmoid": unary("Sigmoid"),
  "aten::tanh": unary("Tanh"),
  "aten::norm.ScalarOpt_dim": norm,
  "aten::masked_fill.Scalar": maskedFill,
  "aten::where.self": where,
  "aten::to.dtype": convert(1),
  "aten::to.device": convert(2),
  "aten::detach": same,
  "aten::clone": same,
  "aten::contiguous": same,
};
