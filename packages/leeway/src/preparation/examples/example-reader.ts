import type { InputKind } from "../../catalogue/index.ts";
import { decimalMarks } from "../../catalogue/index.ts";
import { parseEmbeddingSteps } from "../embedding-steps.ts";
import { parseImageSteps } from "../images/image-steps.ts";
import { parseSteps } from "../tables/table-steps.ts";
import { parseVocabulary } from "../text/parse-vocabulary.ts";
import type { ExampleReader } from "./inputs.ts";
import { pixelReader } from "./pixel-reader.ts";
import { rowReader } from "./row-reader.ts";
import { textReader } from "./text-reader.ts";
import { vectorReader } from "./vector-reader.ts";

/** Whose examples are read. */
interface Prepared {
  readonly kind: InputKind;
  /** `preparation.json` */
  readonly record: unknown;
  /** Where it was read from, for errors. */
  readonly path: string;
  /** Options of the reader of training's files: `text` and `vector` name columns, `decimal` a mark. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What turns examples into the inputs of a graph, by a model's `preparation.json`.
 *
 * @throws RunError with code "run" if that is something else
 */
export function exampleReader({ kind, record, path, options = {} }: Prepared): ExampleReader {
  const named = (option: string): string | undefined => {
    const value = options[option];
    return typeof value === "string" ? value : undefined;
  };
  switch (kind) {
    case "table": {
      const decimal = decimalMarks.find((mark) => mark === options["decimal"]);
      return rowReader(parseSteps(record, path), { decimal });
    }
    case "embedding":
      return vectorReader(parseEmbeddingSteps(record, path), { column: named("vector") });
    case "text":
      return textReader(parseVocabulary(record), { column: named("text") });
    case "image":
      return pixelReader(parseImageSteps(record, path));
  }
}
