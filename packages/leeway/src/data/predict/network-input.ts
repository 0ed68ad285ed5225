import type { InputShape } from "../dataset.ts";
import {
  parseEmbeddingSteps,
  parseSteps,
  parseVocabulary,
  type TableSteps,
} from "../../preparation/index.ts";
import { embeddingDataset } from "../embeddings/embedding-examples.ts";
import type { Table } from "../tables/read-table.ts";
import { tableDataset } from "../tables/table-dataset.ts";
import { textExamples, textPreparation } from "../text/text-source.ts";
import { imageSteps } from "./image-input.ts";
import type { RunPreparation } from "./prediction-input.ts";

/**
 * What the network of a run is made for, by how the run made numbers of its examples: no example is read.
 *
 * @throws RunError with code "run" if the run's preparation is of another kind
 */
export function networkInput(preparation: RunPreparation): InputShape {
  const { kind, record, path } = preparation;
  const none = { name: "none", classNames: preparation.classNames, labels: new Int32Array(0) };
  const ids = new Uint32Array(0);
  switch (kind) {
    case "image": {
      const { channels, side } = imageSteps(preparation);
      return { kind, channels, height: side, width: side };
    }
    case "table": {
      const steps = parseSteps(record, path);
      return tableDataset({ ...none, ids, table: withoutRows(steps) }, steps).input;
    }
    case "embedding": {
      const steps = parseEmbeddingSteps(record, path);
      const vectors = { size: steps.mean.length, vectors: new Float32Array(0) };
      return embeddingDataset({ ...none, ids, ...vectors }, steps).input;
    }
    case "text":
      return textPreparation(parseVocabulary(record)).apply(textExamples({ ...none, texts: [] })).input;
  }
}

function withoutRows({ numeric, categorical }: TableSteps): Table {
  return {
    numeric: numeric.map(({ name, reading, origin }) => ({
      ...{ name, reading, origin, values: new Float32Array(0), unread: { count: 0, first: "" } },
    })),
    categorical: categorical.map(({ name }) => ({ name, codes: new Int32Array(0), distinct: [] })),
  };
}
