import { spaces } from "./dialect.ts";

/** How a text's values are told apart. */
export interface LineRules {
  /** One character or more; {@link spaces} for one space or tab, or more. */
  readonly delimiter: string;
  /** One character; "" for none. */
  readonly quote: string;
}

/** Cuts a text that comes in parts into lines. */
interface LineSplitter {
  /** The lines that end in what was pushed so far. */
  push(text: string): string[];
  /** The rest. */
  end(): string[];
}

const [lineFeed, carriageReturn, space, tab] = [10, 13, 32, 9];

/**
 * A splitter at line ends of any kind, LF, CRLF and CR, but not at those inside quotes: a quote opens at the start of a
 * value, as DuckDB reads them.
 */
export function lineSplitter({ delimiter, quote }: LineRules): LineSplitter {
  const mark = quote === "" ? -1 : quote.charCodeAt(0);
  const bySpaces = delimiter === spaces;
  const last = delimiter.charCodeAt(delimiter.length - 1);
  let rest = "";
  let at = 0;
  let quoted = false;
  let fresh = true; // at the start of a value
  let closed = false; // right after a quote that closed: another one re-opens it
  const scan = (final: boolean): string[] => {
    const lines: string[] = [];
    let start = 0;
    for (; at < rest.length; at++) {
      const code = rest.charCodeAt(at);
      if (quoted) {
        if (code === mark) [quoted, closed] = [false, true];
        continue;
      }
      if (code === mark && (fresh || closed)) [quoted, fresh, closed] = [true, false, false];
      else if (code === lineFeed || code === carriageReturn) {
        if (code === carriageReturn && at + 1 === rest.length && !final) break; // the LF may follow
        lines.push(rest.slice(start, at));
        if (code === carriageReturn && rest.charCodeAt(at + 1) === lineFeed) at++;
        start = at + 1;
        [fresh, closed] = [true, false];
      } else {
        fresh = bySpaces
          ? code === space || code === tab
          : code === last &&
            (delimiter.length === 1 || rest.startsWith(delimiter, at + 1 - delimiter.length));
        closed = false;
      }
    }
    rest = rest.slice(start);
    at -= start;
    return lines;
  };
  return {
    push: (text) => {
      rest += text;
      return scan(false);
    },
    end: () => {
      const lines = scan(true);
      return rest === "" ? lines : [...lines, rest];
    },
  };
}

/** The lines of a whole text. */
export function linesOf(text: string, rules: LineRules): string[] {
  const splitter = lineSplitter(rules);
  return [...splitter.push(text), ...splitter.end()];
}

/** The values of a line. */
export function valuesIn(line: string, { delimiter, quote }: LineRules): string[] {
  if (delimiter === spaces) return spacedValues(line, quote);
  const values: string[] = [];
  let value = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i]!; // i is below the length
    if (letter === quote && quoted && line[i + 1] === quote) {
      value += quote;
      i++;
    } else if (letter === quote) quoted = !quoted;
    else if (!quoted && line.startsWith(delimiter, i)) {
      values.push(value);
      value = "";
      i += delimiter.length - 1;
    } else value += letter;
  }
  return [...values, value];
}

function spacedValues(line: string, quote: string): string[] {
  const mark = quote.replace(/[^\w]/g, "\\$&");
  const value =
    quote === "" ? /[^ \t]+/g : new RegExp(`${mark}(?:[^${mark}]|${mark}{2})*${mark}(?![^ \t])|[^ \t]+`, "g");
  return Array.from(line.matchAll(value), ([found]) =>
    quote !== "" && found.length > 1 && found.startsWith(quote) && found.endsWith(quote)
      ? found.slice(1, -1).replaceAll(quote + quote, quote)
      : found,
  );
}
