import { parseEmbeddingSteps, vectorInputs } from "../../preparation/index.ts";
import { embeddingDataset } from "../embeddings/embedding-examples.ts";
import { arrayNamed } from "../embeddings/npz.ts";
import { readLabels, readVectors, type Vectors } from "../embeddings/read-vectors.ts";
import { tieColumns } from "../custom/read-ties.ts";
import { countingIds } from "../examples.ts";
import { fileError, originText } from "../files/file-error.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { findLabelColumn } from "../files/labels.ts";
import { findTable, tableFormat } from "../files/table-files.ts";
import { inputDialect, inputFromLines } from "./input-text.ts";
import { type KeptColumn, readKept } from "./kept-columns.ts";
import { trueLabels } from "./true-labels.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

/** Vectors of the size that training had. */
export async function embeddingInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const steps = parseEmbeddingSteps(preparation.record, preparation.path);
  const { paths, lines } = input;
  if (lines !== undefined) {
    requireJson(lines);
    return inputFromLines(lines, (path) =>
      embeddingInput(preparation, { ...input, paths: [path], lines: undefined }),
    );
  }
  const { vectors, kept } = await read(input);
  const { rows, size, values, origin } = vectors;
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
  const known = await knownLabels(vectors, preparation.classNames, input);
  return {
    dataset: embeddingDataset(examples, steps),
    raw: () => vectorInputs(values, size),
    origin,
    trueLabels: known?.labels,
    kept,
    notes: [...vectors.notes, ...(known?.notes ?? [])],
  };
}

async function read(input: PredictionInput): Promise<{
  readonly vectors: Vectors;
  readonly kept: readonly KeptColumn[] | undefined;
}> {
  const { paths, label, keep, options } = input;
  const vector = options?.["vector"];
  const dialect = inputDialect(paths[0] ?? "", input);
  const isTable = paths[0] !== undefined && tableFormat(paths[0]) !== undefined;
  const table = isTable
    ? await withDuckDB(async (db) => {
        const files = await findTable(db, paths, dialect);
        return {
          label: findLabelColumn(files, label)?.name,
          kept: keep && (await readKept(db, files, keep)),
        };
      })
    : undefined;
  const wanted = typeof vector === "string" ? vector : undefined;
  const without = tieColumns(options);
  const columns = {
    without,
    vector: wanted,
    label: table === undefined ? undefined : (table.label ?? null),
    dialect,
  };
  return { vectors: await readVectors(paths, columns), kept: table?.kept };
}

/** The true classes: of a file of their own, where one is named, or those beside the vectors. */
async function knownLabels(
  { rows, labels, origin }: Vectors,
  classNames: readonly string[],
  input: PredictionInput,
): Promise<ReturnType<typeof trueLabels> | undefined> {
  const array = input.labels === undefined ? undefined : await arrayNamed(input.paths[0], input.labels);
  const file = array === undefined ? input.labels : input.paths[0];
  const own =
    file === undefined
      ? labels && { labels, origin }
      : await readLabels(file, { rows, label: input.label, array, dialect: inputDialect(file, input) });
  return own === null ? undefined : trueLabels(own.labels, classNames, (i) => originText(own.origin(i)));
}

function requireJson([first = ""]: readonly string[]): void {
  if (first.trimStart().startsWith("{")) return;
  throw fileError("stdin", {
    expected: "vectors in a file, or in lines of JSON",
    got: "other lines",
    advice: "Give a .npy, .npz, .safetensors or table file.",
  });
}
