import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../errors.ts";
import { isClaimed, takeClaim } from "./claim.ts";

const work = "run";

/** Whether a process works on a run, as far as can be seen from here. */
export function isRunLocked(path: string): boolean {
  return isClaimed(path, work);
}

/**
 * Takes a run folder for this process alone. A lock that a process of this host left when it died is taken over.
 *
 * @param path     the run's folder
 * @param takeOver also from a process on another host, of which cannot be seen whether it lives
 * @returns gives the folder back
 * @throws RunError with code `run` that says who holds it, or that the folder cannot be written
 */
export function lockRun(
  path: string,
  { takeOver = false }: { readonly takeOver?: boolean } = {},
): () => void {
  const claim = takeClaim(path, work, { takeOver });
  if (claim.taken) {
    return () => {
      try {
        claim.release();
        rmdirSync(join(path, ".claims"));
      } catch {
        // Somebody else has just begun to claim it, or the disk is gone: what then stands of the lock is void as
        // soon as this process ends.
      }
    };
  }
  const { holder, file } = claim;
  const who = `process ${holder.pid} on ${holder.host} since ${holder.at}`;
  const advice = "Wait for its end, or stop it. Where its machine is gone: leeway resume --take-over.";
  throw new RunError(
    "run",
    `${path}: expected a run that nobody works on, got one held by ${who} (${file}). ${advice}`,
    { path },
  );
}
