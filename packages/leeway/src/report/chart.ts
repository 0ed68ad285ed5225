import type { compile, TopLevelSpec } from "vega-lite";
import { expected } from "../errors.ts";
import { seriesColors, theme } from "./theme.ts";

/** A chart as data: a Vega-Lite specification. It opens in any Vega-Lite editor and in a browser. */
export type ChartSpec = TopLevelSpec;

/** One of several charts in a specification. */
export type PartSpec = Extract<ChartSpec, { vconcat: unknown }>["vconcat"][number];

type CompileOptions = NonNullable<Parameters<typeof compile>[1]>;

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

/**
 * A chart as SVG.
 *
 * @throws ArgumentError where Vega-Lite finds something to warn of: what it would leave out belongs mended
 */
export async function renderSvg(spec: ChartSpec): Promise<string> {
  // Loaded where a chart is drawn: half a second that nobody else should wait.
  const [{ parse, View }, lite] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new View(parse(lite.compile(spec, { logger: strict }).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** How an SVG becomes pixels. */
export interface PngOptions {
  /** TrueType files: no other font is used, so that the picture is the same everywhere. */
  readonly fontFiles: readonly string[];
  /** Pixels for each unit of the SVG. */
  readonly zoom?: number;
}

/**
 * An SVG as PNG.
 *
 * @throws ArgumentError without a font, since all text would be left out in silence
 */
export async function renderPng(svg: string, { fontFiles, zoom = 2 }: PngOptions): Promise<Uint8Array> {
  if (fontFiles.length === 0)
    throw expected("renderPng", "fontFiles", "to name at least one font", fontFiles);
  const { Resvg } = await import("@resvg/resvg-js"); // native: not for browsers, which draw the SVG themselves
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { fontFiles: [...fontFiles], loadSystemFonts: false, defaultFontFamily: "Inter" },
  });
  return resvg.render().asPng();
}

/** Vega-Lite's messages as errors; what it only tells is left unsaid. */
const strict: NonNullable<CompileOptions["logger"]> = {
  level: () => strict,
  error: refuse,
  warn: refuse,
  info: () => strict,
  debug: () => strict,
};

function refuse(...words: readonly unknown[]): never {
  throw expected("renderSvg", "specification", "to be drawn without a warning", words.map(String).join(" "));
}
