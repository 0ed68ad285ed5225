import { shown } from "../../errors.ts";
import { ExportError } from "../export-error.ts";
import type { ProgramValue } from "../program.ts";
import { type Lowering, numberOf, numbersOf, requireTensor, type Rule } from "../lowering.ts";

const linear: Rule = ({ args: [input, weight, bias] }, lowering) => {
  const { shape } = requireTensor(input);
  const added = bias === null || bias === undefined ? [] : [lowering.dense(bias)];
  if (shape.length !== 2)
    throw new ExportError("aten::linear", "an input of 2 dimensions", `${shape.length}`);
  return lowering.graph.node("Gemm", [lowering.dense(input), lowering.dense(weight), ...added], {
    attributes: { transB: 1 },
    name: "linear",
  });
};

const product: Rule = ({ args: [input, other] }, lowering) =>
  lowering.graph.node("MatMul", [lowering.dense(input), lowering.dense(other)]);

const convolution: Rule = ({ args: [input, weight, bias, ...geometry] }, lowering) => {
  const [stride, padding, dilation, groups] = geometry;
  const [high = 0, wide = 0] = pair(padding);
  const attributes = {
    kernel_shape: numbersOf(requireTensor(weight).shape).slice(2),
    strides: pair(stride),
    pads: [high, wide, high, wide],
    dilations: pair(dilation),
    group: numberOf(groups),
  };
  const added = bias === null || bias === undefined ? [] : [lowering.dense(bias)];
  return lowering.graph.node("Conv", [lowering.dense(input), lowering.dense(weight), ...added], {
    attributes,
  });
};

/** One number stands for height and width. */
function pair(value: ProgramValue): number[] {
  const numbers = numbersOf(value);
  return numbers.length === 1 ? [numbers[0]!, numbers[0]!] : numbers; // there is one
}

/** leeway::batch_norm_act and its twin: by the statistics of training, plus a residual, through ReLU. */
const batchNorm: Rule = (step, lowering) => {
  const [input, residual, weight, bias, mean, variance, training, , epsilon, relu] = step.args;
  if (training === true) throw new ExportError(step.operator, "a network that evaluates", "one that learns");
  const { graph } = lowering;
  const inputs = [input, weight, bias, mean, variance].map((each) => lowering.dense(each));
  const normalised = graph.node("BatchNormalization", inputs, {
    attributes: { epsilon: { float: numberOf(epsilon) } },
    name: "batch_norm",
  });
  const other = lowering.optional(residual);
  const added = other === "" ? normalised : graph.node("Add", [normalised, other]);
  const result = relu === true ? graph.node("Relu", [added]) : added;
  return step.results.map(() => result);
};

/** Of the input plus a bias, over the last dimension, and through ReLU. */
const layerNorm: Rule = ({ args: [input, added, weight, bias, epsilon, relu] }, lowering) => {
  const { graph } = lowering;
  const before = lowering.optional(added);
  const sum = before === "" ? lowering.dense(input) : graph.node("Add", [lowering.dense(input), before]);
  const normalised = normalisation([sum, weight, bias, epsilon], lowering);
  return relu === true ? graph.node("Relu", [normalised]) : normalised;
};

const plainLayerNorm: Rule = ({ args: [input, shape, weight, bias, epsilon] }, lowering) => {
  if (numbersOf(shape).length !== 1)
    throw new ExportError("aten::layer_norm", "normalisation over one dimension", "more");
  return normalisation([lowering.dense(input), weight, bias, epsilon], lowering);
};

function normalisation(
  [input, weight, bias, epsilon]: readonly [string, ProgramValue, ProgramValue, ProgramValue],
  lowering: Lowering,
): string {
  return lowering.graph.node(
    "LayerNormalization",
    [input, lowering.dense(weight), ...(bias === null ? [] : [lowering.dense(bias)])],
    { attributes: { axis: -1, epsilon: { float: numberOf(epsilon) } }, name: "layer_norm" },
  );
}

function pool(operator: string): Rule {
  return ({ args: [input, size, stride, padding] }, lowering) => {
    const [high = 0, wide = 0] = pair(padding ?? 0);
    const attributes = {
      kernel_shape: pair(size),
      strides: pair(stride),
      pads: [high, wide, high, wide],
      ...(operator === "AveragePool" && { count_include_pad: 1 }), // as libtorch counts
    };
    return lowering.graph.node(operator, [lowering.dense(input)], { attributes });
  };
}

const adaptivePool: Rule = ({ operator, args: [input, size] }, lowering) => {
  if (pair(size).some((side) => side !== 1))
    throw new ExportError(operator, "a size of 1", shown(pair(size)));
  return lowering.graph.node("GlobalAveragePool", [lowering.dense(input)]);
};

const dropout: Rule = ({ operator, args: [input, , training] }, lowering) => {
  if (training === true) throw new ExportError(operator, "a network that evaluates", "one that learns");
  return lowering.of(input);
};

/** Operators with weights, and what stands between them. */
export const layerRules: Readonly<Record<string, Rule>> = {
  "aten::mm": product,
  "aten::matmul": product,
  "aten::linear": linear,
  "leeway::conv2d": convolution,
  "leeway::batch_norm_act": batchNorm,
  "leeway::batch_norm_act_twice": batchNorm,
  "leeway::layer_norm_act": layerNorm,
  "aten::layer_norm": plainLayerNorm,
  "aten::max_pool2d": pool("MaxPool"),
  "aten::avg_pool2d": pool("AveragePool"),
  "aten::adaptive_avg_pool2d": adaptivePool,
  "aten::dropout": dropout,
};
