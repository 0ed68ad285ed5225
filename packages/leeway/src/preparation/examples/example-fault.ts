import { ArgumentError } from "../../errors.ts";

/** What is wrong with an example. */
interface Fault {
  /** What was expected: "to be a number". */
  readonly what: string;
  readonly got: unknown;
  readonly advice?: string;
}

/** The error of an example, or of a column of it, by the way to it. */
export function exampleFault(path: readonly PropertyKey[], { what, got, advice = "" }: Fault): ArgumentError {
  return new ArgumentError({ where: "predict", path, what, got, advice });
}
