import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { removeWhole } from "./atomic-file.ts";
import { failpoint } from "./failpoint.ts";
import { fileFault } from "./disk.ts";

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** When the process began, as its system counts it; null where the system does not say. */
  started: z.string().nullable(),
  /** When it was claimed: ISO 8601, UTC. */
  at: z.string(),
});

/** Who holds a claim. */
export type ClaimHolder = Readonly<z.infer<typeof holderSchema>>;

/** A piece of work that this process may do, or that another one does. */
export type Claim =
  | {
      readonly taken: true;
      /** Gives the claim back. */
      release(): void;
    }
  | {
      readonly taken: false;
      readonly holder: ClaimHolder;
      /** The claim's file: to be deleted by hand where its holder, on another host, is dead. */
      readonly file: string;
    };

/**
 * Claims a piece of work among processes that share a folder: at most one of them gets it.
 *
 * A claim is a file made with O_EXCL in `root/.claims`. Where its process has died on this host, the next one
 * takes over by making the file of the next generation, which again only one can. Whether a process of another
 * host lives cannot be seen: its claim stands. A file that is still empty is waited for, two seconds at most: its
 * process is about to write it, or was killed before it could.
 *
 * @param root the folder that is shared
 * @param work what is claimed, in any words; the same words mean the same work
 * @param takeOver takes over from another host too: somebody knows that its process is dead
 * @throws RunError with code `run` if the folder cannot be written
 */
export function takeClaim(
  root: string,
  work: string,
  { takeOver = false }: { readonly takeOver?: boolean } = {},
): Claim {
  const folder = join(root, ".claims");
  const key = keyOf(work);
  const file = (generation: number): string => join(folder, `${key}.${generation}.json`);
  const giveUp = performance.now() + writingTakes;
  try {
    while (true) {
      mkdirSync(folder, { recursive: true });
      const generations = generationsIn(folder, key);
      const last = Math.max(0, ...generations);
      if (last > 0) {
        const found = readClaim(file(last));
        if (found === "gone") continue; // given back since it was listed: another one may begin at 1 again
        if (found === "unwritten" && performance.now() < giveUp) {
          pause();
          continue;
        }
        if (isHeld(found, { takeOver })) return { taken: false, holder: found, file: file(last) };
      }
      if (!madeNew(file(last + 1), work)) continue;
      // Who listed the folder at another moment may have made another generation: who wrote later sees both.
      const others = generationsIn(folder, key).filter((each) => each !== last + 1);
      if (others.some((each) => isHeld(readClaim(file(each)), { takeOver }))) {
        removeWhole(file(last + 1));
        continue;
      }
      return {
        taken: true,
        release: () => {
          // The oldest first: while the newest stands, nobody else begins.
          for (const generation of [...generations.sort((a, b) => a - b), last + 1]) {
            removeWhole(file(generation));
          }
        },
      };
    }
  } catch (cause) {
    throw fileFault("to claim work there", { path: folder, cause });
  }
}

/** Whether a living process of this host, or any of another one, has claimed a piece of work; see {@link takeClaim}. */
export function isClaimed(root: string, work: string): boolean {
  const folder = join(root, ".claims");
  const key = keyOf(work);
  return generationsIn(folder, key).some((generation) =>
    isHeld(readClaim(join(folder, `${key}.${generation}.json`)), { takeOver: false }),
  );
}

function keyOf(work: string): string {
  return createHash("sha256").update(work).digest("hex").slice(0, 16);
}

function generationsIn(folder: string, key: string): number[] {
  return namesIn(folder).flatMap((name) => {
    const [start, generation, end] = name.split(".");
    return start === key && end === "json" ? [Number(generation)] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return []; // taken away while empty
    throw cause;
  }
}

/** Makes a claim's file; false where another process came first. */
function madeNew(path: string, work: string): boolean {
  const holder: ClaimHolder = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    at: new Date().toISOString(),
  };
  failpoint("claim");
  try {
    writeFileSync(path, `${JSON.stringify({ ...holder, work }, null, 2)}\n`, { flag: "wx" });
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") return false; // ENOENT: who released it took the empty folder away
    throw cause;
  }
}

/** The holder of a claim's file, if it names one yet, or if it is still there. */
type FoundClaim = ClaimHolder | "unwritten" | "gone";

function readClaim(path: string): FoundClaim {
  try {
    return holderIn(readFileSync(path, "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    throw cause;
  }
}

function holderIn(text: string): ClaimHolder | "unwritten" {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return "unwritten"; // made, but not yet written; or its process was killed between the two
  }
}

/** A file is written at once after it is made; one that is empty for longer was left by a killed process. */
const writingTakes = 2000; // ms

/** Lets the others work for 10 ms. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

function isHeld(holder: FoundClaim, { takeOver }: { readonly takeOver: boolean }): holder is ClaimHolder {
  if (holder === "unwritten" || holder === "gone") return false;
  if (holder.host !== hostname()) return !takeOver;
  return isAlive(holder.pid) && (holder.started === null || holder.started === startOf(holder.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return statOf(pid)?.[0] !== "Z"; // a dead one that its parent has not reaped still has its number
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM"; // it lives, and is somebody else's
  }
}

/** When a process began, in ticks since the boot, on Linux: a number is given again, with another beginning. */
function startOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** What Linux says of a process: the fields from the third on, its state; null on another system. */
function statOf(pid: number): string[] | null {
  try {
    // The second field, the program's name in brackets, may hold spaces and brackets.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)!.trim().split(" ");
  } catch {
    return null;
  }
}
