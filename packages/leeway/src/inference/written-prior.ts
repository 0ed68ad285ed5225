import type { RequestedPrior } from "./prediction.ts";

/**
 * Class frequencies as text: `fraud=0.01,fine=0.99`, the same as a JSON object, which every name of a class survives,
 * or `training` or `auto`. What the names and shares are is not looked at.
 *
 * @returns undefined for a text of another form
 */
export function writtenPrior(text: string): RequestedPrior | undefined {
  if (text === "training" || text === "auto") return text;
  if (text.startsWith("{")) return sharesOfJson(text);
  const shares = namedNumbers(text);
  return shares && Object.fromEntries(shares.map(({ name, value }) => [name, value]));
}

/** Numbers by the names of classes, `fraud=0.01,fine=0.99`; undefined where the text is something else. */
export function namedNumbers(
  text: string,
): { readonly part: string; readonly name: string; readonly value: number }[] | undefined {
  // A class may have a comma in its name: only one behind a number divides.
  const parts = [...text.matchAll(/(.+?)=([+-]?\d*\.?\d+(?:e[+-]?\d+)?)(?:,|$)/gi)];
  if (parts.map(([part]) => part).join("") !== text) return undefined;
  return parts.map(([part, name = "", digits]) => ({ part, name, value: Number(digits) }));
}

/** An object of JSON, whose shares may be no numbers. */
function sharesOfJson(text: string): Readonly<Record<string, number>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, number>>;
  } catch {
    return undefined;
  }
}
