import type { Scale } from "../numbers/scale.ts";

interface AxisProps {
  readonly scale: Scale;
  readonly ticks: readonly number[];
  /** Where it lies across: y of a horizontal axis, x of a vertical one. */
  readonly at: number;
  readonly format: (tick: number) => string;
  readonly title?: string;
  /** How far grid lines reach, from the axis; none by default. */
  readonly grid?: number;
}

/** Ticks and words below a figure. */
export function BottomAxis({ scale, ticks, at, format, title, grid = 0 }: AxisProps) {
  const [left, right] = [Math.min(...scale.range), Math.max(...scale.range)];
  return (
    <g class="axis">
      <line class="base" x1={left} x2={right} y1={at} y2={at} />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${scale(tick)},${at})`}>
          {grid > 0 && <line class="grid" y1={0} y2={-grid} />}
          <line class="tick" y2={4} />
          <text y={17} text-anchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
      {title !== undefined && (
        <text class="axis-title" x={right} y={at + 36} text-anchor="end">
          {title}
        </text>
      )}
    </g>
  );
}

/** Ticks and words left of a figure, its title above. */
export function LeftAxis({ scale, ticks, at, format, title, grid = 0 }: AxisProps) {
  const top = Math.min(...scale.range);
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${at},${scale(tick)})`}>
          {grid > 0 && <line class="grid" x1={0} x2={grid} />}
          <text x={-8} y={4} text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {title !== undefined && (
        <text class="axis-title" x={at} y={top - 14} text-anchor="start">
          {title}
        </text>
      )}
    </g>
  );
}
