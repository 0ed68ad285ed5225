import { Option } from "commander";
import { ArgumentError, didYouMean, expected, RunError } from "../errors.ts";
import { type NumberRange, rangeWords } from "../faults.ts";
import { faultWords, flagOf, type Origin } from "./fault-words.ts";

/** An option that takes a whole number, written as digits alone. */
export function wholeOption(flags: string, description: string, range: NumberRange): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => wholeNumber(nameOf(option), text, range));
}

/** An option that takes a decimal number such as `0.1` or `2e-4`. */
export function numberOption(flags: string, description: string, range: NumberRange): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => decimalNumber(nameOf(option), text, range));
}

/** An option that takes decimal numbers, divided by commas: `0.5,0.3,0.2`. */
export function numberListOption(flags: string, description: string, range: NumberRange): Option {
  const option = new Option(flags, description);
  return option.argParser((text) =>
    text.split(",").map((part) => decimalNumber(nameOf(option), part, range)),
  );
}

/** An option that takes names with a number each, `neg=0.1` or `fraud=20,ok=1`; given again it takes more. */
export function namedNumbersOption(flags: string, description: string, range: NamedRange): Option {
  const option = new Option(flags, description);
  return option.argParser((text, before: Readonly<Record<string, number>> | undefined) => {
    const [, form = flags] = /<(.+)>/.exec(flags) ?? [];
    const parts = namedParts(text) ?? refuse(nameOf(option), form, text);
    const read = range.isWhole ? wholeNumber : decimalNumber;
    const numbers = parts.map(([name, number]) => [name, read(nameOf(option), number, range)] as const);
    return { ...before, ...Object.fromEntries(numbers) };
  });
}

/** What the numbers of names may be. */
export interface NamedRange extends NumberRange {
  readonly isWhole: boolean;
}

/** `fraud=20,ok=1` in its parts; a name may hold commas, since each part ends with its number. */
function namedParts(text: string): (readonly [name: string, number: string])[] | undefined {
  const parts: (readonly [string, string])[] = [];
  let open = "";
  for (const piece of text.split(",")) {
    open = open === "" ? piece : `${open},${piece}`;
    const at = open.lastIndexOf("=");
    if (at < 1) continue;
    const name = open.slice(0, at);
    parts.push([parts.length === 0 ? name : name.trimStart(), open.slice(at + 1)]);
    open = "";
  }
  return open === "" && parts.length > 0 ? parts : undefined;
}

/** An option that takes ascending whole numbers, divided by commas: `160,180`. */
export function wholeListOption(flags: string, description: string, range: NumberRange): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => {
    const values = text.split(",").map((part) => wholeNumber(nameOf(option), part, range));
    const ascends = values.every((value, i) => i === 0 || value > values[i - 1]!);
    return ascends ? values : refuse(nameOf(option), "ascending numbers", text);
  });
}

/** An option that takes one of a few names; a misspelt one is answered with the nearest. */
export function choiceOption(flags: string, description: string, names: readonly string[]): Option {
  const option = new Option(flags, `${description}: ${names.join(", ")}`);
  return option.argParser((text) => {
    if (names.includes(text)) return text;
    return refuse(nameOf(option), `one of ${names.join(", ")}`, text, didYouMean(text, names));
  });
}

/** An option that takes names, divided by commas; what they may be, `namesAmong` checks when all is known. */
export function namesOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => text.split(","));
}

/**
 * Names as an option gave them, each once.
 *
 * @throws RunError with code "usage" for one that is not known, with the nearest that is
 */
export function namesAmong(option: string, names: readonly string[], known: readonly string[]): string[] {
  for (const name of names) {
    if (!known.includes(name))
      refuse(option, `names among ${known.join(", ")}`, name, didYouMean(name, known));
  }
  return [...new Set(names)];
}

/** A usage error in the house's form, naming the option. */
export function usageError(option: string, what: string, got: unknown, advice = ""): RunError {
  return new RunError("usage", expected(option, "", what, got, advice).message);
}

/**
 * Refuses options that have no effect on what is requested.
 *
 * @param given what was given, by the names that commander gives
 * @param where they are not: "without a run"
 * @throws RunError with code "usage" naming the first
 */
export function refuseStray(
  given: object,
  strays: readonly string[],
  { where, advice = "Leave it out." }: { readonly where: string; readonly advice?: string },
): void {
  const stray = Object.entries(given).find(([name, value]) => strays.includes(name) && value !== undefined);
  if (stray !== undefined) throw usageError(flagOf(stray[0]), `none ${where}`, stray[1], advice);
}

/**
 * Makes a recipe or reads data for one: what it finds impossible is a wrong use, in the words of who set the field.
 *
 * @param origin who set what; by default options
 * @throws RunError with code "usage" in place of an ArgumentError
 */
export async function asUsage<T>(make: () => T | Promise<T>, origin?: Origin): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    throw usageOf(cause, origin);
  }
}

/** An ArgumentError as the usage error that it is on the command line; anything else as it is. */
export function usageOf(cause: unknown, origin?: Origin): unknown {
  if (!(cause instanceof ArgumentError)) return cause;
  return new RunError("usage", faultWords(cause, origin), { cause });
}

function wholeNumber(name: string, text: string, range: NumberRange): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && allows(range, value)) return value;
  return refuse(name, `a whole number ${rangeWords(range)}`, text);
}

function decimalNumber(name: string, text: string, range: NumberRange): number {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (isNumber && Number.isFinite(Number(text)) && allows(range, Number(text))) return Number(text);
  return refuse(name, `a number ${rangeWords(range)}`, text);
}

function refuse(name: string, what: string, got: string, advice = ""): never {
  throw usageError(name, what, got, advice);
}

function allows(
  { min = 0, max = Infinity, aboveMin = false, belowMax = false }: NumberRange,
  value: number,
): boolean {
  return (aboveMin ? value > min : value >= min) && (belowMax ? value < max : value <= max);
}

/** The option's long name as it is typed: `--batch-size`. */
function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}
