import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ChartSpec, renderPng, renderSvg } from "../report/index.ts";
import { writeFileAtomically } from "../storage/index.ts";

/** Where a figure was written. */
export interface FigureFiles {
  readonly svg: string;
  readonly png: string;
  /** The Vega-Lite specification, with its data. */
  readonly spec: string;
}

const fontFiles = ["Inter_400Regular.ttf", "Inter_700Bold.ttf"].map((name) =>
  fileURLToPath(new URL(`../../assets/${name}`, import.meta.url)),
);

/**
 * Writes a chart as SVG, as PNG and as the data it is, into a folder that is made where it is not there.
 *
 * @param name without an ending
 */
export async function writeFigure(spec: ChartSpec, folder: string, name: string): Promise<FigureFiles> {
  const [svg, png, data] = [".svg", ".png", ".vl.json"].map((ending) => join(folder, `${name}${ending}`));
  const picture = await renderSvg(spec);
  mkdirSync(folder, { recursive: true });
  const files: FigureFiles = { svg: svg!, png: png!, spec: data! }; // three of each
  writeFileAtomically(files.svg, picture);
  writeFileAtomically(files.png, await renderPng(picture, { fontFiles }));
  writeFileAtomically(files.spec, `${JSON.stringify(spec)}\n`);
  return files;
}
