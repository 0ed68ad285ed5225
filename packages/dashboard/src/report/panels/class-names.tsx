import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { classAt, shortName } from "../parts/names.ts";
import { type Scales, xOf } from "./class-scatter.tsx";

interface ClassNamesProps {
  readonly run: RunReport;
  /** Named in any case. */
  readonly chosen: number | null;
  readonly scales: Scales;
}

/** Where a name stands. */
interface Placed {
  readonly label: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
}

/** Names beside the marks: of a few classes all, of more the worst five; those that find no room are left to the pointer. */
export function ClassNames({ run, chosen, scales }: ClassNamesProps) {
  const placed: Placed[] = [];
  for (const label of labelsToName(run, chosen)) {
    const { name, recall } = classAt(run, label);
    const text = shortName(name, 18);
    const [x, y] = [xOf(scales, classAt(run, label)), scales.y(recall ?? 0)];
    const places: Placed[] = [
      { label, text, x: x + 10, y: y + 4, anchor: "start" },
      { label, text, x: x - 10, y: y + 4, anchor: "end" },
      { label, text, x: x + 6, y: y + 17, anchor: "start" },
      { label, text, x: x + 6, y: y - 10, anchor: "start" },
    ];
    const free = places.find(
      (place) => isInside(place, scales) && !placed.some((other) => overlap(place, other)),
    );
    if (free !== undefined) placed.push(free);
    else if (label === chosen) placed.push(places[0]!); // the first of four
  }
  return (
    <g>
      {placed.map(({ label, text, x, y, anchor }) => (
        <text
          key={label}
          class={label === chosen ? "mark-name strong" : "mark-name"}
          x={x}
          y={y}
          text-anchor={anchor}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

function labelsToName({ classes }: RunReport, chosen: number | null): number[] {
  const measured = [...classes.keys()].filter((j) => classes[j]!.recall !== null);
  const own = measured.filter((j) => j === chosen);
  if (measured.length > 150) return own;
  const worst = measured.sort((a, b) => classes[a]!.recall! - classes[b]!.recall!); // filtered
  return [...own, ...worst.slice(0, measured.length <= 12 ? 12 : 5).filter((j) => j !== chosen)];
}

/** Letters are about 6.2 pixels wide. */
function ends({ text, x, anchor }: Placed): readonly [number, number] {
  const wide = 6.2 * Array.from(text).length;
  return anchor === "start" ? [x, x + wide] : [x - wide, x];
}

function isInside(place: Placed, { x }: Scales): boolean {
  const [left, right] = ends(place);
  return left >= x.range[0] && right <= x.range[1] + 12;
}

function overlap(a: Placed, b: Placed): boolean {
  const [[left, right], [from, to]] = [ends(a), ends(b)];
  return Math.abs(a.y - b.y) < 13 && left < to && from < right;
}
