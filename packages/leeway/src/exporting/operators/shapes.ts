import { isOpen, type ProgramValue, type Size, type Step } from "../program.ts";
import {
  type Lowering,
  listOf,
  numberOf,
  numbersOf,
  requireTensor,
  type Rule,
  sizesOf,
} from "../lowering.ts";

const reshape: Rule = ({ args: [input, shape] }, lowering) => {
  const sizes = sizesOf(shape);
  // One size that is open follows from the others.
  const open = sizes.filter(isOpen).length;
  const known = open === 1 && !sizes.includes(-1) ? sizes.map((size) => (isOpen(size) ? -1 : size)) : sizes;
  return lowering.graph.node("Reshape", [lowering.dense(input), lowering.shape(known)]);
};

const permute: Rule = ({ args: [input, dims] }, lowering) => {
  const { shape } = requireTensor(input);
  const perm = numbersOf(dims).map((dim) => at(dim, shape.length));
  return lowering.graph.node("Transpose", [lowering.dense(input)], { attributes: { perm } });
};

const transpose: Rule = ({ args: [input, first, second] }, lowering) => {
  const { shape } = requireTensor(input);
  const [one, other] = [at(numberOf(first), shape.length), at(numberOf(second), shape.length)];
  const perm = shape.map((_, i) => (i === one ? other : i === other ? one : i));
  return lowering.graph.node("Transpose", [lowering.dense(input)], { attributes: { perm } });
};

/** Counted from the front. */
function at(dim: number, rank: number): number {
  return dim < 0 ? dim + rank : dim;
}

/** Parts of no size are left out: onnxruntime has no values for them. */
const cat: Rule = (step, lowering) => {
  const [tensors, dim] = step.args;
  const axis = numberOf(dim);
  const { dtype } = step.results[0]!; // it has one
  const parts = listOf(tensors).filter((part) => {
    const { shape } = requireTensor(part);
    return shape[at(axis, shape.length)] !== 0;
  });
  const names = parts.map((part) => lowering.as(part, dtype));
  return names.length === 1 ? names[0]! : lowering.graph.node("Concat", names, { attributes: { axis } });
};

const stack: Rule = ({ args: [tensors, dim] }, lowering) => {
  const axes = lowering.graph.integers([numberOf(dim)]);
  const parts = listOf(tensors).map((part) => lowering.graph.node("Unsqueeze", [lowering.dense(part), axes]));
  return lowering.graph.node("Concat", parts, { attributes: { axis: numberOf(dim) } });
};

function withAxis(operator: string): Rule {
  return ({ args: [input, dim] }, lowering) =>
    lowering.graph.node(operator, [lowering.dense(input), lowering.graph.integers([numberOf(dim)])]);
}

const flatten: Rule = ({ args: [input], results }, lowering) =>
  reshapedTo(input, results[0]!.shape, lowering); // it has one

function reshapedTo(input: ProgramValue, shape: readonly Size[], lowering: Lowering): string {
  const open = shape.filter(isOpen).length;
  const sizes = open === 1 ? shape.map((size) => (isOpen(size) ? -1 : size)) : shape;
  return lowering.graph.node("Reshape", [lowering.dense(input), lowering.shape(sizes)]);
}

/** libtorch's end may lie beyond the last place, or be left out. */
const slice: Rule = ({ args: [input, dim, start, end, step] }, lowering) =>
  lowering.graph.node("Slice", [
    lowering.dense(input),
    lowering.graph.integers([numberOf(start)]),
    typeof end === "number" ? lowering.graph.integers([end]) : lowering.graph.integers([2 ** 31 - 1]),
    lowering.graph.integers([numberOf(dim)]),
    lowering.graph.integers([numberOf(step ?? 1)]),
  ]);

/** Every `stride`-th pixel, between zeros for new channels, half of them before and half after. */
const paddedShortcut: Rule = ({ args: [input, stride, channels], results: [result] }, lowering) => {
  const { graph } = lowering;
  const step = numberOf(stride);
  const far = 2 ** 31 - 1;
  const picked =
    step === 1
      ? lowering.dense(input)
      : graph.node("Slice", [
          lowering.dense(input),
          graph.integers([0, 0]),
          graph.integers([far, far]),
          graph.integers([2, 3]),
          graph.integers([step, step]),
        ]);
  const added = numberOf(channels) - numberOf(requireTensor(input).shape[1]);
  const before = added >> 1;
  const pads = result!.shape.flatMap((_, i) => (i === 1 ? before : 0)); // it has one
  const after = result!.shape.flatMap((_, i) => (i === 1 ? added - before : 0)); // likewise
  return graph.node("Pad", [picked, graph.integers([...pads, ...after]), graph.scalar(0)]);
};

const constantPad: Rule = ({ args: [input, sizes, value] }, lowering) => {
  const { shape } = requireTensor(input);
  const pairs = numbersOf(sizes);
  const around = shape.map((_, i) => {
    const pair = 2 * (shape.length - 1 - i); // the last dimension comes first
    return [pairs[pair] ?? 0, pairs[pair + 1] ?? 0] as const;
  });
  const pads = [...around.map(([before]) => before), ...around.map(([, after]) => after)];
  return lowering.graph.node("Pad", [
    lowering.dense(input),
    lowering.graph.integers(pads),
    lowering.graph.scalar(numberOf(value)),
  ]);
};

/** One value at all places of a shape that is known only when the graph runs. */
function filled(value: (step: Step) => number): Rule {
  return (step, lowering) => {
    const { graph } = lowering;
    const { dtype } = step.results[0]!; // it has one
    const type = dtype === "int64" || dtype === "float64" ? dtype : "float32";
    return graph.node("Expand", [graph.scalar(value(step), type), lowering.shape(sizesOf(step.args[0]))]);
  };
}

const arange: Rule = (step, lowering) => {
  const [start, end, by] = step.args;
  const { dtype } = step.results[0]!; // it has one
  const limit = isOpen(end) ? lowering.size(end) : lowering.graph.scalar(numberOf(end), "int64");
  const ends = [
    lowering.graph.scalar(numberOf(start), "int64"),
    limit,
    lowering.graph.scalar(numberOf(by ?? 1), "int64"),
  ];
  const range = lowering.graph.node("Range", ends);
  return dtype === "int64" ? range : lowering.graph.cast(range, "float32");
};

/** Operators that move values, and those that make some. */
export const shapeRules: Readonly<Record<string, Rule>> = {
  "aten::reshape": reshape,
  "aten::permute": permute,
  "aten::transpose.int": transpose,
  "aten::cat": cat,
  "aten::stack": stack,
  "aten::unsqueeze": withAxis("Unsqueeze"),
  "aten::squeeze.dim": withAxis("Squeeze"),
  "aten::flatten.using_ints": flatten,
  "aten::slice.Tensor": slice,
  "leeway::padded_shortcut": paddedShortcut,
  "aten::constant_pad_nd": constantPad,
  "aten::zeros": filled(() => 0),
  "aten::ones": filled(() => 1),
  "aten::full": filled(({ args }) => numberOf(args[1])),
  "aten::arange.start_step": arange,
};
