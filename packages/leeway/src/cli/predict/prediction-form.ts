import type { PreparedInput } from "../../data/index.ts";
import { maxClassColumns, withKeptNames } from "../../probes/index.ts";

/** What is written, and what is to be said of it. */
export function formOf(
  { kept = [] }: Partial<PreparedInput>,
  {
    classNames,
    top,
    requested,
    decision = false,
    abstention = false,
  }: {
    readonly classNames: readonly string[];
    readonly top: number;
    readonly requested: "all" | "none" | undefined;
    /** Whether the run has a decision that is applied. */
    readonly decision?: boolean;
    /** Whether it abstains. */
    readonly abstention?: boolean;
  },
): ReturnType<typeof withKeptNames> {
  const many = classNames.length > maxClassColumns;
  const everyClass = requested === undefined ? !many : requested === "all";
  const { form, notes } = withKeptNames({ classNames, top, everyClass, kept, decision, abstention });
  if (requested !== undefined || !many) return { form, notes };
  const why = `${classNames.length} classes have no columns of probabilities, as more than ${maxClassColumns}: --probabilities all writes them, --top N the first of each example`;
  return { form, notes: [...notes, why] };
}
