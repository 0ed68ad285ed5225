import { useRef } from "preact/hooks";
import { count } from "../../../leeway/src/report/words.ts";
import { logScale, logTicks } from "../report/numbers/scale.ts";
import { LeftAxis } from "../report/parts/axis.tsx";
import { Figure } from "../report/parts/figure.tsx";

const [height, top, bottom, left] = [280, 30, 250, 54];
/** What a bar may stand for. */
const [fewest, most] = [1, 100_000];

interface CountBarsProps {
  readonly counts: readonly number[];
  readonly onChange: (counts: readonly number[]) => void;
}

/** A bar a class, whose end is dragged, or moved by the arrow keys. */
export function CountBars({ counts, onChange }: CountBarsProps) {
  const held = useRef<number | null>(null);
  const y = logScale([fewest, most], [bottom, top]);
  const set = (at: number, to: number): void => {
    const next = Math.max(fewest, Math.min(most, Math.round(to)));
    onChange(counts.map((each, j) => (j === at ? next : each)));
  };
  const drag = (event: PointerEvent, at: number): void => {
    const box = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
    const place = (event.clientY - box.top) * (height / box.height);
    set(at, fewest * (most / fewest) ** ((bottom - place) / (bottom - top)));
  };
  return (
    <Figure label="Training examples of each class; drag a bar, or use the arrow keys on it." height={height}>
      {(width) => {
        const step = (width - left - 8) / counts.length;
        return (
          <g>
            <LeftAxis
              scale={y}
              ticks={logTicks([fewest, most]).filter((tick) => Number.isInteger(Math.log10(tick)))}
              at={left}
              format={count}
              title="training examples"
              grid={width - left - 8}
            />
            {counts.map((own, at) => (
              <g
                key={at}
                class="count-bar"
                role="slider"
                tabindex={0}
                aria-label={`class ${at}`}
                aria-valuemin={fewest}
                aria-valuemax={most}
                aria-valuenow={own}
                transform={`translate(${left + at * step},0)`}
                onPointerDown={(event) => {
                  held.current = at;
                  (event.currentTarget as Element).setPointerCapture(event.pointerId);
                  drag(event, at);
                }}
                onPointerMove={(event) => {
                  if (held.current === at) drag(event, at);
                }}
                onPointerUp={() => {
                  held.current = null;
                }}
                onKeyDown={(event) => {
                  const factor = { ArrowUp: 1.1, ArrowDown: 1 / 1.1, PageUp: 2, PageDown: 0.5 }[event.key];
                  if (factor === undefined) return;
                  event.preventDefault();
                  const to = own * factor;
                  set(at, factor > 1 ? Math.max(to, own + 1) : Math.min(to, own - 1));
                }}
              >
                <rect class="grip" x={0} y={top} width={step} height={bottom - top} />
                <rect class="bar a" x={step * 0.12} y={y(own)} width={step * 0.76} height={bottom - y(own)} />
                <text class="mark-text" x={step / 2} y={y(own) - 6} text-anchor="middle">
                  {step > 34 ? count(own) : ""}
                </text>
                <text class="tick-text" x={step / 2} y={bottom + 18} text-anchor="middle">
                  {String(at)}
                </text>
              </g>
            ))}
          </g>
        );
      }}
    </Figure>
  );
}
