import { ExportError } from "../export-error.ts";
import { constantOf, listOf, type Lowered, type Lowering, numberOf, type Rule } from "../lowering.ts";
import type { ProgramValue } from "../program.ts";

type Sparse = Extract<Lowered, { readonly kind: "sparse" }>;

/** The row of each entry is that of its place in padded rows. */
const rowsOfEntries: Rule = () => ({ kind: "rows" });

/** Rows and columns, one upon the other. */
const stackedCoordinates =
  (dense: Rule): Rule =>
  (step, lowering) => {
    const [rows, columns] = listOf(step.args[0]);
    const isRows = rows !== undefined && standsFor(rows, "rows", lowering);
    const second = columns === undefined ? undefined : lowering.of(columns);
    if (!isRows || second?.kind !== "ragged") return dense(step, lowering);
    return { kind: "coordinates", columns: second.value };
  };

function standsFor(value: ProgramValue, kind: Lowered["kind"], lowering: Lowering): boolean {
  return lowering.of(value).kind === kind;
}

const sparseMatrix: Rule = ({ operator, args: [indices, values] }, lowering) => {
  const [where, what] = [lowering.of(indices), lowering.of(values)];
  if (where.kind !== "coordinates" || what.kind !== "ragged")
    throw new ExportError(operator, "rows of features", `${where.kind} and ${what.kind}`);
  return { kind: "sparse", columns: where.columns, values: what.value };
};

/** Σ values · the rows of a table [F, K] at the columns: [N, K]. */
function times({ columns, values }: Sparse, table: string, lowering: Lowering): string {
  const { graph } = lowering;
  const rows = graph.node("Gather", [table, columns]); // [N, L, K]
  const one = graph.node("Unsqueeze", [values, graph.integers([1])]); // [N, 1, L]
  return graph.node("Squeeze", [graph.node("MatMul", [one, rows]), graph.integers([1])]);
}

/** Of a sparse input the rows of the transposed weights, of which a text has few. */
const linear =
  (dense: Rule): Rule =>
  (step, lowering) => {
    const [input, weight, bias] = step.args;
    const lowered = lowering.of(input);
    if (lowered.kind !== "sparse") return dense(step, lowering);
    const weights = constantOf(weight);
    const [classes, features] = weights.shape as readonly [number, number];
    const turned = transposed(weights.values, [classes, features]);
    const columns = { ...weights, values: turned, shape: [features, classes] };
    const table = lowering.weights(columns, { scaleAxis: 1 });
    const sum = times(lowered, table, lowering);
    return bias === null || bias === undefined
      ? sum
      : lowering.graph.node("Add", [sum, lowering.dense(bias)]);
  };

function transposed(
  values: Float32Array,
  [rows, columns]: readonly [rows: number, columns: number],
): Float32Array {
  const into = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) into[j * rows + i] = values[i * columns + j]!; // as many
  }
  return into;
}

const product =
  (dense: Rule): Rule =>
  (step, lowering) => {
    const [input, other] = step.args;
    const lowered = lowering.of(input);
    return lowered.kind === "sparse"
      ? times(lowered, lowering.dense(other), lowering)
      : dense(step, lowering);
  };

/** No column stands twice in a row of features, so that each value is a number of the matrix. */
const coalesce: Rule = ({ args: [input] }, lowering) => lowering.of(input);

const power =
  (dense: Rule): Rule =>
  (step, lowering) => {
    const [input, exponent] = step.args;
    const lowered = lowering.of(input);
    if (lowered.kind !== "sparse") return dense(step, lowering);
    const values = lowering.graph.node("Pow", [lowered.values, lowering.graph.scalar(numberOf(exponent))]);
    return { ...lowered, values };
  };

/** Operators on sparse matrices, which ONNX has not, in front of those on dense ones. */
export function sparseRules(dense: Readonly<Record<string, Rule>>): Readonly<Record<string, Rule>> {
  const before = (operator: string, wrap: (rule: Rule) => Rule): Record<string, Rule> => ({
    [operator]: wrap(dense[operator]!), // there is one
  });
  return {
    ...dense,
    "aten::repeat_interleave.self_Tensor": rowsOfEntries,
    "aten::_sparse_coo_tensor_unsafe": sparseMatrix,
    "aten::coalesce": coalesce,
    ...before("aten::stack", stackedCoordinates),
    ...before("aten::linear", linear),
    ...before("aten::mm", product),
    ...before("aten::pow.Tensor_Scalar", power),
  };
}
