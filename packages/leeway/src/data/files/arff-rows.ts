import type { Dialect } from "./dialect.ts";
import { type WebEncoding, webDecoder } from "./encoding.ts";
import { fileError } from "./file-error.ts";
import type { Contents } from "./packed.ts";
import type { Rows } from "./readable-table.ts";
import { linesOf, lineSplitter } from "./text-lines.ts";
import { surveyText } from "./text-survey.ts";

/**
 * The rows of an ARFF file, its attributes' names first: `?` is an empty value, quotes are taken off.
 *
 * @throws RunError with code "data" that names the line of a header that cannot be read, or of a sparse row
 * @source Weka's description of the format, https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
 */
export async function arffRows(contents: Contents, dialect: Dialect): Promise<Rows> {
  const { decoder, start, note } = await surveyText(contents, dialect.encoding);
  const text = webDecoder(decoder, { fatal: false }).decode(start, { stream: true });
  const names = attributesIn(contents.path, linesOf(text, plain));
  return { rows: rowsOf(contents, names, decoder), notes: note === undefined ? [] : [note] };
}

/** No quote spans lines in ARFF. */
const plain = { delimiter: ",", quote: "" };

function attributesIn(path: string, lines: readonly string[]): string[] {
  const names: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (/^\s*@data\s*$/i.test(line)) {
      if (names.length > 0) return names;
      break;
    }
    if (/^\s*@attribute\b/i.test(line)) names.push(attributeName(path, line, i + 1));
  }
  const advice = "Check the file: @attribute lines, then @data.";
  const got = names.length === 0 ? "no @attribute" : "no @data";
  throw fileError(path, { expected: "an ARFF header", got, advice });
}

function attributeName(path: string, line: string, number: number): string {
  const [, quoted, plainName] = /^\s*@attribute\s+(?:(["'].*?(?<!\\)["'])|([^\s{]+))\s*\S/i.exec(line) ?? [];
  const name = quoted === undefined ? plainName : unquoted(quoted);
  if (name !== undefined) return name;
  throw fileError(path, {
    part: `line ${number}`,
    expected: "@attribute, a name and a type",
    got: `"${line.slice(0, 60)}"`,
    advice: "Mend the line.",
  });
}

async function* rowsOf(
  { path, bytes }: Contents,
  names: readonly string[],
  decoder: WebEncoding,
): AsyncGenerator<readonly string[], void, undefined> {
  yield names;
  const decode = webDecoder(decoder, { fatal: false });
  const splitter = lineSplitter(plain);
  let number = 0;
  let inData = false;
  const read = function* (lines: readonly string[]): Generator<readonly string[], void, undefined> {
    for (const line of lines) {
      number++;
      if (!inData) inData = /^\s*@data\s*$/i.test(line);
      else if (line.trim() !== "" && !line.trimStart().startsWith("%"))
        yield rowOf(line, { path, number, width: names.length });
    }
  };
  for await (const part of bytes()) yield* read(splitter.push(decode.decode(part, { stream: true })));
  yield* read([...splitter.push(decode.decode()), ...splitter.end()]);
}

interface Place {
  readonly path: string;
  readonly number: number;
  /** Attributes. */
  readonly width: number;
}

function rowOf(line: string, { path, number, width }: Place): string[] {
  const part = `line ${number}`;
  if (line.trimStart().startsWith("{")) {
    const advice = "Save it densely, for instance with Weka's filter SparseToNonSparse.";
    throw fileError(path, { part, expected: "a row of values", got: "a sparse row, in braces", advice });
  }
  const values = arffValues(line);
  // A weight may follow in braces.
  if (values.length === width + 1 && /^\{.*\}$/.test(values[width]!)) values.pop(); // it is the last
  if (values.length === width) return values;
  throw fileError(path, {
    part,
    expected: `${width} values, one for each attribute`,
    got: String(values.length),
    advice: "Mend the line: a value that holds a comma must stand in quotes.",
  });
}

function arffValues(line: string): string[] {
  const values: string[] = [];
  const value = /\s*(?:(["'])((?:\\.|(?!\1).)*)\1|([^,\t]*))\s*(?:,|\t|$)/gy;
  for (let at = 0; at <= line.length; at = value.lastIndex) {
    value.lastIndex = at;
    const match = value.exec(line);
    if (match === null) break;
    const [, mark, quoted, bare = ""] = match;
    values.push(mark === undefined ? (bare.trim() === "?" ? "" : bare.trim()) : unescaped(quoted ?? ""));
    if (value.lastIndex >= line.length && !/[,\t]$/.test(match[0])) break;
  }
  return values;
}

function unquoted(text: string): string {
  return unescaped(text.slice(1, -1));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter);
}
