import type { AimedShare } from "../../decisions/index.ts";
import { didYouMean, someOf } from "../../errors.ts";
import { namedNumbers } from "../../inference/index.ts";
import { usageError } from "../options.ts";

/** `0.95`, `95%`, or `fraud=0.9,scam=0.8`: shares above 0 and at most 1, of recall or precision. */
export function parseShares(option: string, text: string, classNames: readonly string[]): AimedShare {
  const bare = shareOf(text);
  if (bare !== undefined) return requireShare(option, bare, text);
  const parts = namedNumbers(text);
  if (parts === undefined || parts.length === 0)
    throw usageError(option, "a share such as 0.95 or 95%, or class=share, …", text);
  const shares = parts.map(({ part, name, value }): [string, number] => {
    classOf(option, name, classNames);
    return [name, requireShare(option, value, part)];
  });
  if (new Set(shares.map(([name]) => name)).size < shares.length)
    throw usageError(option, "every class once", text);
  return Object.fromEntries(shares);
}

/** `50/1000`, `0.05` or `5%`: decisions for a class, as a share of all cases. */
export function parseAlerts(option: string, text: string): number {
  const [, alerts, cases] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(text) ?? [];
  const share = cases === undefined ? shareOf(text) : Number(alerts) / Number(cases);
  if (share !== undefined && share > 0 && share < 1) return share;
  throw usageError(option, "alerts of so many cases, such as 50/1000, or a share below 1 such as 0.05", text);
}

/** `0.1` or `10%`: the largest share of each class that is missed. */
export function parseAlpha(option: string, text: string): number {
  const share = shareOf(text);
  if (share !== undefined && share > 0 && share < 1) return share;
  throw usageError(option, "a share above 0 and below 1, such as 0.1 or 10%", text);
}

/** `missed=40,alarm=1`: what a missed example and a false alarm cost. */
export function parseCost(option: string, text: string): { readonly missed: number; readonly alarm: number } {
  const costs = new Map(namedNumbers(text)?.map(({ name, value }) => [name, value]));
  const [missed, alarm] = [costs.get("missed"), costs.get("alarm")];
  const unknown = [...costs.keys()].find((name) => !["missed", "alarm"].includes(name));
  const isRight = missed !== undefined && alarm !== undefined && missed > 0 && alarm > 0 && costs.size === 2;
  if (isRight) return { missed, alarm };
  const guess = unknown === undefined ? "" : didYouMean(unknown, ["missed", "alarm"]);
  throw usageError(option, "both costs above 0, such as missed=40,alarm=1", text, guess);
}

/** The class of a name; a misspelt one is answered with the nearest. */
export function classOf(option: string, name: string, classNames: readonly string[]): number {
  const at = classNames.indexOf(name);
  if (at >= 0) return at;
  throw usageError(option, `a class among ${someOf(classNames, 20)}`, name, didYouMean(name, classNames));
}

function requireShare(option: string, share: number, text: string): number {
  if (share > 0 && share <= 1) return share;
  throw usageError(option, "a share above 0 and at most 1, or 100%", text);
}

function shareOf(text: string): number | undefined {
  const [, digits, percent] = /^(\d*\.?\d+(?:e[+-]?\d+)?)(%?)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return percent === "%" ? Number(digits) / 100 : Number(digits);
}
