import { copyInto, nn, noGrad, scope, tensor } from "@leeway/torch";
import { readSplit } from "./evaluate.ts";
import type { Position } from "./progress.ts";
import type { Session } from "./session.ts";

/** Whether a position is where a last layer begins that is to begin at its classes. */
export function beginsAtClassMeans({ recipe, stage }: Session, { epoch, batch }: Position): boolean {
  if (recipe.headInit === undefined || batch !== 0 || epoch !== stage.fromEpoch) return false;
  return epoch === 0 || stage.restart === true;
}

/**
 * Begins a last layer of cosines at its classes' mean directions over the training examples, or over those that the data
 * has for it:
 *
 *     w_j = m_j / ‖m_j‖     m_j = Σ x / ‖x‖ over the examples of class j
 *
 * so that a class of five examples begins with a vector as good as five examples make it. A class without features keeps
 * its vector.
 *
 * @param signal ends the reading early, with an AbortError
 * @source Shi et al. 2024 (arXiv:2309.10019), section 4: initialisation of the classifier
 */
export async function beginAtClassMeans(session: Session, signal: AbortSignal | undefined): Promise<void> {
  const { model, device } = session;
  const data = session.data.heads ?? session.data.train;
  const { classifier } = model;
  if (!(classifier instanceof nn.CosineLinear)) return; // recipes refuse others
  const [classes, size] = classifier.weight.shape as [number, number];
  const sums = new Float64Array(classes * size);
  await readSplit(session, data, {
    see: ({ features, positions }) => {
      const values = features.data() as Float32Array; // [N, D]
      positions.forEach((position, i) => {
        const row = values.subarray(i * size, (i + 1) * size);
        addUnit(row, sums.subarray(data.labels[position]! * size).subarray(0, size)); // of the split
      });
    },
    signal,
  });
  scope(() => {
    noGrad(() => {
      const weights = classifier.weight.data().slice() as Float32Array;
      for (let j = 0; j < classes; j++) {
        const sum = sums.subarray(j * size, (j + 1) * size);
        const length = Math.hypot(...sum);
        if (length > 0)
          weights.set(
            sum.map((value) => value / length),
            j * size,
          );
      }
      copyInto(classifier.weight, tensor(weights, [classes, size], { device }));
    });
  });
  session.average?.reset();
}

/** Adds x / ‖x‖ to a sum; nothing for a vector of zeros. */
function addUnit(row: Float32Array, sum: Float64Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (squares === 0) return;
  const length = Math.sqrt(squares);
  for (let d = 0; d < row.length; d++) sum[d]! += row[d]! / length;
}
