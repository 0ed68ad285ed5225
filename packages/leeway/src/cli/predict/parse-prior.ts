import { didYouMean } from "../../errors.ts";
import { namedNumbers } from "../../inference/index.ts";
import { usageError } from "../options.ts";

const forms = "training, auto, or class=share, … with each share above 0";

/** `training`, `auto`, or `fraud=0.01,fine=0.99`: a share or count for every class; all others are named in an error. */
export function parsePrior(text: string, classNames: readonly string[]): number[] | "training" | "auto" {
  if (text === "training" || text === "auto") return text;
  const shares = new Map<string, number>();
  const parts = namedNumbers(text);
  if (parts === undefined) throw usageError("--prior", forms, text);
  for (const { part, name, value: share } of parts) {
    if (!(share > 0 && Number.isFinite(share))) throw usageError("--prior", forms, part);
    if (!classNames.includes(name)) {
      const shown = classNames.slice(0, 20).join(", ");
      throw usageError("--prior", `classes among ${shown}`, name, didYouMean(name, classNames));
    }
    shares.set(name, share);
  }
  const without = classNames.filter((name) => !shares.has(name));
  if (without.length > 0) {
    throw usageError("--prior", `a share for every class, ${without.slice(0, 8).join(", ")} too`, text);
  }
  return classNames.map((name) => shares.get(name)!); // every class has one
}
