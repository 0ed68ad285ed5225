import { encodings } from "../../catalogue/index.ts";
import type { Encoding } from "../files/encoding.ts";
import { tableFormat } from "../files/table-files.ts";
import type { PredictionInput } from "./prediction-input.ts";

/** How a file is read: as was asked for, else as the run's own were; JSON lines and Parquet have one encoding. */
export function inputEncoding(path: string, { encoding, options }: PredictionInput): Encoding | undefined {
  if (encoding !== undefined) return encoding;
  const format = tableFormat(path);
  if (format === "jsonl" || format === "parquet") return undefined;
  return encodings.find((each) => each === options?.["encoding"]);
}
