import type { ClassDetection } from "../../../../leeway/src/report/page/report-data.ts";
import { percent } from "../../../../leeway/src/report/words.ts";
import { type OperatingPoint, pointAt } from "../numbers/operating-point.ts";
import { linearScale, type Scale } from "../numbers/scale.ts";
import { BottomAxis, LeftAxis } from "../parts/axis.tsx";
import { useWidth } from "../parts/figure.tsx";
import { useMemo } from "preact/hooks";

interface PrecisionRecallProps {
  readonly detection: ClassDetection;
  /** The threshold that is marked. */
  readonly at: number;
  readonly share: number;
  readonly onPick: (at: number) => void;
}

/** Precision against recall, with lines of equal F1; a click takes the nearest threshold. */
export function PrecisionRecall({ detection, at, share, onPick }: PrecisionRecallProps) {
  const { ref, width } = useWidth();
  const height = Math.min(430, Math.max(300, width * 0.85));
  const x = linearScale([0, 1], [48, width - 46]);
  const y = linearScale([0, 1], [height - 48, 34]);
  const points = useMemo(
    () => detection.thresholds.map((_, i) => pointAt(detection, i, share)),
    [detection, share],
  );
  const line = useMemo(() => pathOf(points, x, y), [points, width]);
  const point = points[at]!; // a threshold
  const pick = (event: MouseEvent): void => {
    const box = ref.current!.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const distances = points.map((each) => Math.hypot(x(each.recall) - px, y(precisionOf(each)) - py));
    onPick(distances.indexOf(Math.min(...distances)));
  };
  return (
    <div ref={ref} class="figure">
      <svg
        role="img"
        aria-label={`Precision against recall; marked: recall ${percent(point.recall)}, precision ${percent(precisionOf(point))}.`}
        {...{ width, height }}
        viewBox={`0 0 ${width} ${height}`}
        onClick={pick}
      >
        <BottomAxis
          scale={x}
          ticks={[0, 0.25, 0.5, 0.75, 1]}
          at={y(0)}
          format={share100}
          title="recall"
          grid={y(0) - y(1)}
        />
        <LeftAxis
          scale={y}
          ticks={[0, 0.25, 0.5, 0.75, 1]}
          at={48}
          format={share100}
          title="precision"
          grid={x(1) - 48}
        />
        {[0.2, 0.4, 0.6, 0.8].map((f1) => (
          <EqualF1 key={f1} f1={f1} x={x} y={y} />
        ))}
        <line class="chance" x1={x(0)} x2={x(1)} y1={y(share)} y2={y(share)} />
        <text class="rule-text" x={x(0) + 6} y={y(share) - 5}>
          by chance
        </text>
        <path class="line a strong" d={line} />
        <line class="cross" x1={x(point.recall)} x2={x(point.recall)} y1={y(0)} y2={y(precisionOf(point))} />
        <line
          class="cross"
          x1={x(0)}
          x2={x(point.recall)}
          y1={y(precisionOf(point))}
          y2={y(precisionOf(point))}
        />
        <circle class="here" cx={x(point.recall)} cy={y(precisionOf(point))} r={7} />
      </svg>
    </div>
  );
}

function precisionOf({ precision }: OperatingPoint): number {
  return Number.isNaN(precision) ? 1 : precision;
}

function share100(tick: number): string {
  return `${100 * tick} %`;
}

function pathOf(points: readonly OperatingPoint[], x: Scale, y: Scale): string {
  return points
    .map((each, i) => `${i === 0 ? "M" : "L"}${x(each.recall).toFixed(1)} ${y(precisionOf(each)).toFixed(1)}`)
    .join("");
}

/** P = F R / (2 R - F) */
function EqualF1({ f1, x, y }: { readonly f1: number; readonly x: Scale; readonly y: Scale }) {
  const from = f1 / (2 - f1);
  const steps = Array.from({ length: 41 }, (_, i) => from + (1 - from) * (i / 40) ** 3);
  const path = steps
    .map((r, i) => `${i === 0 ? "M" : "L"}${x(r).toFixed(1)} ${y((f1 * r) / (2 * r - f1)).toFixed(1)}`)
    .join("");
  return (
    <g class="equal-f1">
      <path d={path} />
      <text x={x(1) + 5} y={y(from) + 4}>
        {`F1 ${f1}`}
      </text>
    </g>
  );
}
