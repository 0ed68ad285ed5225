import { listOf, numberOf, requireTensor, type Rule } from "../lowering.ts";

/** Rows of a table; of sequences without padding those of every place, also beyond a sequence's end. */
const embedding: Rule = ({ args: [table, indices] }, lowering) => {
  const where = lowering.of(indices);
  if (where.kind !== "packed")
    return lowering.graph.node("Gather", [lowering.dense(table), lowering.dense(indices)]);
  return { ...where, value: lowering.graph.node("Gather", [lowering.dense(table), where.value]) };
};

const indexSelect: Rule = ({ args: [input, dim, index] }, lowering) =>
  lowering.graph.node("Gather", [lowering.dense(input), lowering.dense(index)], {
    attributes: { axis: numberOf(dim) },
  });

const gather: Rule = ({ args: [input, dim, index] }, lowering) =>
  lowering.graph.node("GatherElements", [lowering.dense(input), lowering.dense(index)], {
    attributes: { axis: numberOf(dim) },
  });

const scatterAdd: Rule = ({ args: [input, dim, index, values] }, lowering) =>
  lowering.graph.node(
    "ScatterElements",
    [lowering.dense(input), lowering.dense(index), lowering.dense(values)],
    { attributes: { axis: numberOf(dim), reduction: "add" } },
  );

/** Values, and beside them the row of each column of codes in its own table. */
const embedBeside: Rule = ({ args: [values, codes, tables] }, lowering) => {
  const { graph } = lowering;
  const vectors = listOf(tables).map((table, g) => {
    const column = graph.node("Gather", [lowering.dense(codes), graph.scalar(g, "int64")], {
      attributes: { axis: 1 },
    });
    return graph.node("Gather", [lowering.dense(table), column]);
  });
  const numbers = requireTensor(values).shape[1] === 0 ? [] : [lowering.dense(values)];
  return graph.node("Concat", [...numbers, ...vectors], { attributes: { axis: 1 } });
};

/** Operators that look values up by their places, or put them there. */
export const indexingRules: Readonly<Record<string, Rule>> = {
  "aten::embedding": embedding,
  "aten::index_select": indexSelect,
  "aten::gather": gather,
  "aten::scatter_add": scatterAdd,
  "leeway::embed_beside": embedBeside,
};
