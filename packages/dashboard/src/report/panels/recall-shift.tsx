import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { percent } from "../../../../leeway/src/report/words.ts";
import { linearScale } from "../numbers/scale.ts";
import { BottomAxis } from "../parts/axis.tsx";
import { Figure } from "../parts/figure.tsx";
import { byFrequency, classAt, groupName, nameAt } from "../parts/names.ts";

interface RecallShiftProps {
  readonly run: RunReport;
  /** Recalls, length K. */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

/** With more classes than these, lines are of groups. */
const maxLines = 20;

/** How the recall of each class, or of groups of many, moves. */
export function RecallShift({ run, before, after }: RecallShiftProps) {
  const lines = linesOf(run, before, after);
  const [step, left] = [26, 140];
  return (
    <Figure label="Recall of each class, before and after." height={lines.length * step + 52}>
      {(width) => {
        const x = linearScale([0, 1], [left, width - 70]);
        const bottom = lines.length * step + 4;
        return (
          <g>
            <BottomAxis
              scale={x}
              ticks={[0, 0.25, 0.5, 0.75, 1]}
              at={bottom}
              format={(tick) => `${100 * tick} %`}
              title="recall"
              grid={bottom}
            />
            {lines.map(({ name, from, to }, i) => {
              const y = i * step + 14;
              return (
                <g key={name}>
                  <text class="row-name" x={left - 12} y={y + 4} text-anchor="end">
                    {name}
                  </text>
                  <line class="shift strong" x1={x(from)} x2={x(to)} y1={y} y2={y} />
                  <circle class="dot hollow" cx={x(from)} cy={y} r={4} />
                  <circle class="dot a" cx={x(to)} cy={y} r={5} />
                  <text class="row-value" x={width} y={y + 4} text-anchor="end">
                    {percent(to)}
                  </text>
                </g>
              );
            })}
          </g>
        );
      }}
    </Figure>
  );
}

function linesOf(
  run: RunReport,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): { name: string; from: number; to: number }[] {
  const tested = byFrequency(run).filter((label) => !Number.isNaN(before[label]!));
  if (tested.length <= maxLines) {
    return tested.map((label) => ({ name: nameAt(run, label, 18), from: before[label]!, to: after[label]! })); // a class
  }
  return run.groups.groups.map((group) => {
    const own = tested.filter((label) => classAt(run, label).group === group);
    const mean = (recalls: ArrayLike<number>): number =>
      own.reduce((sum, label) => sum + recalls[label]!, 0) / Math.max(1, own.length); // a class
    return { name: groupName(group), from: mean(before), to: mean(after) };
  });
}
