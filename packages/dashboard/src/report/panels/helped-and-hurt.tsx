import type { RunDifference, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count } from "../../../../leeway/src/report/words.ts";
import { linearScale } from "../numbers/scale.ts";
import { Figure } from "../parts/figure.tsx";
import { classAt, nameAt } from "../parts/names.ts";

/** With more classes than these, those that changed most are shown. */
const maxRows = 30;

/** Bars to both sides of 0, class by class. */
export function HelpedAndHurt({
  run,
  difference,
}: {
  readonly run: RunReport;
  readonly difference: RunDifference;
}) {
  const rows = rowsOf(run, difference);
  const step = 24;
  const most = Math.max(1, ...rows.flatMap(({ helped, hurt }) => [helped, hurt]));
  return (
    <>
      <Figure label="Examples helped and hurt, class by class." height={rows.length * step + 30}>
        {(width) => {
          const isNarrow = width < 560;
          const [left, right] = isNarrow ? [92, 92] : [150, 110];
          const pad = isNarrow ? 24 : 36;
          const x = linearScale([-most, most], [left + pad, width - right - pad]);
          return (
            <g>
              <text class="axis-title" x={x(0) - 8} y={12} text-anchor="end">
                ← hurt
              </text>
              <text class="axis-title" x={x(0) + 8} y={12}>
                helped →
              </text>
              <line class="rule strong" x1={x(0)} x2={x(0)} y1={18} y2={rows.length * step + 24} />
              {rows.map(({ label, helped, hurt, p }, i) => {
                const y = i * step + 24;
                return (
                  <g key={label}>
                    <text class="row-name" x={left - 12} y={y + 12} text-anchor="end">
                      {nameAt(run, label, isNarrow ? 12 : 20)}
                    </text>
                    <rect class="bar helped" x={x(0)} y={y} width={x(helped) - x(0)} height={15} />
                    <rect class="bar hurt" x={x(-hurt)} y={y} width={x(0) - x(-hurt)} height={15} />
                    <text class="row-note" x={x(helped) + 6} y={y + 12}>
                      {count(helped)}
                    </text>
                    <text class="row-note" x={x(-hurt) - 6} y={y + 12} text-anchor="end">
                      {count(hurt)}
                    </text>
                    <text class="row-value" x={width} y={y + 12} text-anchor="end">
                      {pText(p)}
                    </text>
                  </g>
                );
              })}
            </g>
          );
        }}
      </Figure>
      {rows.length < difference.classes.length && (
        <p class="aside">{`The ${rows.length} classes that changed most, of ${count(difference.classes.length)}.`}</p>
      )}
    </>
  );
}

function rowsOf(run: RunReport, { classes }: RunDifference): RunDifference["classes"][number][] {
  const change = ({ helped, hurt }: RunDifference["classes"][number]): number => Math.abs(helped - hurt);
  const shown =
    classes.length <= maxRows ? classes : classes.toSorted((a, b) => change(b) - change(a)).slice(0, maxRows);
  return shown.toSorted((a, b) => classAt(run, b.label).trainCount - classAt(run, a.label).trainCount);
}

function pText(p: number): string {
  if (p >= 0.05) return p > 0.995 ? "" : `p ${p.toFixed(2)}`;
  return p < 0.001 ? "p < 0.001 ●" : `p ${p.toFixed(3)} ●`;
}
