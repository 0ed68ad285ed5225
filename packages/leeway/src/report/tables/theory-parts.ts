import type { TradeOff } from "../../theory/index.ts";
import { count } from "../words.ts";

/** The trade-off of two classes, in lines. `from` says which margins it begins with. */
export function tradeOffLines(
  { sum, rate, margins, cost, best, bestCost, biasShift }: TradeOff,
  from: string,
): string[] {
  const pair = ([first, second]: readonly number[]): string => `${signed(first!)} and ${signed(second!)}`; // two
  return [
    `Two classes, γ₁ + γ₂ = ${sum.toFixed(3)} (Theorem 3, error falling as n^(-${plain(rate)})):`,
    `  ${from}: ${pair(margins)}, cost ${figure(cost)}`,
    `  the best: ${pair(best)}, cost ${figure(bestCost)}; shift the first bias by ${signed(biasShift)}, the second by ${signed(-biasShift)}`,
  ];
}

/** A bound or a term of one: three digits; a dash where it is infinite or missing. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  return value >= 1000 ? count(value) : signed(Number(value.toPrecision(3)), plain);
}

/** A number with a minus of its own width. */
export function signed(value: number, write = (size: number): string => size.toFixed(3)): string {
  const text = write(Math.abs(value));
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A number as short as it can be told: `0.5`, `100`, `0.3333`. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `1/4` for 0.25, `1/3` for a third; a decimal else. */
export function describeExponent(exponent: number): string {
  const under = Math.round(1 / exponent);
  return under > 1 && under < 10 && Math.abs(exponent * under - 1) < 1e-9 ? `1/${under}` : plain(exponent);
}
