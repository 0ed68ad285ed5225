import { embeddingDataset, parseEmbeddingSteps } from "../embeddings/embedding-examples.ts";
import { readVectors } from "../embeddings/read-vectors.ts";
import { countingIds } from "../examples.ts";
import { fileError } from "../files/file-error.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { findTable, tableFormat } from "../files/table-files.ts";
import { inputFromLines } from "./input-text.ts";
import { givenColumn, givenLabels } from "./given-labels.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

/** Vectors of the size that training had. */
export async function embeddingInput(
  preparation: RunPreparation,
  { paths, lines, label, options }: PredictionInput,
): Promise<PreparedInput> {
  const steps = parseEmbeddingSteps(preparation.record, preparation.path);
  if (lines !== undefined) {
    requireJson(lines);
    return inputFromLines(lines, (path) => embeddingInput(preparation, { paths: [path], label, options }));
  }
  const vector = options?.["vector"];
  const isTable = paths[0] !== undefined && tableFormat(paths[0]) !== undefined;
  const column = isTable
    ? await withDuckDB(async (db) => givenColumn(await findTable(db, paths), label)?.name)
    : undefined;
  const asked = { vector: typeof vector === "string" ? vector : undefined, label: column ?? null };
  const { rows, size, values, labels, place } = await readVectors(paths, asked);
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
  const given = labels === null ? undefined : givenLabels(labels, preparation.classNames, place);
  return {
    dataset: embeddingDataset(examples, steps),
    origin: (i) => {
      const [file = "", row = ""] = place(i).split(/, row (?=\d+$)/);
      return { file, row: Number(row) };
    },
    given: given?.given,
    notes: given?.notes ?? [],
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
