import type { RunRecord } from "../records/index.ts";

/** What of a network was there before the run, for whoever waits for it: a line, or none where it begins anew. */
export function initWords({
  recipe: { init },
  initialised,
}: Pick<RunRecord, "recipe" | "initialised">): string[] {
  if (init === undefined || initialised === undefined) return [];
  const { loaded, fresh, leftOver, widened = false } = initialised;
  const parts = [
    `${loaded} tensors loaded${widened ? ", those of 16 bits as float32" : ""}`,
    ...(fresh.length > 0 ? [`new: ${named(fresh)}`] : []),
    ...(leftOver.length > 0 ? [`left over: ${named(leftOver)}`] : []),
  ];
  return [`Begins from ${init.path} (sha256 ${init.sha256.slice(0, 12)}…): ${parts.join("; ")}`];
}

/** The first few names, and how many there are. */
function named(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(", ");
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}
