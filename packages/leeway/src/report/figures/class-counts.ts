import { type ChartSpec, type Heading, themed, titleOf } from "../chart-spec.ts";
import { seriesColors } from "../theme.ts";

/** What is drawn of how many examples classes have. */
export interface ClassCountsData extends Heading {
  readonly classNames: readonly string[];
  /** Length K. */
  readonly counts: readonly number[];
}

/** A bar for each class, the most frequent first; logarithmic where the largest is more than 30 times the smallest. */
export function classCountsChart({ classNames, counts, ...heading }: ClassCountsData): ChartSpec {
  const values = counts
    .map((count, j) => ({ class: classNames[j] ?? String(j), count }))
    .sort((a, b) => b.count - a.count);
  const min = Math.min(...counts);
  const log = min > 0 && Math.max(...counts) > 30 * min;
  return themed({
    title: titleOf(heading),
    data: { values },
    width: 640,
    height: { step: Math.max(4, Math.min(18, 900 / Math.max(1, counts.length))) },
    mark: { type: "bar", color: seriesColors(1)[0]!, tooltip: true }, // one colour
    encoding: {
      y: { field: "class", type: "nominal", sort: null, title: null },
      x: {
        field: "count",
        type: "quantitative",
        title: log ? "examples (logarithmic)" : "examples",
        // Bars of a logarithmic axis need a foot above 0.
        scale: log ? { type: "log", domainMin: Math.max(0.5, min / 2) } : { zero: true },
      },
      ...(log && { x2: { datum: Math.max(0.5, min / 2) } }),
    },
  });
}
