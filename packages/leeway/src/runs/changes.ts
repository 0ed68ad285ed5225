import { RunError } from "../errors.ts";
import type { EnvironmentRecord } from "../records/index.ts";
import type { Setting } from "./checkpoint.ts";

/** A difference between the setting a run was saved in and the one it is to go on in. */
export interface Change {
  /** `recipe.batchSize`, `data`, `libtorch`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Whether the run can go on with it: its numbers may then differ in the last bits, but it is the same run. */
  readonly harmless: boolean;
}

/** What has changed between two settings. Only of the environment is a change harmless; that of `os` is none. */
export function changesBetween(before: Setting, now: Setting): Change[] {
  const data = before.fingerprint !== now.fingerprint || before.contents !== now.contents;
  return [
    ...fieldChanges(before.recipe, now.recipe).map((change) => ({
      ...change,
      what: `recipe.${change.what}`,
      harmless: false,
    })),
    ...(data ? [{ what: "data", from: dataOf(before), to: dataOf(now), harmless: false }] : []),
    ...environmentChanges(before.environment, now.environment),
  ];
}

/** What has changed of versions and machine, as far as it decides bits. */
export function environmentChanges(before: EnvironmentRecord, now: EnvironmentRecord): Change[] {
  const onGpu = deviceKind(now) !== "cpu";
  const unrecorded = now.capability && { capability: now.capability }; // by older versions
  const changes = fieldChanges(decisive({ ...unrecorded, ...before }, onGpu), decisive(now, onGpu));
  return changes.map((change) => ({ ...change, harmless: true }));
}

/**
 * An environment without what decides no bit: the operating system, which of several GPUs it was, and where a GPU
 * computes, the processor, its threads, its BLAS and its instructions.
 */
function decisive(environment: EnvironmentRecord, onGpu: boolean): object {
  const { leeway, node, libtorch, gpu, ...own } = environment;
  const { blas, cpu, threads, capability, ranks } = own;
  const ofProcessor = onGpu ? {} : { blas, cpu, threads, capability };
  return {
    leeway,
    node,
    libtorch,
    ...ofProcessor,
    ...(ranks && { ranks }),
    device: deviceKind(own),
    ...(gpu && { gpu }),
  };
}

/** "cuda" of "cuda:1"; records of older versions lack the CPU's name. */
function deviceKind({ device = "cpu" }: Pick<EnvironmentRecord, "device">): string {
  return device.replace(/:\d+$/, "");
}

/** `libtorch: 1.13.1 → 2.4.0` */
export function changeText({ what, from, to }: Change): string {
  return `${what}: ${from} → ${to}`;
}

/**
 * The changes, as words. How many ranks train, and with how many threads each, is for a launcher to choose anew.
 *
 * @throws RunError with code "run" naming them, where there may be none
 */
export function allowedChanges(path: string, changes: readonly Change[], allowChange = false): string[] {
  const ranksDiffer = changes.some(({ what }) => what === "ranks");
  const refused = changes.filter(({ what }) => !(ranksDiffer && ["ranks", "threads"].includes(what)));
  if (refused.length === 0 || allowChange) return changes.map(changeText);
  const message =
    `${path}: expected the versions and machine the run was trained with, got ${refused.map(changeText).join("; ")}. ` +
    "The last bits may not be those of a run in one go: --allow-change goes on and records it.";
  throw new RunError("run", message, { path });
}

function dataOf({ fingerprint, contents }: Setting): string {
  return `${fingerprint.slice(0, 8)}/${contents.slice(0, 8)}`;
}

/** The fields whose values differ, objects within them field by field. */
function fieldChanges(before: object, now: object, at = ""): Omit<Change, "harmless">[] {
  const [old, fresh] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const [from, to] = [old.get(key) as unknown, fresh.get(key) as unknown];
    if (isFields(from) && isFields(to)) return fieldChanges(from, to, `${at}${key}.`);
    const [was, is] = [from, to].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
    return was === is ? [] : [{ what: `${at}${key}`, from: was!, to: is! }]; // two of two
  });
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
