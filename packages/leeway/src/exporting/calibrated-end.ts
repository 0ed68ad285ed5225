import type { Calibration, CalibrationCurve } from "../metrics/index.ts";
import type { GraphBuilder } from "../onnx/index.ts";

/** What makes probabilities of logits. */
export interface End {
  /** s of the loss. */
  readonly scale: number;
  /** Null where nothing was held out to fit one. */
  readonly calibration: Calibration | null;
}

/**
 * Writes what makes calibrated probabilities of logits into a graph: `calibratedProbabilities`, in float64 as there.
 *
 *     p = softmax(s · z / T + b), bent by curves where there are some
 *
 * @param logits z, float32 [batch, K]
 * @returns float32 [batch, K]
 */
export function probabilitiesEnd(graph: GraphBuilder, logits: string, { scale, calibration }: End): string {
  const { temperature = 1, offsets = [], prior, curves, shifts = [] } = calibration ?? {};
  const double = graph.cast(logits, "float64");
  const factor = scale / temperature;
  const scaled = factor === 1 ? double : graph.node("Mul", [double, graph.scalar(factor, "float64")]);
  const moved = prior === undefined ? scaled : shifted(graph, scaled, offsets);
  const plain = softmax(graph, moved);
  if (prior === undefined || curves === undefined) return graph.cast(plain, "float32");
  const scores = bent(graph, plain, curves);
  return graph.cast(softmax(graph, shifted(graph, scores, shifts)), "float32");
}

function softmax(graph: GraphBuilder, scores: string): string {
  return graph.node("Softmax", [scores], { attributes: { axis: 1 } });
}

function shifted(graph: GraphBuilder, scores: string, by: readonly number[]): string {
  if (by.every((each) => each === 0)) return scores;
  return graph.node("Add", [scores, doubles(graph, "offsets", [by])]);
}

/** A matrix of float64. */
function doubles(graph: GraphBuilder, name: string, rows: readonly (readonly number[])[]): string {
  const shape = [rows.length, rows[0]!.length]; // there is one
  return graph.initializer(name, Float64Array.from(rows.flat()), { type: "float64", shape });
}

/** What curves make of probabilities [batch, K]: one of two classes, or one a class. */
function bent(graph: GraphBuilder, probabilities: string, curves: readonly CalibrationCurve[]): string {
  const one = graph.scalar(1, "float64");
  const odds = graph.node("Sub", [
    graph.node("Log", [probabilities]),
    graph.node("Log", [graph.node("Sub", [one, probabilities])]),
  ]);
  const ends = [-40, 40].map((end) => graph.scalar(end, "float64")); // as logOddsOf has them
  const logOdds = graph.node("Clip", [odds, ...ends]);
  const ofTwo = curves.length === 1;
  const columns = curves.map((curve, j) => {
    const column = graph.node("Slice", [
      logOdds,
      ...[ofTwo ? 1 : j, ofTwo ? 2 : j + 1, 1].map((each) => graph.integers([each])),
    ]); // [batch, 1]
    const bentOdds = curveOf(graph, column, curve);
    return ofTwo ? bentOdds : logSigmoid(graph, bentOdds);
  });
  if (!ofTwo) return graph.node("Concat", columns, { attributes: { axis: 1 } });
  const nothing = graph.node("Sub", [columns[0]!, columns[0]!]); // of two classes there is one curve
  return graph.node("Concat", [nothing, columns[0]!], { attributes: { axis: 1 } });
}

/** The curve at log-odds [batch, 1]. */
function curveOf(graph: GraphBuilder, logOdds: string, curve: CalibrationCurve): string {
  if ("knots" in curve) return lineThrough(graph, logOdds, curve.knots);
  const [a, b, c] = curve.beta.map((each) => graph.scalar(each, "float64")) as [string, string, string];
  const own = graph.node("Mul", [a, logSigmoid(graph, logOdds)]);
  const rest = graph.node("Mul", [b, logSigmoid(graph, graph.node("Neg", [logOdds]))]);
  return graph.node("Add", [graph.node("Sub", [own, rest]), c]);
}

/** log σ(x) = min(x, 0) - log(1 + e^-|x|) */
function logSigmoid(graph: GraphBuilder, x: string): string {
  const small = graph.node("Exp", [graph.node("Neg", [graph.node("Abs", [x])])]);
  const log = graph.node("Log", [graph.node("Add", [graph.scalar(1, "float64"), small])]);
  return graph.node("Sub", [graph.node("Min", [x, graph.scalar(0, "float64")]), log]);
}

/** A line through points, level outside them: y₀ + Σ slope · how far x is through each piece. */
function lineThrough(
  graph: GraphBuilder,
  x: string,
  knots: readonly (readonly [from: number, to: number])[],
): string {
  const [, first] = knots[0]!; // there is one at least
  const level = graph.scalar(first, "float64");
  const pieces = knots.slice(1).map(([to, y], i) => {
    const [from, before] = knots[i]!; // the one before it
    return { from, width: to - from, slope: (y - before) / (to - from) };
  });
  if (pieces.length === 0) {
    return graph.node("Add", [graph.node("Sub", [x, x]), level]);
  }
  const row = (name: string, of: (piece: (typeof pieces)[number]) => number): string =>
    doubles(graph, name, [pieces.map(of)]);
  const beyond = graph.node("Sub", [x, row("knots", ({ from }) => from)]); // [batch, pieces]
  const within = graph.node("Min", [
    graph.node("Max", [beyond, graph.scalar(0, "float64")]),
    row("widths", ({ width }) => width),
  ]);
  const risen = graph.node("Mul", [within, row("slopes", ({ slope }) => slope)]);
  const sum = graph.node("ReduceSum", [risen, graph.integers([1])], { attributes: { keepdims: 1 } });
  return graph.node("Add", [sum, level]);
}
