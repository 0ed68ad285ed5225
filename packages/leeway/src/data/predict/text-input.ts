import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Origin, originText } from "../files/file-error.ts";
import { findLabelColumn } from "../files/labels.ts";
import { readable } from "../files/bounded-read.ts";
import { readColumns, textAt, type TextColumn } from "../files/columns.ts";
import type { Dialect } from "../files/dialect.ts";
import { decodeText, westernNote } from "../files/encoding.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { columnNamed, findTable, tableFormat } from "../files/table-files.ts";
import { namesIn } from "../files/table-header.ts";
import { otherFilesNote } from "../custom/class-folders.ts";
import { textsAmong } from "../text/text-files.ts";
import { parseVocabulary, textInputs } from "../../preparation/index.ts";
import { emptyTextsNote, textExamples, textPreparation } from "../text/text-source.ts";
import { type KeptRow, keptOf, readKept } from "./kept-columns.ts";
import { filesBelow } from "../files/files-below.ts";
import type { Preparation } from "../source.ts";
import { classesOfPaths, trueLabelsOfNames } from "./true-labels.ts";
import { asTableFile, inputDialect } from "./input-text.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

interface PlacedText extends Origin {
  readonly text: string;
  /** The name of its class, where a column or a folder says one. */
  readonly label?: string | undefined;
  readonly kept?: KeptRow | undefined;
}

/** Texts: lines, .txt files, folders of them, or the column of a table that training had. */
export async function textInput(preparation: RunPreparation, input: PredictionInput): Promise<PreparedInput> {
  const { toNumbers, toInputs } = preparationOf(preparation);
  const { texts, ...read } = await readTexts(preparation, input);
  const { classNames } = preparation;
  const labels = new Int32Array(texts.length);
  const examples = textExamples({ name: "input", classNames, texts, labels });
  return { ...read, dataset: toNumbers.apply(examples), raw: () => toInputs(texts) };
}

/** Texts as they are read to be predicted. */
interface InputTexts extends Pick<PreparedInput, "origin" | "trueLabels" | "kept" | "notes"> {
  readonly texts: readonly string[];
}

/** The texts of an input, before they are numbers. */
export async function readTexts(
  { classNames }: Pick<RunPreparation, "classNames">,
  input: PredictionInput,
): Promise<InputTexts> {
  const { paths, lines, label, keep, options } = input;
  const column = typeof options?.["text"] === "string" ? options["text"] : "text";
  const others: string[] = []; // files of folders that are not read
  const [western, tableNotes]: [string[], string[]] = [[], []];
  const request = { column, label, keep, classNames, others, western, tableNotes };
  const parts: PlacedText[][] =
    lines === undefined
      ? []
      : [
          await textsOfLines(lines, {
            ...request,
            dialect: { ...inputDialect("", input), encoding: "utf-8" },
          }),
        ];
  // One path after another: a shell gives a thousand files, more than may be open at a time.
  for (const path of lines === undefined ? paths : []) {
    parts.push(await textsIn(path, { ...request, dialect: inputDialect(path, input) }));
  }
  const texts = parts.flat();
  const empty = texts.filter(({ text }) => text.trim() === "");
  const names = texts.map((each) => each.label ?? "");
  const known = trueLabelsOfNames(names, classNames, (i) => originText(texts[i]!));
  return {
    texts: texts.map(({ text }) => text),
    origin: (i) => ({ file: texts[i]!.file, row: texts[i]!.row }), // i is an example
    trueLabels: known?.labels,
    kept: keptOf(texts.map(({ kept }) => kept)),
    notes: [
      ...tableNotes,
      ...otherFilesNote(others, "text"),
      ...westernNote(western),
      ...emptyTextsNote(empty.length, empty[0] && originText(empty[0])),
      ...(known?.notes ?? []),
    ],
  };
}

interface TextPreparation {
  readonly toNumbers: Preparation;
  readonly toInputs: ReturnType<typeof textInputs>;
}

const preparations = new WeakMap<RunPreparation, TextPreparation>();

/** How texts become numbers by a run's record: made once for a predictor, since a hundred thousand n-grams are read. */
function preparationOf(run: RunPreparation): TextPreparation {
  const known = preparations.get(run);
  if (known !== undefined) return known;
  const learned = parseVocabulary(run.record);
  const made = { toNumbers: textPreparation(learned), toInputs: textInputs(learned) };
  preparations.set(run, made);
  return made;
}

interface TextsRequest {
  readonly column: string;
  readonly label: string | undefined;
  readonly keep: PredictionInput["keep"];
  readonly classNames: readonly string[];
  readonly dialect: Dialect;
  /** Takes the files of folders that are no texts by their ending. */
  readonly others: string[];
  /** Takes the files that are read as Windows-1252 though nobody said so. */
  readonly western: string[];
  /** Takes what may surprise in how tables were read. */
  readonly tableNotes: string[];
}

/** Each line is a text, unless they are a table: CSV whose header names the run's column of texts, or JSON that does. */
async function textsOfLines(lines: readonly string[], request: TextsRequest): Promise<PlacedText[]> {
  const [first = ""] = lines;
  const isCsv = lines.length > 1 && namesIn(first).includes(request.column);
  const isJson = first.trimStart().startsWith("{") && first.includes(JSON.stringify(request.column));
  if (!isCsv && !isJson) return lines.map((text, i) => ({ text, file: "stdin", row: i + 1 }));
  const texts = await asTableFile(lines, (path) => textsIn(path, request));
  return texts.map((each) => ({ ...each, file: "stdin" }));
}

async function textsIn(path: string, request: TextsRequest): Promise<PlacedText[]> {
  const { column, label, keep, classNames, dialect, others } = request;
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) {
    const { files } = await filesBelow(path);
    const inside = textsAmong(files).sort();
    const read = new Set(inside);
    others.push(...files.filter((name) => !read.has(name)));
    const classes = classesOfPaths(inside, classNames);
    const texts: PlacedText[] = [];
    for (const [i, name] of inside.entries()) {
      texts.push({ ...(await textFile(join(path, name), request)), label: classes[i] });
    }
    return texts;
  }
  // A file of any name is a table where the options say how its columns are told apart.
  const isTable =
    tableFormat(path) !== undefined || dialect.header === false || dialect.delimiter !== undefined;
  if (!isTable && there !== undefined) return [await textFile(path, request)];
  const { name, labelled, kept } = await withDuckDB(async (db) => {
    const files = await findTable(db, [path], dialect);
    request.tableNotes.push(...files.notes);
    return {
      name: columnNamed(files, column).name,
      labelled: findLabelColumn(files, label),
      kept: keep && (await readKept(db, files, keep)),
    };
  });
  const { rows, columns, origin } = await readColumns(path, {
    columns: { [name]: "text", ...(labelled && { [labelled.name]: "text" }) },
    ...dialect,
  });
  const texts = columns.get(name) as TextColumn; // requested as text
  const labels = labelled && (columns.get(labelled.name) as TextColumn); // likewise
  return Array.from({ length: rows }, (_, i) => {
    const own = kept && { columns: kept, row: i };
    return { text: textAt(texts, i) ?? "", label: labels && textAt(labels, i), kept: own, ...origin(i) };
  });
}

async function textFile(
  path: string,
  { dialect: { encoding }, western }: Pick<TextsRequest, "dialect" | "western">,
): Promise<PlacedText> {
  const bytes = await readable(path, readFile(path));
  const onWestern = (): void => void western.push(path);
  return { text: decodeText(bytes, { path, encoding, onWestern }), file: path, row: 1 };
}
