import { type ChartSpec, type Heading, seriesColor, themed, titleOf } from "../chart-spec.ts";
import { ink } from "../theme.ts";

/** How one method learned. */
export interface LearningCurve {
  /** As it is printed: "LDAM-DRW". */
  readonly title: string;
  /** Errors after each epoch, from the first: fractions; null where nothing was measured. */
  readonly training: readonly (number | null)[];
  readonly evaluation: readonly (number | null)[];
}

/** What is drawn of how methods learned. */
export interface LearningCurvesData extends Heading {
  readonly curves: readonly LearningCurve[];
  /** Which split chose the epoch: "test". */
  readonly split: string;
  /** The epochs, counted from 0, from which the learning rate is lower. */
  readonly decays: readonly number[];
}

/**
 * Top-1 error over the epochs: dotted on the imbalanced training data, solid on the balanced split, a colour for each
 * method, and a line where the learning rate falls.
 */
export function learningCurves(data: LearningCurvesData): ChartSpec {
  const { curves, split, decays } = data;
  const splits = ["training", split];
  const values = curves.flatMap(({ title, training, evaluation }) =>
    [training, evaluation].flatMap((errors, i) =>
      errors.flatMap((error, epoch) =>
        error === null ? [] : [{ series: title, split: splits[i], epoch: epoch + 1, error: 100 * error }],
      ),
    ),
  );
  const titles = curves.map(({ title }) => title);
  return themed({
    title: titleOf(data),
    width: 620,
    height: 360,
    layer: [
      {
        data: { values: decays.map((epoch) => ({ epoch })) },
        mark: { type: "rule", color: ink.faint, strokeDash: [2, 3] },
        encoding: { x: { field: "epoch", type: "quantitative" } },
      },
      {
        data: { values: decays.slice(0, 1).map((epoch) => ({ epoch, words: "learning rate falls" })) },
        mark: { type: "text", align: "right", dx: -5, dy: 8, color: ink.soft, fontSize: 11 },
        encoding: {
          x: { field: "epoch", type: "quantitative" },
          y: { value: 0 },
          text: { field: "words", type: "nominal" },
        },
      },
      {
        data: { values },
        mark: { type: "line", strokeWidth: 1.8, interpolate: "linear" },
        encoding: {
          x: {
            field: "epoch",
            type: "quantitative",
            title: "epoch",
            axis: { tickMinStep: 1 },
            scale: { nice: false },
          },
          y: { field: "error", type: "quantitative", title: "top-1 error, %" },
          color: seriesColor(titles, { orient: "right", symbolType: "stroke", symbolSize: 300 }),
          strokeDash: {
            field: "split",
            type: "nominal",
            sort: splits,
            title: null,
            scale: {
              domain: splits,
              range: [
                [2, 3],
                [1, 0],
              ],
            },
            legend: { orient: "right", symbolType: "stroke", symbolSize: 300 },
          },
        },
      },
    ],
  });
}
