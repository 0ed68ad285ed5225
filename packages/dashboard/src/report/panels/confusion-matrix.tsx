import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { classAt, nameAt, shortName } from "../parts/names.ts";
import { type Spot, SpottedFigure } from "../parts/spotted-figure.tsx";

interface MatrixProps {
  readonly run: RunReport;
  readonly matrix: readonly (readonly number[])[];
  /** Labels, from the top and from the left. */
  readonly order: readonly number[];
}

interface Layout {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
  /** Letters of a name. */
  readonly letters: number;
  /** Whether names fit above their columns; else they are turned. */
  readonly isFlat: boolean;
}

/** Rows of true classes, columns of predictions; the diagonal is right. */
export function ConfusionMatrix({ run, matrix, order }: MatrixProps) {
  const { pickCell, cell: picked } = usePicked();
  const tall = (width: number): number => {
    const { top, cell } = layoutOf(run, order, width);
    return top + cell * order.length + 24;
  };
  return (
    <SpottedFigure
      label="Confusion matrix: rows are true classes, columns what they are taken for."
      height={tall}
      columns={order.length}
      spots={(width) => spotsOf(run, { matrix, order, layout: layoutOf(run, order, width), pickCell })}
    >
      {(width) => {
        const layout = layoutOf(run, order, width);
        return (
          <g>
            <Names run={run} order={order} layout={layout} />
            {order.map((truth, row) =>
              order.map((prediction, column) => (
                <Cell
                  key={`${truth}-${prediction}`}
                  {...{ row, column, layout }}
                  count={matrix[truth]![prediction]!}
                  size={classAt(run, truth).testCount}
                  isPicked={picked?.truth === truth && picked.prediction === prediction}
                />
              )),
            )}
            <Counts run={run} order={order} layout={layout} width={width} />
          </g>
        );
      }}
    </SpottedFigure>
  );
}

/** Cells of a few classes have room for counts. */
const fewClasses = 5;

function layoutOf(run: RunReport, order: readonly number[], width: number): Layout {
  const longest = Math.max(...order.map((label) => Array.from(classAt(run, label).name).length));
  const letters = Math.min(longest, width < 600 ? 10 : 18);
  const left = Math.max(84, 16 + 6.6 * letters);
  const counts = width < 600 ? 60 : 120;
  const cell = Math.max(
    9,
    Math.min(order.length <= fewClasses ? 96 : 64, Math.floor((width - left - counts) / order.length)),
  );
  const isFlat = cell > 6.6 * letters + 4;
  return { left, letters, cell, isFlat, top: isFlat ? 30 : 30 + 5 * letters };
}

interface CellProps {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  readonly size: number;
  readonly layout: Layout;
  readonly isPicked: boolean;
}

function Cell({ row, column, count: own, size, layout: { left, top, cell }, isPicked }: CellProps) {
  const share = size === 0 ? 0 : own / size;
  const isRight = row === column;
  const strength = own === 0 ? 0 : isRight ? 0.08 + 0.92 * share : 0.06 + 0.94 * logStrength(share);
  const [x, y] = [left + column * cell, top + row * cell];
  const level = strength > 0.8 ? "full" : strength > 0.7 ? "half" : "";
  const textClass = `cell-text ${isRight ? "right" : "wrong"} ${level}`;
  return (
    <g>
      <rect
        class={`cell ${isRight ? "right" : "wrong"} ${isPicked ? "picked" : ""}`}
        {...{ x: x + 0.5, y: y + 0.5, width: cell - 1, height: cell - 1 }}
        fill-opacity={strength.toFixed(3)}
      />
      {cell >= 26 && own > 0 && (
        <text
          class={cell > 64 ? `${textClass} large` : textClass}
          x={x + cell / 2}
          y={y + cell / 2 + 4}
          text-anchor="middle"
        >
          {share < 0.005 ? "<1" : (100 * share).toFixed(0)}
        </text>
      )}
      {cell > 64 && own > 0 && (
        <text class={textClass} x={x + cell / 2} y={y + cell / 2 + 22} text-anchor="middle">
          {`${count(own)} of ${count(size)}`}
        </text>
      )}
    </g>
  );
}

/** From 0 to 1 by the logarithm of a share, 1 per mille on. */
function logStrength(share: number): number {
  return Math.max(0, Math.min(1, 1 + Math.log10(Math.max(share, 1e-3)) / 3));
}

function Names({
  run,
  order,
  layout: { left, top, cell, letters, isFlat },
}: Omit<MatrixProps, "matrix"> & { readonly layout: Layout }) {
  const { label } = usePicked();
  const every = cell >= 11 ? 1 : 2;
  return (
    <g class="names">
      <text class="axis-title" x={left - 8} y={top - 8} text-anchor="end">
        taken for →
      </text>
      {order.map((own, i) => {
        const name = shortName(classAt(run, own).name, letters);
        const at = cell * (i + 0.5);
        const strong = own === label ? "strong" : "";
        return i % every !== 0 ? null : (
          <g key={own} class={strong}>
            <title>{classAt(run, own).name}</title>
            <text x={left - 8} y={top + at + 4} text-anchor="end">
              {name}
            </text>
            {isFlat ? (
              <text x={left + at} y={top - 8} text-anchor="middle">
                {name}
              </text>
            ) : (
              <text transform={`translate(${left + at + 3},${top - 6}) rotate(-45)`}>{name}</text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** Bars of training examples beside the rows. */
function Counts({
  run,
  order,
  layout: { left, top, cell },
  width,
}: Omit<MatrixProps, "matrix"> & { readonly layout: Layout; readonly width: number }) {
  const from = left + order.length * cell + 10;
  const room = Math.min(110, width - from - 44);
  const most = Math.max(...run.classes.map(({ trainCount }) => trainCount), 1);
  if (room < 10) return null;
  return (
    <g class="counts">
      <text class="axis-title" x={from} y={top + cell * order.length + 18}>
        training
      </text>
      {order.map((label, i) => {
        const { trainCount } = classAt(run, label);
        const y = top + cell * i;
        const long = Math.max(1, (room * trainCount) / most);
        return (
          <g key={label}>
            <rect
              class="count-bar"
              x={from}
              y={y + cell * 0.25}
              width={long}
              height={Math.max(2, cell * 0.5)}
            />
            {cell >= 11 && (
              <text x={from + long + 5} y={y + cell / 2 + 4}>
                {count(trainCount)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

interface SpotsOf {
  readonly matrix: readonly (readonly number[])[];
  readonly order: readonly number[];
  readonly layout: Layout;
  readonly pickCell: (cell: { truth: number; prediction: number }) => void;
}

function spotsOf(run: RunReport, { matrix, order, layout, pickCell }: SpotsOf): Spot[] {
  const { left, top, cell } = layout;
  return order.flatMap((truth, row) =>
    order.map((prediction, column) => {
      const own = matrix[truth]![prediction]!;
      const size = classAt(run, truth).testCount;
      return {
        x: left + (column + 0.5) * cell,
        y: top + (row + 0.5) * cell,
        half: cell / 2,
        title:
          truth === prediction
            ? `${nameAt(run, truth, 30)} recognised`
            : `${nameAt(run, truth, 30)} taken for ${nameAt(run, prediction, 30)}`,
        lines: [`${size === 0 ? "–" : percent(own / size)}: ${count(own)} of ${count(size)}`],
        pick: () => {
          pickCell({ truth, prediction });
        },
      };
    }),
  );
}
