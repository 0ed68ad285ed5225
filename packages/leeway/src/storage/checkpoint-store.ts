import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RunError } from "../errors.ts";
import { flushFolder, removeWhole, writeFileAtomically } from "./atomic-file.ts";
import { failpoint } from "./failpoint.ts";
import { fileFault } from "./disk.ts";
import { sha256 } from "./sha256.ts";

/** A checkpoint as it was read and found whole. */
export interface StoredCheckpoint {
  /** `000012`: checkpoints count upward. */
  readonly name: string;
  readonly path: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A checkpoint that cannot be used, and why. */
export interface DamagedCheckpoint {
  readonly name: string;
  readonly path: string;
  /** `state.json is cut off: 12 of 340 bytes`. */
  readonly fault: string;
}

const folderName = "checkpoints";
const manifestName = "manifest.json";

/**
 * Writes a checkpoint of a run: a folder with the files, each whole and on the disk, and last of all a manifest with
 * their lengths and SHA-256. Where the manifest stands, all that it names stands.
 *
 * Of older ones the newest is kept, and the last that was called the best; the rest is removed once this one lasts.
 *
 * @param run   the run's folder
 * @param files contents by name
 * @returns its name
 * @throws RunError with code `run` if it cannot be written; the older ones are then as they were
 */
export function writeCheckpoint(
  run: string,
  files: Readonly<Record<string, Uint8Array>>,
  { best = false }: { readonly best?: boolean } = {},
): string {
  const root = join(run, folderName);
  const { name, path } = makeFolder(root);
  for (const [file, bytes] of Object.entries(files)) writeFileAtomically(join(path, file), bytes);
  const facts = Object.entries(files).map(([file, bytes]) => [
    file,
    { bytes: bytes.length, sha256: sha256(bytes) },
  ]);
  const manifest: Manifest = { version: 1, best, files: Object.fromEntries(facts) as Manifest["files"] };
  writeFileAtomically(join(path, manifestName), rendered(manifest));
  prune(root);
  return name;
}

/**
 * The newest checkpoint of a run that is whole, every byte of it compared with its manifest; and those newer than it
 * that are not.
 *
 * @throws RunError with code `run` if there is none, or all are damaged: it then says of each why
 */
export function newestCheckpoint(run: string): {
  readonly checkpoint: StoredCheckpoint;
  readonly damaged: readonly DamagedCheckpoint[];
} {
  const root = join(run, folderName);
  const damaged: DamagedCheckpoint[] = [];
  for (const name of namesIn(root).reverse()) {
    const path = join(root, name);
    const found = filesOf(path);
    if (typeof found === "object") return { checkpoint: { name, path, files: found }, damaged };
    damaged.push({ name, path, fault: found });
  }
  const why = damaged.map(({ name, fault }) => `${name} (${fault})`).join(", ");
  const got = damaged.length === 0 ? "none" : `only damaged ones: ${why}`;
  const message = `${root}: expected a whole checkpoint to go on from, got ${got}. Train the run again from the start.`;
  throw new RunError("run", message, { path: root });
}

/** Removes checkpoints that turned out damaged, so that they do not count among the newest that are kept. */
export function removeDamaged(damaged: readonly DamagedCheckpoint[]): void {
  for (const { path } of damaged) removeCheckpoint(path);
}

/** Removes all checkpoints of a run, which has ended and needs none. */
export function removeCheckpoints(run: string): void {
  const root = join(run, folderName);
  try {
    removeWhole(root);
  } catch (cause) {
    throw fileFault("to remove the checkpoints", { path: root, cause });
  }
}

const manifestSchema = z.strictObject({
  version: z.literal(1),
  best: z.boolean(),
  files: z.record(
    z.string().regex(/^[A-Za-z0-9][\w.-]*$/),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().length(64) }),
  ),
});

type Manifest = z.infer<typeof manifestSchema>;

function rendered(manifest: Manifest): string {
  const sum = sha256(Buffer.from(JSON.stringify(manifest)));
  return `${JSON.stringify({ ...manifest, sha256: sum }, null, 2)}\n`;
}

function makeFolder(root: string): { readonly name: string; readonly path: string } {
  try {
    failpoint("make-folder");
    mkdirSync(root, { recursive: true });
    const name = String(Number(namesIn(root).at(-1) ?? 0) + 1).padStart(6, "0");
    const path = join(root, name);
    failpoint("make-folder");
    mkdirSync(path);
    flushFolder(root);
    return { name, path };
  } catch (cause) {
    throw fileFault("to make a folder for a checkpoint", { path: root, cause });
  }
}

/** Every checkpoint's name, finished or not, the oldest first. */
function namesIn(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => /^\d{6,}$/.test(name))
    .sort((a, b) => Number(a) - Number(b));
}

/** Keeps the newest two and the newest that is the best; what has no manifest was never finished, and goes too. */
function prune(root: string): void {
  const found = namesIn(root).map((name) => ({ name, manifest: manifestOf(join(root, name)) }));
  const whole = found.filter(({ manifest }) => typeof manifest === "object");
  const best = whole.findLast(({ manifest }) => typeof manifest === "object" && manifest.best);
  const kept = [...whole.slice(-2), ...(best ? [best] : [])].map(({ name }) => name);
  for (const { name } of found) if (!kept.includes(name)) removeCheckpoint(join(root, name));
}

/** The manifest first: without it, what is left is no checkpoint, also where the process is killed in between. */
function removeCheckpoint(path: string): void {
  try {
    removeWhole(join(path, manifestName));
    removeWhole(path);
  } catch (cause) {
    throw fileFault("to remove an old checkpoint", { path, cause });
  }
}

/** The files of a checkpoint, or what is wrong with it. */
function filesOf(path: string): Readonly<Record<string, Uint8Array>> | string {
  const manifest = manifestOf(path);
  if (typeof manifest === "string") return manifest;
  const files: Record<string, Uint8Array> = {};
  for (const [name, facts] of Object.entries(manifest.files)) {
    const bytes = bytesOf(join(path, name));
    if (typeof bytes === "string") return `${name} ${bytes}`;
    if (bytes.length === 0 && facts.bytes > 0) return `${name} is empty`;
    if (bytes.length < facts.bytes) return `${name} is cut off: ${bytes.length} of ${facts.bytes} bytes`;
    if (bytes.length > facts.bytes)
      return `${name} is too long: ${bytes.length} instead of ${facts.bytes} bytes`;
    if (sha256(bytes) !== facts.sha256) return `${name} holds other bytes than were written`;
    files[name] = bytes;
  }
  return files;
}

/** What a checkpoint's manifest says, or what is wrong with it. */
function manifestOf(path: string): Manifest | string {
  const bytes = bytesOf(join(path, manifestName));
  if (typeof bytes === "string") {
    return bytes === "is missing"
      ? `${manifestName} is missing: it was not finished`
      : `${manifestName} ${bytes}`;
  }
  const text = Buffer.from(bytes).toString("utf8");
  try {
    const { sha256: sum, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const manifest = manifestSchema.parse(rest);
    if (typeof sum === "string" && text === rendered(manifest)) return manifest;
  } catch {
    // Said below, as everything that is not what was written.
  }
  return bytes.length === 0
    ? `${manifestName} is empty`
    : `${manifestName} holds other bytes than were written`;
}

function bytesOf(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    return code === "ENOENT" ? "is missing" : `cannot be read: ${code}`;
  }
}
