import { libtorch } from "@leeway/torch";
import { fingerprint } from "../data/index.ts";
import type { Session } from "../training/index.ts";
import { leewayVersion } from "./environment.ts";

/**
 * Refuses ranks that are not at one run: with other data, another recipe or other versions, or from another step. All of
 * them have read what they need once it returns. Nothing of a process by itself.
 *
 * @param more what else must be the same, by name
 * @throws RunError with code "usage" naming the rank and what differs
 */
export function requireSameRun(
  { ranks, recipe, data: { train } }: Pick<Session, "ranks" | "recipe" | "data">,
  more: Readonly<Record<string, string>>,
): void {
  ranks?.requireSame({
    "version of Leeway": leewayVersion(),
    libtorch: libtorch().version,
    recipe: JSON.stringify(recipe),
    "training examples": fingerprint(train),
    ...more,
  });
}
