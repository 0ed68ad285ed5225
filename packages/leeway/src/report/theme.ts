import type { Config } from "vega-lite";
import { expected } from "../errors.ts";

/** The fonts that charts name; `renderPng` is given the files of the first. */
export const fontFamily = "Inter, Helvetica, Arial, sans-serif";

/**
 * Colours that stay apart for colour-blind eyes and in grey print, for up to eight things.
 *
 * @source Okabe and Ito 2008, "Color Universal Design"; yellow comes last, as it is faint on white
 */
const eightColors: readonly string[] = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#D55E00",
  "#56B4E9",
  "#000000",
  "#F0E442",
];

/**
 * Colours for up to ten things, and for classes, of which there are often more: the eleventh class begins again.
 *
 * @source Tol 2021, "Colour schemes", and CARTOColors' "Safe" after it
 */
export const classColors: readonly string[] = [
  "#332288",
  "#88CCEE",
  "#117733",
  "#DDCC77",
  "#CC6677",
  "#AA4499",
  "#44AA99",
  "#999933",
  "#882255",
  "#661100",
];

/**
 * A colour for each of a few things.
 *
 * @throws ArgumentError for more than ten: there is no eleventh that could be told from the others
 */
export function seriesColors(count: number): readonly string[] {
  const colors = count <= eightColors.length ? eightColors : classColors;
  if (count <= colors.length) return colors.slice(0, count);
  throw expected("seriesColors", "count", `to be at most ${colors.length}, the number of colours`, count);
}

/** Ink for text, and for what stands behind the data. */
export const ink = { strong: "#1a1a1a", soft: "#5c5c5c", faint: "#c9c9c9", grid: "#ececec" } as const;

/** What all charts look like. */
export const theme: Config = {
  background: "#ffffff",
  padding: 16,
  font: fontFamily,
  view: { stroke: null },
  title: {
    anchor: "start",
    fontSize: 16,
    fontWeight: 700,
    color: ink.strong,
    subtitleFontSize: 12,
    subtitleColor: ink.soft,
    subtitlePadding: 6,
    offset: 16,
  },
  axis: {
    labelFontSize: 11,
    labelColor: ink.soft,
    titleFontSize: 12,
    titleFontWeight: 400,
    titleColor: ink.strong,
    titlePadding: 10,
    gridColor: ink.grid,
    domainColor: ink.faint,
    tickColor: ink.faint,
  },
  axisX: { grid: false },
  axisY: { domain: false, ticks: false },
  header: { labelFontSize: 13, labelFontWeight: 700, labelColor: ink.strong },
  legend: {
    labelFontSize: 12,
    labelColor: ink.strong,
    titleFontSize: 12,
    titleFontWeight: 400,
    titleColor: ink.soft,
    symbolStrokeWidth: 3,
    labelLimit: 260,
  },
};
