import type { Dataset, InputShape } from "../data/index.ts";
import { exampleMargins } from "../imbalance/index.ts";
import { posthocLogits, readSplit, type Session } from "../training/index.ts";

/** The margins of training examples by the chosen network. */
export interface TrainMargins {
  /** γ = z_y - max_{j≠y} z_j of each that was read, of logits as the method reads them, [M]. */
  readonly margins: Float32Array;
  /** y, [M] */
  readonly labels: Int32Array;
}

/** Training examples that are read: rows, texts, and images of 32 x 32. */
const maxExamples = 20_000;

/**
 * Reads training examples once more, without augmentation: all of rare classes and as many of each frequent one, evenly
 * apart, so that they are 20,000 at most; of larger images as many fewer as they have more pixels, so that the pass
 * stays shorter than an epoch.
 *
 * @param signal ends the reading early, with an AbortError
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 1
 */
export async function trainMargins(
  session: Session,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TrainMargins> {
  const { train } = session.data;
  const classes = train.classNames.length;
  const positions = sampleByClass(train, maxFor(train.input));
  const slots = new Map(Array.from(positions, (position, slot) => [position, slot]));
  const labels = Int32Array.from(positions, (position) => train.labels[position]!); // of the training set
  const margins = new Float32Array(positions.length);
  await readSplit(session, train, {
    ...{ positions, signal, shared: true },
    see: (batch) => {
      const logits = posthocLogits(session, batch.logits).data() as Float32Array; // [N, K]
      const own = batch.positions.map((position) => train.labels[position]!); // likewise
      exampleMargins(logits, own, classes).forEach((margin, i) => {
        margins[slots.get(batch.positions[i]!)!] = margin; // one that was requested
      });
    },
  });
  session.ranks?.join(margins);
  return { margins, labels };
}

function maxFor(input: InputShape): number {
  if (input.kind !== "image") return maxExamples;
  return Math.ceil(maxExamples * Math.min(1, (32 * 32) / (input.height * input.width)));
}

/** Positions of examples, ascending: of each class at most so many that all are at most `max`. */
export function sampleByClass(
  { labels, classNames }: Pick<Dataset, "labels" | "classNames">,
  max: number,
): Uint32Array {
  const byClass: number[][] = classNames.map(() => []);
  labels.forEach((label, i) => byClass[label]!.push(i)); // labels are below K
  const share = shareOf(
    byClass.map(({ length }) => length),
    max,
  );
  const taken = byClass.flatMap((own) => {
    const size = Math.min(own.length, share);
    return Array.from({ length: size }, (_, i) => own[Math.floor((i * own.length) / size)]!); // within the class
  });
  return Uint32Array.from(taken).sort();
}

/** The largest m with Σ_j min(n_j, m) <= max. */
function shareOf(counts: readonly number[], max: number): number {
  let [left, share] = [max, 0];
  const ascending = [...counts].sort((a, b) => a - b);
  for (const [i, n] of ascending.entries()) {
    share = Math.floor(left / (ascending.length - i));
    if (n > share) return share;
    left -= n;
  }
  return Math.max(share, ascending.at(-1) ?? 0);
}
