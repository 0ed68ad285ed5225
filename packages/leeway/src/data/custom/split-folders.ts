import { join } from "node:path";
import type { CustomData, InputKind } from "../../catalogue/index.ts";
import { didYouMean, someOf } from "../../errors.ts";
import { isFolder } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { folderEntries } from "../files/files-below.ts";

/** The parts of a folder, by the names of the folders in it. Each has a folder a class. */
export interface FolderParts {
  /** "" where all of the folder is for training. */
  readonly train: string;
  readonly test?: string | undefined;
  readonly validation?: string | undefined;
  /** Folders beside them, which are not read. */
  readonly unused: readonly string[];
}

/** What older versions took for a test split beside a folder called "train", the first that is there. */
const plainTests = ["test", "val", "valid", "validation"] as const;

type Role = "train" | "test" | "evaluation" | "validation";

/** A split's name is one of these words, alone or in a compound: Training, seg_train, test_images, dev2020. */
const words: Readonly<Record<Role, RegExp>> = {
  train: /^(train|training|trn)(set|data|val)?$/,
  test: /^(test|testing|tst)(set|data)?$/,
  evaluation: /^(eval|evaluation)(set|data)?$/,
  validation: /^(val|valid|validation|validate|dev|devel|development)(set|data)?$/,
};

/** Words beside it that say nothing of a class. Others must be the same in all splits: seg_train and seg_test. */
const fillers =
  /^(sets?|data|datasets?|splits?|images?|imgs?|pictures?|pics?|photos?|files?|texts?|txts?|docs?|documents?|samples?|examples?|folders?|raw|clean|original|resized|cropped|processed|final)$/;

/** The role that a folder's name has, and what else it says; undefined for a name of no split. */
function roleOf(name: string): { readonly role: Role; readonly rest: string } | undefined {
  const parts = name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((part) => part !== "");
  const roles = (Object.keys(words) as Role[]).filter((role) => parts.some((part) => words[role].test(part)));
  const [role] = roles;
  if (role === undefined || roles.length > 1) return undefined;
  const others = parts.filter((part) => !words[role].test(part) && !fillers.test(part));
  return { role, rest: others.join(" ") };
}

/**
 * The splits among a folder's folders by their names, in any case and in compounds. There must be one to train on, and
 * another or nothing beside it: a class that is called "test" is no split. What is for the test and what for the
 * validation: `test` before `eval` before `val`, `valid` or `dev`, which is the validation only beside one of these.
 *
 * @param beside whether data names a test or a validation split elsewhere
 * @returns undefined where there are none
 * @throws RunError with code "data" where two folders could be the same split
 */
export function namedParts(
  place: string,
  names: readonly string[],
  beside: { readonly test?: boolean; readonly validation?: boolean } = {},
): FolderParts | undefined {
  const found = names.flatMap((name) => {
    const its = roleOf(name);
    return its === undefined ? [] : [{ name, ...its }];
  });
  const complete = [...new Set(found.filter(({ role }) => role === "train").map(({ rest }) => rest))].filter(
    (rest) => found.some((each) => each.rest === rest && each.role !== "train") || names.length === 1,
  );
  if (complete.length === 0) return undefined;
  const its = found.filter(({ rest }) => complete.includes(rest));
  const of = (role: Role): string | undefined => {
    const [first, second] = its.filter((each) => each.role === role);
    if (first === undefined || second === undefined) return first?.name;
    const what = role === "train" ? "training" : role;
    throw fileError(place, {
      expected: `one folder with the ${what} split`,
      got: `${first.name} and ${second.name}`,
      advice: "Name those to use: --train-folder NAME --test-folder NAME --validation-folder NAME.",
    });
  };
  const [train = "", ...others] = [of("train"), of("test"), of("evaluation"), of("validation")];
  const [ownTest = others[1], validating] = [others[0], others[2]];
  requireOnce(place, "test", beside.test === true ? ownTest : undefined);
  const held = [others[0], others[1], validating].filter((name) => name !== undefined);
  const test = beside.test === true ? undefined : held[0];
  const validation = held.find((name) => name !== test);
  if (beside.validation !== true)
    return {
      train,
      test,
      validation,
      unused: names.filter((name) => ![train, test, validation].includes(name)),
    };
  requireOnce(place, "validation", validation);
  return { train, test, unused: names.filter((name) => name !== train && name !== test) };
}

function requireOnce(place: string, what: "test" | "validation", name: string | undefined): void {
  if (name === undefined) return;
  const got = `a folder ${name} in it and one that --${what} names`;
  throw fileError(place, { expected: `one ${what} split`, got, advice: "Leave one of the two out." });
}

/** The options that name a folder's parts. */
type PartOptions = NonNullable<CustomData["options"]>;

/**
 * The parts of a folder: those that options name; else a folder called `train` with the first of `test`, `val`, `valid`
 * and `validation`, as older versions read and did not store it; else those that {@link namedParts} finds.
 *
 * @param alone whether older versions took a folder `train` for the training split without one for the test
 * @throws RunError with code "data" for a named folder that is not there
 */
export function partsAmong(
  place: string,
  names: readonly string[],
  { options = {}, alone }: { readonly options?: PartOptions | undefined; readonly alone: boolean },
): FolderParts {
  const { trainFolder, testFolder, validationFolder } = options;
  const chosen = [trainFolder, testFolder, validationFolder].filter((name) => typeof name === "string");
  if (chosen.length > 0) {
    const stray = chosen.find((name) => !names.includes(name));
    if (stray !== undefined) {
      const got = names.slice(0, 12).join(", ") || "none";
      const advice = didYouMean(stray, names) || "Name one of its folders.";
      throw fileError(place, { expected: `a folder "${stray}"`, got, advice });
    }
    const [train = "", test, validation] = [trainFolder, testFolder, validationFolder] as (
      string | undefined
    )[];
    return { train, test, validation, unused: names.filter((name) => !chosen.includes(name)) };
  }
  const test = plainTests.find((name) => names.includes(name));
  if (names.includes("train") && (test !== undefined || alone))
    return { train: "train", test, unused: names.filter((name) => name !== "train" && name !== test) };
  return namedParts(place, names) ?? { train: "", unused: [] };
}

/** {@link partsAmong} of a folder on disk; all of it is for training where the data names its splits elsewhere. */
export async function partsOf({
  kind,
  paths,
  testPaths,
  validationPaths,
  options,
}: CustomData): Promise<FolderParts> {
  const [folder = ""] = paths;
  const names = await foldersIn(folder);
  const beside = { test: testPaths !== undefined, validation: validationPaths !== undefined };
  if ((beside.test || beside.validation) && options?.["trainFolder"] === undefined)
    return namedParts(folder, names, beside) ?? { train: "", unused: [] };
  return partsAmong(folder, names, { options, alone: kind === "text" });
}

/** Notes on what a folder's parts are used for, where that may surprise. */
export function partsNotes({ train, test, validation, unused }: FolderParts): string[] {
  const isForChoice = test !== undefined && roleOf(test)?.role === "validation" && validation === undefined;
  const left = someOf(unused, 6);
  const use = unused.find((name) => roleOf(name)?.role === "validation");
  const hint =
    use === undefined || validation !== undefined
      ? ""
      : `; --train-folder ${train} --test-folder ${test ?? "NAME"} --validation-folder ${use} uses it`;
  return [
    ...(isForChoice
      ? [`${test} is the test split, since there is no other; the validation split is a part of ${train}`]
      : []),
    ...(unused.length > 0 ? [`left out ${left}, beside the splits${hint}`] : []),
  ];
}

/** Whether data is a folder that has its test split in it. */
export async function hasTestFolder(data: CustomData): Promise<boolean> {
  return (await isFolder(data.paths[0] ?? "")) && (await partsOf(data)).test !== undefined;
}

/** The names of the folders in a folder, links to folders among them, in their order; hidden ones are passed over. */
export async function foldersIn(folder: string): Promise<string[]> {
  return (await folderEntries(folder)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
}

/** What is asked of a folder that was just named. */
interface AskedFolder {
  readonly kind: InputKind;
  readonly options: PartOptions;
  readonly testPaths: readonly string[] | undefined;
  readonly validationPaths: readonly string[] | undefined;
}

/**
 * What a run stores of a folder's layout, so that it reads it alike whatever later versions detect: the names of its
 * parts. Nothing where it is read so anyway.
 *
 * @throws RunError with code "data" where folders of the same names are in each folder: it asks whether these are splits
 *   or classes
 */
export async function lookAtFolder(
  folder: string,
  { kind, options, testPaths, validationPaths }: AskedFolder,
): Promise<PartOptions> {
  if (options["trainFolder"] !== undefined || options["classFolders"] !== undefined) return {};
  const names = await foldersIn(folder);
  const beside = { test: testPaths !== undefined, validation: validationPaths !== undefined };
  const parts = namedParts(folder, names, beside);
  if (parts === undefined || (await isClass(folder, parts))) {
    await requireClasses(folder, names);
    return {};
  }
  const { train, test, validation } = parts;
  const plain = partsAmong(folder, names, { alone: kind === "text" });
  const isPlain = !beside.test && !beside.validation && plain.train === train && plain.test === test;
  if (isPlain && validation === undefined && train === "train") return {};
  return {
    trainFolder: train,
    ...(test !== undefined && { testFolder: test }),
    ...(validation !== undefined && { validationFolder: validation }),
  };
}

/** Whether what is called as a split is one class among others: it has no folders, and classes are beside it. */
async function isClass(folder: string, { train, unused }: FolderParts): Promise<boolean> {
  return unused.length > 1 && (await foldersIn(join(folder, train))).length === 0;
}

/** Asks about folders that all have folders of the same names: they are splits or sites rather than classes. */
async function requireClasses(folder: string, names: readonly string[]): Promise<void> {
  if (names.length < 2 || names.length > 1000) return;
  const inside = await Promise.all(names.map((name) => foldersIn(join(folder, name))));
  const [first = []] = inside;
  const shared = first.filter((name) => inside.every((each) => each.includes(name)));
  const all = new Set(inside.flat());
  if (shared.length < 2 || shared.length < all.size / 2) return;
  const some = (list: readonly string[]): string => someOf(list, 4);
  const [one, two] = names;
  throw fileError(folder, {
    expected: "a folder for each class, or folders of splits called train and test",
    got: `${names.length} folders (${some(names)}) with the same folders in each (${some(shared)})`,
    advice:
      `If they are splits: --train-folder ${one!} --test-folder ${two!}. ` + // of two or more
      `If ${some(shared)} are the classes: --class-folders inner. If ${some(names)} are: --class-folders top.`,
  });
}
