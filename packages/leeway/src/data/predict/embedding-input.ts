import { embeddingDataset, parseEmbeddingSteps } from "../embeddings/embedding-examples.ts";
import { readVectors } from "../embeddings/read-vectors.ts";
import { countingIds } from "../examples.ts";
import { fileError, originText } from "../files/file-error.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { findLabelColumn } from "../files/labels.ts";
import { findTable, tableFormat } from "../files/table-files.ts";
import { inputDialect, inputFromLines } from "./input-text.ts";
import { trueLabels } from "./true-labels.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

/** Vectors of the size that training had. */
export async function embeddingInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const { paths, lines, label, options } = input;
  const steps = parseEmbeddingSteps(preparation.record, preparation.path);
  if (lines !== undefined) {
    requireJson(lines);
    return inputFromLines(lines, (path) => embeddingInput(preparation, { paths: [path], label, options }));
  }
  const vector = options?.["vector"];
  const dialect = inputDialect(paths[0] ?? "", input);
  const isTable = paths[0] !== undefined && tableFormat(paths[0]) !== undefined;
  const column = isTable
    ? await withDuckDB(async (db) => findLabelColumn(await findTable(db, paths, dialect), label)?.name)
    : undefined;
  const columns = { vector: typeof vector === "string" ? vector : undefined, label: column ?? null, dialect };
  const { rows, size, values, labels, origin } = await readVectors(paths, columns);
  if (size !== steps.mean.length) {
    const advice =
      "Make them with the network that made those of training; leave other number columns out of the table.";
    throw fileError(paths[0] ?? "embeddings", {
      expected: `vectors of ${steps.mean.length} numbers, as in training`,
      got: String(size),
      advice,
    });
  }
  const examples = {
    name: "input",
    classNames: preparation.classNames,
    labels: new Int32Array(rows),
    ids: countingIds(rows),
    size,
    vectors: values,
  };
  const place = (i: number): string => originText(origin(i));
  const known = labels === null ? undefined : trueLabels(labels, preparation.classNames, place);
  return {
    dataset: embeddingDataset(examples, steps),
    origin,
    trueLabels: known?.labels,
    notes: known?.notes ?? [],
  };
}

function requireJson([first = ""]: readonly string[]): void {
  if (first.trimStart().startsWith("{")) return;
  throw fileError("stdin", {
    expected: "vectors in a file, or in lines of JSON",
    got: "other lines",
    advice: "Give a .npy, .safetensors or table file.",
  });
}
