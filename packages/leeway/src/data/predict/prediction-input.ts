import { exampleNouns, type InputKind } from "../../catalogue/index.ts";
import { expected, RunError } from "../../errors.ts";
import type { CatalogueForm, PreparedExamples } from "../../preparation/index.ts";
import type { Dataset } from "../dataset.ts";
import type { Dialect } from "../files/dialect.ts";
import { isImageName } from "../images/decode.ts";
import type { BadImages } from "../images/image-source.ts";
import { exists } from "../files/bounded-read.ts";
import { fileError, missingPaths, type Origin } from "../files/file-error.ts";
import { backboneFor, backboneInput, exampleKind } from "./backbone-input.ts";
import { embeddingInput } from "./embedding-input.ts";
import { imageInput } from "./image-input.ts";
import type { KeptColumn } from "./kept-columns.ts";
import { tableInput } from "./table-input.ts";
import { textInput } from "./text-input.ts";

/** How a run made numbers of its examples: what predictions must do alike. */
export interface RunPreparation {
  readonly kind: InputKind;
  /** The run's `preparation.json`; null where its images were numbers from the start. */
  readonly record: unknown;
  /** Where it was read from, for errors. */
  readonly path: string;
  readonly classNames: readonly string[];
  /** The form of the catalogue's images, where `record` is null. */
  readonly catalogue?: CatalogueForm | undefined;
  /** Where the backbone is now, through which the run learned; by default where it was. */
  readonly backbone?: string | undefined;
}

/** What is to be predicted. */
export interface PredictionInput {
  /** Files, patterns, or a folder. */
  readonly paths: readonly string[];
  /** Texts or rows themselves, in place of paths: one a line. */
  readonly lines?: readonly string[] | undefined;
  /** The column of classes in training, if an option named it. */
  readonly label?: string | undefined;
  /** How tables and .txt files are written; by default as those of training. The encoding of lines is read already. */
  readonly dialect?: Dialect | undefined;
  /** A file of the true classes of vectors, row by row; or in a .npz their array's name. */
  readonly labels?: string | undefined;
  /** What happens when an image cannot be read; by default "stop". */
  readonly badImages?: BadImages | undefined;
  /** The columns of the input's table that are passed on, or "all"; by default none. */
  readonly keep?: readonly string[] | undefined;
  /** The options of the run's reader: columns' names and the like. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Examples that are to be classified, prepared as the run's own were. */
export interface PreparedInput {
  /** Its labels are all 0 and mean nothing. */
  readonly dataset: Dataset;
  /** The examples as the inputs of an exported graph, by which they are predicted without libtorch. */
  readonly raw: () => PreparedExamples;
  /** Where example `i`, from 0, stands. */
  readonly origin: (i: number) => Origin;
  /**
   * [N]: the classes that the input itself names, in the column or the folders that named them in training; -1 where it
   * names none that the run has. Undefined where it names none at all.
   */
  readonly trueLabels?: Int32Array | undefined;
  /** The columns that are passed on, where they were requested. */
  readonly kept?: readonly KeptColumn[] | undefined;
  /** What was not as in training, counted, with the first place. */
  readonly notes: readonly string[];
}

/**
 * Reads examples and makes numbers of them exactly as a run did with its own.
 *
 * @throws ArgumentError for columns to keep of an input that has none
 * @throws RunError with code "data" for nothing to predict, a missing column, a wrong kind of input
 * @throws RunError with code "run" if the run's preparation cannot be read
 */
export async function openPredictionInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const backbone = backboneFor(preparation, input);
  const kind = backbone === undefined ? preparation.kind : exampleKind(preparation);
  requireKind(kind, input);
  const reader = backbone === undefined ? readers[preparation.kind] : backboneInput;
  const read = await reader(preparation, input).catch(async (error: unknown) => {
    if (error instanceof RunError && error.code === "data") await requirePaths(input); // one error of all of them
    throw error;
  });
  if (read.dataset.labels.length > 0) {
    if (input.keep === undefined || read.kept !== undefined) return read;
    const got = input.paths.length === 0 ? "lines" : input.paths.slice(0, 3).join(", ");
    throw expected("predict", "keep", "to be columns of a table", got, "Leave it out, or give a table.");
  }
  throw fileError(input.paths[0] ?? "stdin", {
    expected: `${exampleNouns[kind]} to predict, of which the run has learned`,
    got: "none",
    advice: "Check the path.",
  });
}

/** Refuses files that are of another kind by the ending of their names. */
function requireKind(kind: InputKind, { paths }: PredictionInput): void {
  const other = (path: string): InputKind | undefined => {
    if (/\.(npy|npz|safetensors)$/i.test(path)) return "embedding";
    return isImageName(path) ? "image" : undefined;
  };
  const stray = paths.find((path) => (other(path) ?? kind) !== kind);
  if (stray === undefined) return;
  throw fileError(stray, {
    expected: `${exampleNouns[kind]} to predict, of which the run has learned`,
    got: exampleNouns[other(stray) ?? kind],
    advice: "Name another run, or other files.",
  });
}

/** Refuses files that are not there, all at once. */
async function requirePaths({ paths, lines }: PredictionInput): Promise<void> {
  if (lines !== undefined) return;
  const missing: string[] = [];
  for (const path of paths) if (!/[*?[]/.test(path) && !(await exists(path))) missing.push(path);
  if (missing.length > 0) throw missingPaths(missing, { expected: "something to predict", of: paths.length });
}

const readers: Readonly<
  Record<InputKind, (preparation: RunPreparation, input: PredictionInput) => Promise<PreparedInput>>
> = {
  table: tableInput,
  embedding: embeddingInput,
  text: textInput,
  image: imageInput,
};
