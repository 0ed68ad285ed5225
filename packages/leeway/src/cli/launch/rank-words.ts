import { type Environment, placementFrom } from "../../ranks/index.ts";

/** "rank 3: " in front of what a rank but the first says; nothing where `leeway launch` puts it there. */
export function rankWords(environment: Environment): string {
  try {
    const place = placementFrom(environment);
    return place === null || place.rank === 0 || place.launcher === "leeway" ? "" : `rank ${place.rank}: `;
  } catch {
    return ""; // the variables are what is wrong
  }
}
