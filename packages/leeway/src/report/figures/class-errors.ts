import { type ChartSpec, type Heading, seriesColor, themed, titleOf } from "../chart-spec.ts";

/** The errors of one method or backbone, class by class. */
export interface ClassErrorSeries {
  /** As it is printed: "LDAM-DRW". */
  readonly title: string;
  /** For each panel, the error of each class: fractions, length K; null for a class without examples. */
  readonly panels: readonly (readonly (number | null)[])[];
}

/** What is drawn of errors by class. */
export interface ClassErrorsData extends Heading {
  /** One a panel, from the top: "Training", "Test". */
  readonly panels: readonly string[];
  readonly series: readonly ClassErrorSeries[];
  /** Length K. */
  readonly classNames: readonly string[];
  /** n_j of the training set, length K. */
  readonly trainCounts: readonly number[];
}

/** With more classes than these, bars are as thin as lines and their names do not fit. */
const namedClasses = 20;

/**
 * The error of each class as bars, a panel for each split and a colour for each method, classes from left to right
 * in label order with their numbers of training examples.
 */
export function classErrors(data: ClassErrorsData): ChartSpec {
  const { panels, series, classNames, trainCounts } = data;
  const labels = classNames.map((name, j) => `${name}|${trainCounts[j]!.toLocaleString("en-US")}`);
  const values = series.flatMap(({ title, panels: errors }) =>
    errors.flatMap((byClass, panel) =>
      byClass.map((error, j) => ({
        panel: panels[panel],
        series: title,
        class: labels[j],
        error: error === null ? null : 100 * error,
      })),
    ),
  );
  const few = classNames.length <= namedClasses;
  const titles = series.map(({ title }) => title);
  return themed({
    title: titleOf(data),
    data: { values },
    facet: {
      row: {
        field: "panel",
        sort: [...panels],
        title: null,
        header: { labelOrient: "top", labelAnchor: "start" },
      },
    },
    spec: {
      width: { step: few ? Math.max(56, 14 + 16 * series.length) / series.length : 3 },
      height: 150,
      mark: { type: "bar", clip: true },
      encoding: {
        x: {
          field: "class",
          type: "nominal",
          sort: labels,
          title: few ? "class, and its number of training examples" : "classes, in label order",
          axis: few
            ? { labelAngle: 0, labelExpr: "split(datum.label, '|')", ticks: false, labelPadding: 6 }
            : { labels: false, ticks: false },
          scale: { paddingInner: few ? 0.22 : 0.1 },
        },
        xOffset: { field: "series", sort: titles },
        y: { field: "error", type: "quantitative", title: "top-1 error, %", scale: { domain: [0, 100] } },
        color: seriesColor(titles, { orient: "top", symbolType: "square", columns: 4 }),
      },
    },
  });
}
