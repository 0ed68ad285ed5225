import {
  exampleFault,
  exampleReader,
  type GraphInputs,
  middle,
  parseEmbeddingSteps,
  parseSteps,
  parseVocabulary,
  type TableSteps,
} from "../../preparation/index.ts";
import type { Dataset } from "../dataset.ts";
import { embeddingDataset } from "../embeddings/embedding-examples.ts";
import { countingIds } from "../examples.ts";
import { decodeImage } from "../images/decode.ts";
import { imageDataset } from "../images/image-dataset.ts";
import type { Table } from "../tables/read-table.ts";
import { tableDataset } from "../tables/table-dataset.ts";
import { textExamples, textPreparation } from "../text/text-source.ts";
import { backboneVectors } from "./backbone-input.ts";
import { imageSteps } from "./image-input.ts";
import type { RunPreparation } from "./prediction-input.ts";

/**
 * Examples of a program as a data set.
 *
 * @throws ArgumentError that names the example, `["examples", 3]`, and the column of what is not as in training
 */
export type ToDataset<E = unknown> = (examples: readonly E[]) => Dataset | Promise<Dataset>;

/**
 * What prepares examples for a run's network as it prepared its own: rows as objects, vectors, texts, or the bytes of
 * images' files; through a backbone also what that makes vectors of. Nothing is written to disk.
 *
 * @param options of the run's reader: the column of texts, the decimal mark
 * @throws RunError with code "run" if the run's preparation is something else
 */
export function examplesDataset(
  preparation: RunPreparation,
  options: Readonly<Record<string, unknown>> | undefined,
): ToDataset {
  switch (preparation.kind) {
    case "table":
      return rowsDataset(preparation, options);
    case "embedding":
      return embeddedDataset(preparation, options);
    case "text":
      return textsDataset(preparation);
    case "image":
      return imagesDataset(preparation);
  }
}

const path = (i: number): readonly PropertyKey[] => ["examples", i];

/** What every data set of examples has: no classes. */
function unlabelled(
  length: number,
  { classNames }: RunPreparation,
): Pick<Dataset, "name" | "classNames" | "labels" | "ids"> {
  return { name: "examples", classNames, labels: new Int32Array(length), ids: countingIds(length) };
}

/** Reads examples as the inputs of a graph. */
function inputsReader(
  preparation: RunPreparation,
  options: Readonly<Record<string, unknown>> | undefined,
): (examples: readonly unknown[]) => GraphInputs {
  const reader = exampleReader({ ...preparation, options });
  return (examples) => reader.read(examples, path).inputs([...examples.keys()]);
}

function rowsDataset(
  preparation: RunPreparation,
  options: Readonly<Record<string, unknown>> | undefined,
): ToDataset {
  const steps = parseSteps(preparation.record, preparation.path);
  const inputs = inputsReader(preparation, options);
  return (rows) =>
    tableDataset(
      { ...unlabelled(rows.length, preparation), table: tableOf(inputs(rows), rows.length, steps) },
      steps,
    );
}

/** The inputs of a graph as the columns of a table. */
function tableOf(inputs: GraphInputs, rows: number, { numeric, categorical }: TableSteps): Table {
  const [numbers, codes] = [inputs["numbers"]?.data as Float64Array, inputs["codes"]?.data as BigInt64Array];
  const [F, G] = [numeric.length, categorical.length];
  return {
    numeric: numeric.map(({ name, reading, origin }, f) => ({
      ...{ name, reading, origin, unread: { count: 0, first: "" } },
      values: Float32Array.from({ length: rows }, (_, i) => numbers[i * F + f]! - origin),
    })),
    categorical: categorical.map(({ name, categories }, g) => {
      // The last stands for all that training had not; a missing value has no place.
      const distinct = [...categories.map((each) => each ?? ""), "\0"];
      const place = (code: number): number => {
        if (code === 0) return categories.length;
        return categories[code - 1] === null ? -1 : code - 1;
      };
      const own = Int32Array.from({ length: rows }, (_, i) => place(Number(codes[i * G + g])));
      return { name, distinct, codes: own };
    }),
  };
}

function vectorsDataset(
  preparation: RunPreparation,
  options: Readonly<Record<string, unknown>> | undefined,
): ToDataset {
  const steps = parseEmbeddingSteps(preparation.record, preparation.path);
  const inputs = inputsReader(preparation, options);
  const size = steps.mean.length;
  return (examples) => {
    const vectors = inputs(examples)["vectors"]?.data as Float32Array; // of every reader of vectors
    return embeddingDataset({ ...unlabelled(examples.length, preparation), size, vectors }, steps);
  };
}

/** Vectors, or where a run has a backbone images and texts, of which it makes them. */
function embeddedDataset(
  preparation: RunPreparation,
  options: Readonly<Record<string, unknown>> | undefined,
): ToDataset {
  const toDataset = vectorsDataset(preparation, options);
  return async (examples) => {
    if (!examples.some((each) => typeof each === "string" || each instanceof Uint8Array))
      return toDataset(examples);
    return toDataset(await backboneVectors(preparation, examples));
  };
}

function textsDataset(preparation: RunPreparation): ToDataset {
  const toNumbers = textPreparation(parseVocabulary(preparation.record));
  return (examples) => {
    const texts = examples.map((each, i) => {
      if (typeof each === "string") return each;
      throw exampleFault(path(i), { what: "to be a text", got: each });
    });
    return toNumbers.apply(textExamples({ ...unlabelled(texts.length, preparation), texts }));
  };
}

function imagesDataset(preparation: RunPreparation): ToDataset {
  const steps = imageSteps(preparation);
  const { side, channels, mean, std } = steps;
  const decoded = async (each: unknown, i: number): Promise<Uint8Array> => {
    if (!(each instanceof Uint8Array))
      throw exampleFault(path(i), { what: "to be an image's file", got: each });
    const image = await decodeImage(each, steps).catch((cause: unknown) => {
      const got = cause instanceof Error ? cause.message : String(cause);
      throw exampleFault(path(i), { what: "to be an image that can be read", got });
    });
    return middle(image, steps);
  };
  return async (examples) =>
    imageDataset({
      ...unlabelled(examples.length, preparation),
      ...{ mean, std, shape: { channels, height: side, width: side } },
      pixels: Buffer.concat(await Promise.all(examples.map(decoded))),
    });
}
