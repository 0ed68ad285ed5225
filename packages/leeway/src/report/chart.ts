import type { compile } from "vega-lite";
import { expected } from "../errors.ts";
import type { ChartSpec } from "./chart-spec.ts";

type CompileOptions = NonNullable<Parameters<typeof compile>[1]>;

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
