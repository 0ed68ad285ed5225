import { basename, resolve } from "node:path";
import type { CustomData } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";
import { arrayNamed } from "../embeddings/npz.ts";
import { isFolder } from "../files/bounded-read.ts";
import { type Columns, readColumns, textAt, type TextColumn } from "../files/columns.ts";
import { type Dialect, parseDialect } from "../files/dialect.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { columnNamed, findTable, listed } from "../files/table-files.ts";
import { timesOf } from "../files/times.ts";
import type { Source, SplitFiles } from "../source.ts";
import type { Groups, SourceTies, Ties } from "../ties.ts";

/** What data says of groups and times; names of columns but for folders. */
interface TieOptions {
  readonly group: string | undefined;
  readonly groupFile: string | undefined;
  readonly time: string | undefined;
  readonly dialect: Dialect;
}

/** The columns of groups, times and weights, which nothing is learned from unless options name them. */
export function tieColumns({ group, time, weight }: Readonly<Record<string, unknown>> = {}): string[] {
  return [group, time, weight].filter((name) => typeof name === "string");
}

/** Whether data names groups or times. */
export function hasTies({ group, groupFile, time }: NonNullable<CustomData["options"]> = {}): boolean {
  return group !== undefined || groupFile !== undefined || time !== undefined;
}

/**
 * Reads the groups and times of all splits of custom data, row by row as examples are: from columns of a table or of a
 * file of labels, from a pattern of the names of files, or from a table of files and groups.
 *
 * @returns undefined where the data names none
 * @throws ArgumentError for a pattern without one part in parentheses, or data that has no columns
 * @throws RunError with code "data" for a column that is not there, a time that is none, or a file without a group
 */
export async function readTies(
  data: CustomData,
  { files }: Pick<Source, "files">,
): Promise<SourceTies | undefined> {
  const { options = {}, paths, testPaths, validationPaths } = data;
  if (!hasTies(options)) return undefined;
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const wanted = {
    group: text("group"),
    groupFile: text("groupFile"),
    time: text("time"),
    dialect: parseDialect(options),
  };
  if (await isFolder(paths[0] ?? "")) return folderTies(data, wanted, files);
  if (wanted.groupFile !== undefined) {
    const advice = "Name the table's column of groups with --group.";
    throw expected("openCustomData", "groupFile", "to be of data that is a folder", wanted.groupFile, advice);
  }
  const tables = [
    [text("labels"), paths],
    [text("testLabels"), testPaths],
    [text("validationLabels"), validationPaths],
  ] as const;
  const [train, test, validation] = await Promise.all(
    tables.map(async ([labels, those], i) => {
      if (those === undefined) return undefined;
      const table = await columnsOf(those, labels);
      requireTable(table, wanted.group ?? wanted.time ?? "");
      return tableTies(table, wanted, i === 0);
    }),
  );
  return { train: train!, ...(test && { test }), ...(validation && { validation }) }; // paths are there
}

/** The files with the columns of embeddings: those of their classes, where these are a table of their own. */
export async function columnsOf(
  paths: readonly string[],
  labels: string | undefined,
): Promise<readonly string[]> {
  if (labels === undefined || (await arrayNamed(paths[0], labels)) !== undefined) return paths;
  return [labels];
}

/** Refuses a file of vectors that has no columns beside them. */
export function requireTable([path = ""]: readonly string[], column: string): void {
  if (!/\.(npy|npz|safetensors)$/i.test(path)) return;
  const advice = "Put it beside the classes in a table: --labels labels.csv.";
  throw fileError(path, {
    expected: `a column "${column}"`,
    got: "a file of vectors alone",
    advice,
  });
}

/** @param isTrain whether the columns must be there: those of other splits are only compared */
async function tableTies(
  paths: readonly string[],
  { group, time, dialect }: TieOptions,
  isTrain: boolean,
): Promise<Ties> {
  const wanted = [group, isTrain ? time : undefined].filter((name) => name !== undefined);
  const { columns, origin } = await textColumns(paths, wanted, { dialect, isTrain });
  const [groups, times] = [columns.get(group ?? ""), columns.get(time ?? "")];
  return {
    ...(groups && { groups: groupsOf(groups.name, groups.codes, groups.distinct) }),
    ...(times && { times: { by: times.name, ...timesOf(times, origin) } }),
  };
}

/** Columns by the names they were wanted by. */
interface TextColumns extends Pick<Columns, "origin"> {
  readonly columns: ReadonlyMap<string, TextColumn>;
}

async function textColumns(
  paths: readonly string[],
  wanted: readonly string[],
  { dialect, isTrain }: { readonly dialect: Dialect; readonly isTrain: boolean },
): Promise<TextColumns> {
  const names = await withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    const there = isTrain
      ? wanted
      : wanted.filter((name) => files.columns.some((column) => column.name === name));
    return there.map((name) => [name, columnNamed(files, name).name] as const);
  });
  const requested = Object.fromEntries(names.map(([, name]) => [name, "text" as const]));
  const { columns, origin } = await readColumns(paths, { columns: requested, ...dialect });
  // All were requested as text.
  return { columns: new Map(names.map(([key, name]) => [key, columns.get(name) as TextColumn])), origin };
}

/** Groups from codes of which -1 is none: each such example becomes a group of its own. */
function groupsOf(by: string, codes: Int32Array, names: readonly string[]): Groups {
  let next = names.length;
  return { by, names, codes: codes.map((code) => (code < 0 ? next++ : code)) };
}

async function folderTies(
  { paths, testPaths, validationPaths }: CustomData,
  { group, groupFile, time, dialect }: TieOptions,
  files: SplitFiles = { train: [], test: [], validation: [] },
): Promise<SourceTies> {
  if (time !== undefined) {
    const advice = "List the files in a table with their classes and times, and train from that.";
    throw expected("openCustomData", "time", "to be the column of a table", time, advice);
  }
  const [root = ""] = paths;
  const roots = { train: root, test: testPaths?.[0] ?? root, validation: validationPaths?.[0] ?? root };
  const groupIn =
    groupFile === undefined ? byPattern(group ?? "", files.train) : await byTable(groupFile, group, dialect);
  const of = (split: keyof SplitFiles): Ties => {
    const places = new Map<string, number>();
    const codes = Int32Array.from(files[split], (file) => {
      const name = groupIn(file, roots[split]);
      if (name === undefined) return -1;
      const code = places.get(name) ?? places.size;
      places.set(name, code);
      return code;
    });
    return { groups: groupsOf(group ?? basename(groupFile ?? ""), codes, [...places.keys()]) };
  };
  return { train: of("train"), test: of("test"), validation: of("validation") };
}

/** The group of a file; undefined where it has none. */
type GroupIn = (file: string, root: string) => string | undefined;

/** What a pattern's one part in parentheses finds in a file's path. */
function byPattern(source: string, files: readonly string[]): GroupIn {
  const what = "to be a pattern with one part in parentheses, such as 'patient_(\\d+)'";
  const pattern = patternOf(source, what);
  if (new RegExp(`${source}|`, "u").exec("")!.length !== 2) {
    // it always matches
    const advice =
      "What the part finds in a file's path is its group. A table of files and groups is --group-file.";
    throw expected("openCustomData", "group", what, source, advice);
  }
  const find = (file: string): string | undefined => pattern.exec(file)?.[1];
  if (files.length > 0 && !files.some((file) => find(file) !== undefined)) {
    const advice = `Paths are such as ${files[0]!}.`; // there is one
    throw expected("openCustomData", "group", "to fit the files' paths", source, advice);
  }
  return find;
}

function patternOf(source: string, what: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw expected("openCustomData", "group", what, source, `${cause.message}.`);
  }
}

/** What columns of a file of groups are called, in small letters. */
const pathNames = ["path", "file", "filename", "file_name", "image", "image_path", "name"];
const groupNames = ["group", "patient", "patient_id", "subject", "user"];

/** A table's group of a file by its path, or by so much of its end as the table names. */
async function byTable(path: string, group: string | undefined, dialect: Dialect): Promise<GroupIn> {
  const names = await withDuckDB(async (db) => {
    const files = await findTable(db, path, dialect);
    const all = files.columns.map(({ name }) => name);
    const file = all.find((name) => pathNames.includes(name.toLowerCase()));
    const others = all.filter((name) => name !== file);
    const called = others.find((name) => groupNames.includes(name.toLowerCase()));
    const its =
      group !== undefined ? columnNamed(files, group).name : others.length === 1 ? others[0] : called;
    if (file !== undefined && its !== undefined) return { file, its };
    throw fileError(path, {
      expected: `a column called ${listed(pathNames)} and one of groups`,
      got: all.slice(0, 12).join(", "),
      advice: "Say which column holds the groups: --group COLUMN.",
    });
  });
  const { rows, columns } = await readColumns(path, {
    columns: { [names.file]: "text", [names.its]: "text" },
    ...dialect,
  });
  const [files, groups] = [columns.get(names.file), columns.get(names.its)] as TextColumn[]; // requested as text
  const known = new Map<string, string | undefined>();
  for (let row = 0; row < rows; row++) {
    const file = textAt(files!, row)
      ?.replaceAll("\\", "/")
      .replace(/^(\.\/)+/, ""); // of two
    if (file !== undefined) known.set(file, textAt(groups!, row)); // likewise
  }
  return (file, root) => {
    let rest = `${resolve(root).split("\\").join("/")}/${file}`;
    for (;;) {
      if (known.has(rest)) return known.get(rest);
      const slash = rest.indexOf("/");
      if (slash === -1) break;
      rest = rest.slice(slash + 1);
    }
    const advice = "Add every file with its group: its path in the folder, or its name.";
    throw fileError(path, { expected: `a group of ${file}`, got: "no row for it", advice });
  };
}
