import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { classAt, nameAt } from "../parts/names.ts";
import { GroupMatrix } from "./group-matrix.tsx";

/** Of more classes than an eye can read in a matrix: the pairs that are confused most, and the groups. */
export function ConfusedPairs({ run }: { readonly run: RunReport }) {
  const { pickCell, cell } = usePicked();
  const { pairs } = run.confusion;
  return (
    <div class="pairs-and-groups">
      <div>
        <h3>{`The ${pairs.length} pairs with the largest share`}</h3>
        <ol class="pairs">
          {pairs.map(({ truth, prediction, count: own, share }) => (
            <li key={`${truth}-${prediction}`}>
              <button
                type="button"
                class={cell?.truth === truth && cell.prediction === prediction ? "pair picked" : "pair"}
                onClick={() => {
                  pickCell({ truth, prediction });
                }}
              >
                <span
                  class="pair-names"
                  title={`${classAt(run, truth).name} → ${classAt(run, prediction).name}`}
                >
                  {nameAt(run, truth, 26)}
                  <span class="arrow" aria-label="taken for">
                    {" → "}
                  </span>
                  {nameAt(run, prediction, 26)}
                </span>
                <svg class="track" height={10} aria-hidden="true">
                  <rect class="rail" width="100%" height={10} rx={2} />
                  <rect class="bar wrong" width={`${100 * share}%`} height={10} rx={2} />
                </svg>
                <span class="pair-share">{`${percent(share, { digits: 0 })}, ${count(own)} of ${count(classAt(run, truth).testCount)}`}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h3>Between shot groups</h3>
        <GroupMatrix run={run} />
      </div>
    </div>
  );
}
