import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useWidth } from "./figure.tsx";

/** A place of a figure that has something to say. */
export interface Spot {
  /** Its middle, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly lines: readonly string[];
  /** Half of a cell's side; a mark without one is a point. */
  readonly half?: number;
  /** What a click or Enter does. */
  readonly pick?: () => void;
}

interface SpottedFigureProps {
  readonly label: string;
  readonly height: number | ((width: number) => number);
  readonly spots: (width: number) => readonly Spot[];
  /** Spots a row, where they are a grid: up and down move by as many. */
  readonly columns?: number;
  /** The marks, in pixels. */
  readonly children: (width: number) => ComponentChildren;
}

/** How far from a mark, in pixels, the pointer still means it. */
const reach = 28;

/**
 * A drawing whose marks say more where the pointer is on them, or where the arrow keys go; Enter is a click. It is one
 * stop of the tab key, however many marks it has.
 */
export function SpottedFigure({ label, height, spots, columns = 1, children }: SpottedFigureProps) {
  const { ref, width } = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const [spoken, setSpoken] = useState(false);
  const tall = typeof height === "number" ? height : height(width);
  const all = spots(width);
  const active = at === null ? undefined : all[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
      ...{ Home: -all.length, End: all.length },
    };
    const step = steps[event.key];
    if (event.key === "Escape") setAt(null);
    if ((event.key === "Enter" || event.key === " ") && active?.pick !== undefined) active.pick();
    else if (step === undefined) return;
    else setAt(Math.max(0, Math.min(all.length - 1, at === null ? 0 : at + step)));
    setSpoken(true);
    event.preventDefault();
  };
  const onPointer = (event: PointerEvent): void => {
    const box = ref.current!.getBoundingClientRect();
    setSpoken(false);
    setAt(nearest(all, event.clientX - box.left, event.clientY - box.top));
  };
  return (
    <div ref={ref} class="figure spotted">
      <svg
        role="group"
        aria-roledescription="chart"
        aria-label={`${label} Arrow keys move from mark to mark.`}
        tabIndex={0}
        width={width}
        height={tall}
        viewBox={`0 0 ${width} ${tall}`}
        onKeyDown={onKeyDown}
        onFocus={({ currentTarget }) => {
          if (at === null && currentTarget.matches(":focus-visible")) setAt(0);
        }}
        onBlur={() => {
          setAt(null);
        }}
        onPointerMove={onPointer}
        onPointerLeave={() => {
          setAt(null);
        }}
        onClick={() => active?.pick?.()}
      >
        {children(width)}
        {active !== undefined && <Outline {...active} />}
      </svg>
      {active !== undefined && <Tip spot={active} width={width} />}
      <div class="unseen" aria-live="polite">
        {spoken && active !== undefined ? `${active.title}. ${active.lines.join(". ")}` : ""}
      </div>
    </div>
  );
}

function Outline({ x, y, half }: Spot) {
  if (half === undefined) return <circle class="outline" cx={x} cy={y} r={11} />;
  return <rect class="outline" x={x - half} y={y - half} width={2 * half} height={2 * half} />;
}

function Tip({ spot, width }: { readonly spot: Spot; readonly width: number }) {
  const { x, y, title, lines, half = 10 } = spot;
  const onRight = x < width * 0.6;
  return (
    <div
      class="tip"
      style={{
        top: `${y}px`,
        ...(onRight ? { left: `${x + half + 8}px` } : { right: `${width - x + half + 8}px` }),
      }}
    >
      <strong>{title}</strong>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}

/** The spot at or near a place; null where none is. */
function nearest(spots: readonly Spot[], x: number, y: number): number | null {
  let [best, top]: [number | null, number] = [null, Infinity];
  spots.forEach((spot, i) => {
    const [dx, dy] = [Math.abs(spot.x - x), Math.abs(spot.y - y)];
    const isOn = spot.half === undefined ? Math.hypot(dx, dy) <= reach : Math.max(dx, dy) <= spot.half;
    const distance = Math.hypot(dx, dy);
    if (isOn && distance < top) [best, top] = [i, distance];
  });
  return best;
}
