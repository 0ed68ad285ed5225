import { z } from "zod";
import { expected } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import type { Field } from "../field.ts";
import { type InputKind, inputKinds } from "./kinds.ts";

/** How the bytes of a text file are read; "latin-1" is what the web calls so: Windows-1252. */
export const encodings = ["utf-8", "utf-16", "latin-1", "windows-1252"] as const;
/** What stands before the fraction of a number. */
export const decimalMarks = [".", ","] as const;
/** What is done about rows without a class. */
export const unlabelledRules = ["stop", "skip"] as const;
/** What is done about rows of several classes. */
export const combinationRules = ["stop", "classes"] as const;
/** How an image of any size becomes a square. */
export const resizes = ["crop", "stretch"] as const;
/** What is done about images that cannot be read. */
export const badImageRules = ["stop", "skip"] as const;

/** Which folders of a folder are the classes. */
const classLevels = ["top", "inner"] as const;

/** An option of a reader of custom data. */
export interface ReaderField extends Field {
  /** The kinds of data whose reader has it. */
  readonly kinds: readonly InputKind[];
  /** The reader's and the recipe's name for it, by default its own. */
  readonly name?: string;
  /** Whether it names a file or folder. */
  readonly isPath?: true;
}

const column = z.string().min(1);
const table = { group: "Tables", kinds: ["table"], affects: "data" } as const;
/** Of tables of rows, texts, vectors or images' paths. */
const anyTable = { group: "Tables", kinds: inputKinds, affects: "data" } as const;
/** Which examples may land in which split. */
const splits = { group: "Data", kinds: inputKinds, affects: "data" } as const;
/** Of folders with a folder a class. */
const folder = { group: "Folders", kinds: ["text", "image"], affects: "data" } as const;
const embedding = { group: "Embeddings", kinds: ["embedding"], affects: "data" } as const;
const image = { group: "Images", kinds: ["image"], affects: "data" } as const;

/** The options of the readers of custom data, by the names of their options. */
export const readerFields = {
  numeric: {
    ...table,
    type: z.array(column),
    help: "columns of numbers; anything else in them counts as missing",
    default: "detected",
    value: "<columns>",
  },
  categorical: {
    ...table,
    type: z.array(column),
    help: "columns of categories",
    default: "detected",
    value: "<columns>",
  },
  ignore: { ...table, type: z.array(column), help: "columns that are not used", value: "<columns>" },
  encoding: {
    ...anyTable,
    type: z.enum(encodings),
    help: "of CSV and .txt files",
    default: "detected",
    value: "<name>",
  },
  header: {
    ...anyTable,
    type: z.boolean(),
    flag: "--no-header",
    help: "the first line is data: columns are column1, column2, …",
  },
  delimiter: {
    ...anyTable,
    type: z.string().min(1).max(9), // "semicolon"
    help: "between values: a character, tab or spaces",
    default: "detected",
    value: "<text>",
  },
  quote: {
    ...anyTable,
    type: z.string().min(1).max(4),
    help: "around values: a character or none",
    default: '"',
    value: "<text>",
  },
  decimal: {
    ...anyTable,
    type: z.enum(decimalMarks),
    help: "what stands before a number's fraction",
    default: "detected",
    value: "<mark>",
  },
  comment: {
    ...anyTable,
    type: z.string().min(1).max(4),
    help: "what begins lines that are left out",
    value: "<text>",
  },
  sheet: {
    ...anyTable,
    type: column,
    help: "of an .xlsx file",
    default: "the first",
    value: "<name>",
  },
  unlabelled: {
    ...anyTable,
    type: z.enum(unlabelledRules),
    help: "what happens about rows without a class",
    default: "stop",
    value: "<rule>",
  },
  combinations: {
    ...anyTable,
    type: z.enum(combinationRules),
    help: "what happens about rows of several classes",
    default: "stop",
    value: "<rule>",
  },
  group: {
    ...splits,
    type: column,
    help: "the column that says which rows belong together; of folders a pattern with one (part)",
    value: "<column>",
  },
  groupFile: {
    ...splits,
    kinds: ["text", "image"],
    type: column,
    isPath: true,
    help: "of folders: a table of files and their groups",
    value: "<file>",
  },
  time: {
    ...splits,
    type: column,
    help: "the column of times: the last part is the test",
    value: "<column>",
  },
  weight: {
    ...splits,
    type: column,
    help: "the column of what training rows weigh in the loss, times their class's weight",
    value: "<column>",
  },
  trainFolder: {
    ...folder,
    type: column,
    help: "the folder in DATA with the training split",
    default: "detected: train, Training, …",
    value: "<name>",
  },
  testFolder: {
    ...folder,
    type: column,
    help: "the one with the test split",
    default: "detected: test, eval, val, …",
    value: "<name>",
  },
  validationFolder: {
    ...folder,
    type: column,
    help: "the one with the validation split",
    default: "detected: val, valid, dev, …",
    value: "<name>",
  },
  classFolders: {
    ...folder,
    type: z.enum(classLevels),
    help: "which folders are the classes: those in DATA, or those inside them",
    default: "top",
    value: "<level>",
  },
  text: {
    group: "Texts",
    kinds: ["text"],
    affects: "data",
    type: column,
    help: "the column of texts",
    default: "text, review, body, …",
    value: "<column>",
    common: true,
  },
  labels: {
    ...embedding,
    type: column,
    isPath: true,
    help: "file with their classes, .npy or a table, or an array of a .npz",
    default: "a column of theirs",
    value: "<file>",
  },
  testLabels: {
    ...embedding,
    type: column,
    isPath: true,
    help: "the same for --test",
    value: "<file>",
  },
  validationLabels: {
    ...embedding,
    type: column,
    isPath: true,
    help: "the same for --validation",
    value: "<file>",
  },
  vector: {
    ...embedding,
    type: column,
    help: "the column, tensor or array of vectors",
    default: "the only one",
    value: "<name>",
  },
  imageSize: {
    ...image,
    type: z.int().min(8).max(1024),
    name: "size",
    help: "side of what the network sees, in pixels",
    default: "64",
    value: "<pixels>",
    common: true,
  },
  resize: {
    ...image,
    type: z.enum(resizes),
    help: "how a photograph becomes a square",
    default: "crop",
    value: "<way>",
  },
  flip: {
    ...image,
    type: z.boolean(),
    flag: "--no-flip",
    help: "never mirror: a mirror image does not show the same class",
  },
  badImages: {
    ...image,
    type: z.enum(badImageRules),
    help: "what happens when an image cannot be read",
    default: "stop",
    value: "<rule>",
  },
  mostBad: {
    ...image,
    type: z.number().positive().max(1),
    help: "the max share of images that may be skipped",
    default: "1",
    value: "<share>",
  },
  pathColumn: {
    ...image,
    type: column,
    help: "in a table: the column of their paths",
    default: "path, file, image, …",
    value: "<column>",
  },
  pathSuffix: {
    ...image,
    type: column,
    help: "in a table: what paths leave out at their end, such as .jpg",
    default: "the ending of the file",
    value: "<ending>",
  },
  imageRoot: {
    ...image,
    type: column,
    name: "root",
    isPath: true,
    help: "in a table: the folder that paths start from",
    default: "the table's",
    value: "<folder>",
  },
} as const satisfies Readonly<Record<string, ReaderField>>;

/** The options of a kind's reader, by the reader's names; by default of all readers. */
export function readerOptions(kind?: InputKind): Readonly<Record<string, ReaderField>> {
  const all: [string, ReaderField][] = Object.entries(readerFields);
  const its = all.filter(([, { kinds }]) => kind === undefined || kinds.includes(kind));
  return Object.fromEntries(its.map(([option, field]) => [field.name ?? option, field]));
}

const name = z.string().min(1);

/** What {@link CustomData} must look like. */
export const customDataSchema = z.strictObject({
  kind: z.enum(inputKinds).describe("What the examples are"),
  paths: z.array(name).min(1).describe("Files, folders or patterns"),
  testPaths: z.array(name).describe("Those of the test split; by default a part is held out").exactOptional(),
  validationPaths: z
    .array(name)
    .describe("Those of the validation split; by default a part of the training data is held out")
    .exactOptional(),
  label: name.describe("The column of classes; none where folders are the classes").exactOptional(),
  options: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .describe("Options of the kind's reader")
    .exactOptional(),
});

/** Data that is not of the catalogue: which files, and how they are read. */
export interface CustomData {
  readonly kind: InputKind;
  /** Files, folders or patterns. */
  readonly paths: readonly string[];
  /** Those of the test split; by default a part of `paths` is held out. */
  readonly testPaths?: readonly string[];
  /** Those of the validation split, which chooses the epoch; by default a part of the training data is held out. */
  readonly validationPaths?: readonly string[];
  /** The column that holds the class; none where folders tell it. */
  readonly label?: string;
  /** Options of the kind's reader, by the reader's own names. */
  readonly options?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/**
 * Refuses an option that the kind's reader has not, or a value out of its range.
 *
 * @param kind undefined where it is not known yet: an option of any kind's reader may then be there
 *
 * @throws ArgumentError that names the option, with the nearest known one
 */
export function requireReaderOptions({
  kind,
  options = {},
}: Partial<Pick<CustomData, "kind" | "options">>): void {
  const fields = readerOptions(kind);
  const all = readerOptions();
  const stray = Object.keys(options).find((each) => Object.hasOwn(all, each) && !Object.hasOwn(fields, each));
  if (stray !== undefined) {
    const what = `to go with data of kind ${all[stray]!.kinds.join(" or ")}`; // it is one of them
    throw expected("recipe", `source.options.${stray}`, what, kind, "Say what kind yours is.");
  }
  const types = Object.entries(fields).map(([option, { type }]) => [option, type.exactOptional()]);
  const shape = Object.fromEntries(types) as Readonly<Record<string, z.ZodType>>;
  const schema = z.object({ source: z.object({ options: z.strictObject(shape) }) });
  // The name of one column may stand for a list of them.
  const listed = Object.entries(options).map(([option, value]) => {
    const isList = Object.hasOwn(fields, option) && fields[option]!.type instanceof z.ZodArray;
    return [option, isList && typeof value === "string" ? [value] : value];
  });
  const value = { source: { options: Object.fromEntries(listed) as object } };
  const { error } = schema.safeParse(value);
  if (error !== undefined) throw schemaFault("recipe", error, { value, schema });
}
