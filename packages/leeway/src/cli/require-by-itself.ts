import { type Environment, launcherNames, placementFrom } from "../ranks/index.ts";
import { usageError } from "./options.ts";

/**
 * Refuses to be one of several ranks where they would not share the work: each would do all of it.
 *
 * @throws RunError with code "usage" naming the launcher
 */
export function requireByItself(
  command: string,
  advice: string,
  environment: Environment = process.env,
): void {
  const placement = placementFrom(environment);
  if (placement === null || placement.size === 1) return;
  const { rank, size, launcher } = placement;
  throw usageError(command, "one process", `rank ${rank} of ${size} by ${launcherNames[launcher]}`, advice);
}
