import { createRequire } from "node:module";
import { arch, cpus, type } from "node:os";
import { libtorch, threads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { RunError } from "../errors.ts";
import type { EnvironmentRecord } from "../records/index.ts";
import type { Setting } from "./checkpoint.ts";

/** The version of this package. */
function leewayVersion(): string {
  const manifest = createRequire(import.meta.url)("../../package.json") as { version: string };
  return manifest.version;
}

/** The processor's model, or its architecture where the system does not name it. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || arch();
}

/** Where a run happens: versions, processor, threads, and the device that computes. */
export function environmentRecord(device = "cpu"): EnvironmentRecord {
  const { version, capability } = libtorch();
  return {
    leeway: leewayVersion(),
    node: process.versions.node,
    libtorch: version,
    blas: loadedBlas()?.kind ?? "unknown",
    cpu: processorName(),
    threads: threads(),
    capability,
    os: `${type()} ${arch()}`,
    device,
  };
}

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

/** What has changed of versions and machine; of the operating system nothing matters. */
export function environmentChanges(before: EnvironmentRecord, now: EnvironmentRecord): Change[] {
  const { capability = now.capability } = before; // which older versions did not record
  const changes = fieldChanges({ ...before, capability, os: null }, { ...now, os: null });
  return changes.map((change) => ({ ...change, harmless: true }));
}

/** `libtorch: 1.13.1 → 2.4.0` */
export function changeText({ what, from, to }: Change): string {
  return `${what}: ${from} → ${to}`;
}

/**
 * The changes, as words.
 *
 * @throws RunError with code "run" naming them, where there may be none
 */
export function allowedChanges(path: string, changes: readonly Change[], allowChange = false): string[] {
  const texts = changes.map(changeText);
  if (texts.length === 0 || allowChange) return texts;
  const message =
    `${path}: expected the versions and machine the run was trained with, got ${texts.join("; ")}. ` +
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
