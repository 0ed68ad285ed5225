import type { NumberSummary } from "../analysis/index.ts";

/**
 * A fraction in per cent, `74.8 %`; a dash where there is none. What is not all and not nothing does not look like it:
 * `99.98 %` and `0.02 %` have as many digits more as that takes, up to six.
 */
export function percent(fraction: number | null, { digits = 1 } = {}): string {
  return fraction === null ? "–" : `${perCentText(100 * fraction, { digits })} %`;
}

/** The number of {@link percent}, of a number that is in per cent already. */
export function perCentText(value: number, { digits = 1 } = {}): string {
  const text = value.toFixed(digits);
  const looks = Number(text);
  const isOff = Math.abs(looks - value) > 1e-9; // by more than a sum of fractions is
  const misleads = (looks === 0 || looks === 100) && isOff && digits < 6;
  return misleads ? perCentText(value, { digits: digits + 1 }) : text;
}

/** A difference of two fractions in percentage points, `+8.5`; a dash where one is missing. */
export function pointsBetween(from: number | null, to: number | null): string {
  if (from === null || to === null) return "–";
  return signed(100 * (to - from), 1);
}

/** A difference with its sign, `+8.5` or `−0.3`, and `0.0` where it rounds to that. */
export function signed(difference: number, digits: number): string {
  const text = Math.abs(difference).toFixed(digits);
  return Number(text) === 0 ? text : `${difference > 0 ? "+" : "−"}${text}`;
}

/** Half of the 95 % interval of a mean; null where there is none, as of one number. */
export function halfInterval({ mean, interval }: NumberSummary): number | null {
  return interval === null ? null : interval[1] - mean;
}

/** `23.10 ± 0.42`: a number and how far it spreads, where that is known. */
export function withSpread(number: string, spread: number | null, digits: number): string {
  return spread === null ? number : `${number} ± ${spread.toFixed(digits)}`;
}

/** A number of things, with its thousands apart: `11,166`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A number of things with their name, which gets its plural: `1 class`, `3 classes`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Words as a sentence that a terminal can show, with a full stop where nothing else ends it. */
export function sentence(words: string): string {
  return printable(/[.?!]$/.test(words) ? words : `${words}.`);
}

/**
 * A text with names from data in it: a terminal would obey their control characters, and those that turn the direction
 * of writing. What joins letters in scripts such as Persian's stays.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, "?");
}

/** The longest class name that a table shows in full. */
const maxLetters = 40;

/** A class's name for a terminal: without control characters, and cut off where it would push a table apart. */
export function shownName(name: string): string {
  const letters = Array.from(printable(name));
  return letters.length <= maxLetters ? letters.join("") : `${letters.slice(0, maxLetters - 1).join("")}…`;
}

/** A time as on a clock: `0:07`, `12:34`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A path as it is pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What the classes of a shot group have of training examples: see `shotGroups`. */
export const groupCounts = { many: "more than 100", medium: "20 to 100", few: "fewer than 20" } as const;
