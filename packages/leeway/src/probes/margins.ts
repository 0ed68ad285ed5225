import {
  arange,
  noGrad,
  ones,
  pow,
  scope,
  sparseNorms,
  sparseRows,
  type Tensor,
  tensor,
  zeros,
} from "@leeway/torch";
import { hasSparseInput } from "../data/index.ts";
import { exampleMargins, type LinearHead, marginsByClass } from "../imbalance/index.ts";
import type { MeasuredMargins } from "../theory/index.ts";
import { readSplit, type Session } from "../training/index.ts";

/**
 * Measures the margins of a network on its own training data: without augmentation, with batch normalisation
 * evaluating, in the precision of the run. Logits are the network's own: what a method does to them after training
 * is left out.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 1 and 2
 */
export async function measureMargins(session: Session): Promise<MeasuredMargins> {
  const { method, data } = session;
  const { labels } = data.train;
  const classes = data.counts.length;
  const sparse = hasSparseInput(data.train);
  const margins = new Float64Array(labels.length);
  let maxLogit = 0;
  const squares = new Float64Array(labels.length); // ‖φ‖² of each example
  let width = 0; // D
  await readSplit(session, data.train, {
    see: (batch) => {
      const { features, positions } = batch;
      const seen = batch.logits.data() as Float32Array; // [N, K]
      const ofRows = sparse ? pow(sparseNorms(features), 2) : features.mul(features).sum({ dim: 1 });
      const norms = ofRows.toNumbers(); // [N]
      width = features.shape[1]!; // [N, D]
      // Not kept: of thousands of classes all logits would take gigabytes.
      maxLogit = seen.reduce((max, each) => Math.max(max, Math.abs(each)), maxLogit);
      const ofBatch = exampleMargins(
        seen,
        positions.map((position) => labels[position]!),
        classes,
      );
      positions.forEach((position, i) => {
        margins[position] = ofBatch[i]!; // as many as positions
        squares[position] = norms[i]!; // likewise
      });
    },
  });
  const cosine = method.classifier === "cosine";
  return {
    byClass: marginsByClass(margins, labels, classes),
    maxLogit: cosine ? 1 : maxLogit,
    // Of a cosine layer both sides have length 1, whatever it holds.
    head: cosine
      ? { weightNorm: Math.sqrt(classes), squaredFeatureNorms: data.counts.map(() => 1) }
      : affineHead(session, meanByClass(squares, labels, data.counts), width),
  };
}

/** The norms of a last layer z = Wx + b, computed by the layer itself, whatever its parts are. */
function affineHead(
  { model: { classifier }, data, device }: Session,
  squaredFeatureNorms: readonly number[],
  width: number,
): LinearHead {
  return scope(() =>
    noGrad(() => {
      const bias = classifier.forward(zeros([1, width], { device })); // [1, K]
      const every = hasSparseInput(data.train) ? sparseIdentity(width, device) : identity(width, device);
      const weight = classifier.forward(every).sub(bias); // [D, K]
      const [ofBias, ofWeight] = [sumOfSquares(bias), sumOfSquares(weight)];
      const one = ofBias > 0 ? 1 : 0; // a bias is one more weight, on a feature that is always 1
      return {
        weightNorm: Math.sqrt(ofWeight + ofBias),
        squaredFeatureNorms: squaredFeatureNorms.map((square) => square + one),
      };
    }),
  );
}

function identity(size: number, device: string): Tensor {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * (size + 1)] = 1;
  return tensor(values, [size, size], { device });
}

function sparseIdentity(size: number, device: string): Tensor {
  const lengths = ones([size], { dtype: "int64", device });
  return sparseRows(arange(size, { device }), ones([size], { device }), { lengths, width: size });
}

function sumOfSquares(values: Tensor): number {
  return values.toNumbers().reduce((sum, value) => sum + value ** 2, 0);
}

function meanByClass(values: Float64Array, labels: Int32Array, counts: readonly number[]): number[] {
  const sums = counts.map(() => 0);
  labels.forEach((label, i) => (sums[label]! += values[i]!)); // as long as each other; labels are below K
  return sums.map((sum, j) => sum / counts[j]!); // as long as counts
}
