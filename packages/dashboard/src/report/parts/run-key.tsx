import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { runName } from "./names.ts";

/** Which mark is which run's. */
export function RunKey({ run, other }: { readonly run: RunReport; readonly other: RunReport }) {
  return (
    <p class="key">
      <svg width={14} height={14} aria-hidden="true">
        <circle class="dot a" cx={7} cy={7} r={5} />
      </svg>
      {runName(run, other)}
      <svg width={14} height={14} aria-hidden="true">
        <path class="diamond b" d="M7 1L13 7L7 13L1 7Z" />
      </svg>
      {runName(other, run)}
    </p>
  );
}
