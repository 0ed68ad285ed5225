import { enoughExamples, type ScarceClass } from "../analysis/index.ts";
import { count, shownName } from "./words.ts";

/** Classes that are named one by one. */
const named = 3;

/**
 * How many examples there are of scarce classes: `1 of "fraud"`, `0 of "a" and 3 of "b"`, and of more than three
 * `fewer than ten of 23 of 100 classes (0 of "a", 1 of "b", 1 of "c", …)`.
 *
 * @param classes K
 */
export function scarceText(scarce: readonly ScarceClass[], classes: number): string {
  const each = scarce.slice(0, named).map(({ name, examples }) => `${examples} of "${shownName(name)}"`);
  if (scarce.length > named) {
    const many = `fewer than ${enoughExamples} of ${count(scarce.length)} of ${count(classes)} classes`;
    return `${many} (${each.join(", ")}, …)`;
  }
  const last = each.pop() ?? "";
  return each.length === 0 ? last : `${each.join(", ")} and ${last}`;
}
