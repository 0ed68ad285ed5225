import type { LabelGain, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent, signed } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { Panel } from "../parts/panel.tsx";
import { classAt, nameAt, saidName } from "../parts/names.ts";
import { gainsSpec, gainsTable } from "../twins/difference.ts";

/** Which class to label next. */
export function GainsPanel() {
  const { run, pick } = usePicked();
  const [first] = run.gains;
  if (first === undefined) return null;
  const most = Math.max(...run.gains.map(({ balanced }) => balanced), 1e-9);
  return (
    <Panel
      id="next"
      title="What to label next"
      words={wordsOf(run, first)}
      table={() => gainsTable(run)}
      spec={() => gainsSpec(run)}
    >
      <div class="measures gains">
        {run.gains.slice(0, 12).map(({ label, recall, balanced }) => {
          const own = classAt(run, label);
          return (
            <div class="measure" key={label}>
              <button
                type="button"
                class="name link"
                title={own.name}
                onClick={() => {
                  pick(label);
                }}
              >
                {nameAt(run, label, 26)}
              </button>
              <span class="value">{signed(100 * balanced, 2)}</span>
              <span class="spread">points</span>
              <svg class="track" height={20} aria-hidden="true">
                <rect
                  class="bar a"
                  y={6}
                  width={`${(100 * Math.max(0, balanced)) / most}%`}
                  height={8}
                  rx={2}
                />
              </svg>
              <span class="note">{`recall ${percent(own.recall, { digits: 0 })} ${signed(100 * recall, 1)}, ${count(own.trainCount)} examples now`}</span>
            </div>
          );
        })}
      </div>
    </Panel>
  );
}

function wordsOf(run: RunReport, { label, recall, balanced }: LabelGain): string {
  return (
    `50 more training examples of ${saidName(run, label, 30)} would probably bring the most: about ` +
    `${signed(100 * recall, 1)} points of its recall, ${signed(100 * balanced, 2)} of balanced accuracy. ` +
    "An estimate, from how error falls with the number of examples between the classes of this run; examples that " +
    "the model is least certain of bring more than random ones."
  );
}
