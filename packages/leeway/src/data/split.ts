import { RunError } from "../errors.ts";
import { classCounts, enoughExamples } from "../imbalance/index.ts";
import type { Examples } from "./examples.ts";
import { type Fold, heldFold } from "./folds.ts";
import type { Source } from "./source.ts";
import { type HeldOut, holdOut, partedAt } from "./subset.ts";
import { countGroups, type Groups, type Ties, type Times } from "./ties.ts";

/** The examples to train on, to choose the epoch by and to test on. */
export interface Parts {
  readonly train: Examples;
  /** Null where nothing chooses the epoch. */
  readonly validation: Examples | null;
  readonly test: Examples;
}

/** How a source is split. */
export interface SplitOptions {
  readonly testFraction: number;
  /** The part that is the test, in place of a fraction. */
  readonly fold?: Fold | undefined;
  /** 0 where nothing chooses the epoch. */
  readonly validationFraction: number;
  readonly seed: number;
  /** Cuts the training examples before the validation split is held out of them; by default they stay. */
  readonly cut?: (train: Examples) => Examples;
  /** Whether the source's own validation split is used (true). */
  readonly ownValidation?: boolean;
}

type Splittable = Pick<Source, "train" | "test" | "validation" | "ties">;

/**
 * Splits a source: what has no split of its own is held out of the training examples, first the test, then the
 * validation split. Where both are, a class of three examples has one in each part, and so has one of three groups.
 *
 * @throws RunError with code "data" where the test that is held out could tell nothing, or a class is never trained on
 */
export function splitSource(
  source: Splittable,
  {
    testFraction,
    fold,
    validationFraction,
    seed,
    cut = (train) => train,
    ownValidation = true,
  }: SplitOptions,
): Parts {
  const ties = source.ties?.train ?? {};
  const own = ownValidation ? (source.validation ?? null) : null;
  const isValidated = validationFraction > 0 && own === null;
  const leave = isValidated ? 2 : 1;
  const tested = (): Pick<HeldOut<Examples>, "train" | "held"> => {
    if (source.test !== null) return { train: source.train, held: source.test };
    if (fold === undefined)
      return holdOut(source.train, testFraction, { seed, purpose: "test", leave, ties });
    return partedAt(source.train, heldFold(source.train, fold, { seed, ties }));
  };
  requireFoldable(source, fold);
  const { train, held: test } = tested();
  const kept = cut(train);
  const validated = isValidated
    ? holdOut(kept, validationFraction, { seed, purpose: "validation", ties })
    : { train: kept, held: own };
  const parts = { train: validated.train, validation: validated.held, test };
  if (source.test === null) requireJudgement(parts.test, ties);
  if (ties.times !== undefined) requireTaught(parts.train, ties.times);
  return parts;
}

/** Refuses folds of data whose test split has files of its own: it would be the same in each. */
function requireFoldable({ test, train }: Splittable, fold: Fold | undefined): void {
  if (test === null || fold === undefined) return;
  const message = `${train.name}: expected data without a test split for folds, got one. Compare over --seeds.`;
  throw new RunError("data", message);
}

/** Refuses a test that is held out and has examples of one class alone: every number of it would be empty. */
function requireJudgement({ labels, classNames, name }: Examples, { groups, times }: Ties): void {
  const tested = classCounts(labels, classNames.length);
  const there = classNames.filter((_, j) => tested[j]! > 0);
  if (there.length >= 2) return;
  const why =
    times !== undefined
      ? `the last part by "${times.by}"`
      : groups !== undefined
        ? `the others have a single group of "${groups.by}"`
        : "the others have a single example";
  const got = there.length === 0 ? "none" : `of "${there[0]!}" alone: ${why}`;
  const message =
    `${name}: expected test examples of two classes or more, got ${got}. ` +
    "Nothing could be judged: add examples, or name a test split with --test FILES.";
  throw new RunError("data", message);
}

/** Refuses classes that are only in the parts held out by time. */
function requireTaught({ labels, classNames, name }: Examples, { by }: Times): void {
  const counts = classCounts(labels, classNames.length);
  const missing = classNames.filter((_, j) => counts[j] === 0);
  if (missing.length === 0) return;
  const shown = missing.slice(0, 6).map((each) => `"${each}"`);
  const message =
    `${name}: expected training examples of every class, got none of ${shown.join(", ")}, ` +
    `which only the last part by "${by}" has. Hold out less (--test-fraction, --validation-fraction), or leave the class out.`;
  throw new RunError("data", message);
}

/** Notes on what a split is by, and on classes of which it tells little. */
export function splitNotes(parts: Parts, source: Splittable): string[] {
  const { groups, times } = source.ties?.train ?? {};
  return [
    ...(groups === undefined ? [] : [groupNote(parts, source, groups), ...sharedGroups(source)]),
    ...(times === undefined ? [] : [timeNote(parts, source, times)]),
    ...fewNotes({
      classNames: parts.train.classNames,
      testCounts: classCounts(parts.test.labels, parts.train.classNames.length),
      validationCounts:
        parts.validation && classCounts(parts.validation.labels, parts.train.classNames.length),
      groupCounts: groups && groupsOfClasses(source.train, groups),
    }),
  ];
}

function groupNote({ train, validation, test }: Parts, source: Splittable, groups: Groups): string {
  if (countGroups(source.train, groups) === source.train.labels.length)
    return `groups by "${groups.by}" are of one example each: they change nothing`;
  const count = (part: Examples): string => countGroups(part, groups).toLocaleString("en-US");
  const held = [
    ...(validation === null || validation === source.validation ? [] : [`${count(validation)} validate`]),
    ...(source.test === null ? [`${count(test)} test`] : []),
  ];
  const alone = source.train.ids.reduce(
    (sum, id) => sum + (groups.codes[id]! < groups.names.length ? 0 : 1),
    0,
  ); // an id of the source
  const without =
    alone === 0 ? "" : `; ${alone.toLocaleString("en-US")} without one are each a group of their own`;
  return `groups by "${groups.by}" stay whole: ${[`${count(train)} train`, ...held].join(", ")}${without}`;
}

function timeNote({ validation, test }: Parts, source: Splittable, times: Times): string {
  const first = (part: Examples): string => {
    const time = part.ids.reduce((min, id) => Math.min(min, times.values[id]!), Infinity); // an id of the source
    return times.areDates
      ? new Date(time)
          .toISOString()
          .replace("T", " ")
          .replace(/(:00)?\.000Z$/, "")
      : String(time);
  };
  const held = [
    ...(validation === null || validation === source.validation
      ? []
      : [`the validation split is from ${first(validation)} on`]),
    ...(source.test === null ? [`the test from ${first(test)} on`] : []),
  ];
  return held.length === 0
    ? `"${times.by}" splits nothing: all splits have files of their own`
    : `split by "${times.by}": ${held.join(", ")}`;
}

/** Warnings of groups that are on both sides of splits with files of their own. */
function sharedGroups({ ties, test, validation }: Splittable): string[] {
  const trained = ties?.train.groups;
  if (trained === undefined || ties === undefined) return [];
  const names = new Set(trained.names);
  return (["test", "validation"] as const).flatMap((split) => {
    const examples = split === "test" ? test : validation;
    const its = ties[split]?.groups;
    if (its === undefined || examples == null) return [];
    const isShared = its.names.map((name) => names.has(name));
    const shared = Array.from(examples.ids, (id) => its.codes[id]!).filter((code) => isShared[code] === true); // of the split
    const groups = new Set(shared).size;
    if (groups === 0) return [];
    const [among, of] = [shared, examples.labels].map(({ length }) => length.toLocaleString("en-US"));
    return [
      `${groups === 1 ? "1 group" : `${groups} groups`} of "${its.by}" ${groups === 1 ? "is" : "are"} in the training data too, with ${among!} of the ${of!} ${split} examples: the ${split} accuracy is too optimistic`,
    ];
  });
}

/** How many groups each class has. */
function groupsOfClasses({ labels, ids, classNames }: Examples, { codes }: Groups): number[] {
  const seen = classNames.map(() => new Set<number>());
  labels.forEach((label, i) => seen[label]!.add(codes[ids[i]!]!)); // an id of the source
  return seen.map(({ size }) => size);
}

/** How many examples of each class judge. */
interface Judged {
  readonly classNames: readonly string[];
  readonly testCounts: readonly number[];
  readonly validationCounts: readonly number[] | null;
  /** The groups of each class; absent where there are none. */
  readonly groupCounts?: readonly number[] | undefined;
}

/** A note that names the classes with few test or validation examples, the fewest first; none where all have enough. */
export function fewNotes({ classNames, testCounts, validationCounts, groupCounts }: Judged): string[] {
  const found = classNames.flatMap((name, j) => {
    const tested = testCounts[j] ?? 0;
    const fewest = Math.min(tested, validationCounts?.[j] ?? enoughExamples);
    if (fewest >= enoughExamples) return [];
    const validated = validationCounts === null ? [] : [`${validationCounts[j] ?? 0} validation`];
    const counts = [`${tested} test`, ...validated];
    const groups = groupCounts?.[j] ?? enoughExamples;
    const those = groups < 3 ? [`in ${groups} ${groups === 1 ? "group" : "groups"}`] : [];
    return [{ fewest, text: `"${name}" (${[...counts, ...those].join(", ")})` }];
  });
  if (found.length === 0) return [];
  const texts = found.sort((a, b) => a.fewest - b.fewest).map(({ text }) => text);
  const more = texts.length > 6 ? ` and ${texts.length - 6} more` : "";
  return [`few examples to judge by: ${texts.slice(0, 6).join(", ")}${more}`];
}
