import { type Encoding, encodings } from "../encoding.ts";
import type { AskedInput } from "./prediction-input.ts";

/** How CSV and .txt files are read: as was asked for, else as the run's own were. */
export function inputEncoding({ encoding, options }: AskedInput): Encoding | undefined {
  return encoding ?? encodings.find((each) => each === options?.["encoding"]);
}
