import { expected, RunError } from "../errors.ts";

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a variable is set; an empty one counts as absent, since shells and manifests write `NAME=`. */
export function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? "") !== "";
}

/**
 * A variable as a whole number.
 *
 * @param min the least that it may be
 * @param max the most
 * @returns `absent` where it is not set
 * @throws RunError with code "usage" naming the variable
 */
export function wholeIn(
  environment: Environment,
  name: string,
  {
    min = 0,
    max = Number.MAX_SAFE_INTEGER,
    absent,
  }: { readonly min?: number; readonly max?: number; readonly absent?: number } = {},
): number {
  const text = environment[name] ?? "";
  if (text === "" && absent !== undefined) return absent;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw variableError(name, `a whole number ${range}`, environment[name]);
}

/**
 * A variable that must be set.
 *
 * @throws RunError with code "usage" naming it
 */
export function textIn(environment: Environment, name: string, what: string, advice = ""): string {
  const text = environment[name] ?? "";
  if (text === "") throw variableError(name, what, environment[name], advice);
  return text;
}

/** A variable that is impossible, in the form of all errors. */
export function variableError(name: string, what: string, got: unknown, advice = setByLauncher): RunError {
  return new RunError("usage", expected(name, "", what, got, advice).message);
}

const setByLauncher = "A launcher sets this environment variable: unset it to train in this process alone.";

/** Where rank 0 listens by convention, where nobody says otherwise. */
export const usualPort = 29_500;

/** A port in a variable. */
export function portIn(environment: Environment, name: string, absent = usualPort): number {
  return wholeIn(environment, name, { min: 1, max: 65_535, absent });
}
