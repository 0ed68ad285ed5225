import type { TopLevelSpec } from "vega-lite";
import { seriesColors, theme } from "./theme.ts";

/** A chart as data: a Vega-Lite specification. It opens in any Vega-Lite editor and in a browser. */
export type ChartSpec = TopLevelSpec;

/** One of several charts in a specification. */
export type PartSpec = Extract<ChartSpec, { vconcat: unknown }>["vconcat"][number];

/** What stands above a chart. */
export interface Heading {
  readonly title: string;
  /** What the numbers stand for: data, model, epochs, seeds. A few words a line, so that no line widens the chart. */
  readonly subtitle: readonly string[];
}

/** A specification with the look of all charts. */
export function themed(spec: ChartSpec): ChartSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...spec,
    config: { ...theme, ...spec.config },
  };
}

/** A heading as Vega-Lite takes it. */
export function titleOf({ title, subtitle }: Heading): { text: string; subtitle: string[] } {
  return { text: title, subtitle: [...subtitle] };
}

/** The colours of several series, in their order, with a legend without a title. */
export function seriesColor<Legend>(titles: readonly string[], legend: Legend) {
  return {
    field: "series",
    type: "nominal" as const,
    sort: [...titles],
    title: null,
    scale: { domain: [...titles], range: [...seriesColors(titles.length)] },
    legend,
  };
}
