import type { ScarceClass } from "../analysis/index.ts";
import { enoughExamples } from "../imbalance/index.ts";
import { count, shownName } from "./words.ts";

/** Classes that are named one by one. */
const named = 3;

/**
 * How many examples there are of scarce classes: `1 of "fraud"`, `0 of "a" and 3 of "b"`, and of more than three
 * `23 of 100 classes have fewer than 10 ("a" 0, "b" 1, "c" 1, …)`.
 *
 * @param classes K
 */
export function scarceText(scarce: readonly ScarceClass[], classes: number): string {
  if (scarce.length > named) {
    const first = scarce.slice(0, named).map(({ name, examples }) => `"${shownName(name)}" ${examples}`);
    const many = `${count(scarce.length)} of ${count(classes)} classes have fewer than ${enoughExamples}`;
    return `${many} (${first.join(", ")}, …)`;
  }
  const each = scarce.map(({ name, examples }) => `${examples} of "${shownName(name)}"`);
  const last = each.pop() ?? "";
  return each.length === 0 ? last : `${each.join(", ")} and ${last}`;
}
