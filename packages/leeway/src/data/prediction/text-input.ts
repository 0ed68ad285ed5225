import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readColumns, textAt, type TextColumn } from "../columns.ts";
import { fileError } from "../file-error.ts";
import { tableFormat } from "../table-files.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import { textExamples } from "../text/text-examples.ts";
import { textPreparation } from "../text/text-source.ts";
import { parseVocabulary } from "../text/vocabulary.ts";
import type { AskedInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

interface PlacedText {
  readonly text: string;
  readonly file: string;
  readonly row: number;
}

/** Texts: lines, .txt files, folders of them, or the column of a table that training had. */
export async function textInput(
  preparation: RunPreparation,
  { paths, lines, options }: AskedInput,
): Promise<PreparedInput> {
  const vocabulary = parseVocabulary(preparation.record);
  const column = typeof options?.["text"] === "string" ? options["text"] : "text";
  const texts =
    lines?.map((text, i) => ({ text, file: "stdin", row: i + 1 })) ??
    (await Promise.all(paths.map((path) => textsIn(path, column)))).flat();
  const empty = texts.filter(({ text }) => text.trim() === "");
  const examples = textExamples({
    name: "input",
    classNames: preparation.classNames,
    texts: texts.map(({ text }) => text),
    labels: new Int32Array(texts.length),
  });
  return {
    dataset: textPreparation(vocabulary).apply(examples),
    origin: (i) => ({ file: texts[i]!.file, row: texts[i]!.row }), // i is an example
    notes:
      empty.length === 0
        ? []
        : [`${empty.length} texts are empty, the first in ${empty[0]!.file}, row ${empty[0]!.row}`],
  };
}

async function textsIn(path: string, column: string): Promise<PlacedText[]> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) {
    const inside = (await readdir(path, { recursive: true })).filter((name) => /\.txt$/i.test(name)).sort();
    return Promise.all(inside.map((name) => textFile(join(path, name))));
  }
  if (tableFormat(path) === undefined && there !== undefined) return [await textFile(path)];
  const { rows, columns, place } = await readColumns(path, { columns: { [column]: "text" } });
  const texts = columns.get(column) as TextColumn; // asked for as text
  return Array.from({ length: rows }, (_, i) => {
    const [file = path, row = ""] = place(i).split(/, row (?=\d+$)/);
    return { text: textAt(texts, i) ?? "", file, row: Number(row) };
  });
}

async function textFile(path: string): Promise<PlacedText> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, {
      expected: "a text that can be read",
      got: "none",
      advice: "Check the path.",
      cause,
    });
  });
  return { text: decodeUtf8(bytes, { path }), file: path, row: 1 };
}
