import {
  type Batch,
  type Blend,
  drawMix,
  drawPiece,
  epochOrder,
  type InputShape,
  type Mix,
  type Variation,
} from "../data/index.ts";
import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { random, type Random } from "../random.ts";
import type { Session } from "./session.ts";
import { sharedDraws } from "./shares.ts";

/** The share of batches in which pieces are put, those of CutMix and CMO, as in the authors' code for CIFAR. */
const pieceShare = 0.5;

/** The share of the epochs, at the start and at the end each, in which CMO rests: 3 of 200 in the authors' code. */
const cmoRest = 3 / 200;

type MixingSession = Pick<Session, "recipe" | "data" | "method" | "stage" | "ranks">;

/** Draws how the next batch of an epoch is mixed with itself: undefined for not at all. */
export function mixDraws(session: MixingSession, epoch: number): (length: number) => Mix | undefined {
  const { mixup, cutmix } = mixing(session);
  const { seed } = session.recipe;
  if (mixup > 0) {
    const from = random(seed, "mixup", epoch);
    return (length) => drawMix(length, mixup, from);
  }
  if (cutmix === 0) return () => undefined;
  const from = random(seed, "cutmix", epoch);
  return (length) =>
    from.uniform() < pieceShare
      ? { ...drawMix(length, cutmix, from), ...drawPiece(imageOf(session), cutmix, from) }
      : undefined;
}

/** A piece of images of rare classes for a batch. */
export interface Pasted extends Required<Blend> {
  readonly batch: Batch;
}

/**
 * What CMO puts into an epoch's batches: pieces of images that are drawn by one over their class's size, so that they come
 * from rare classes on the backgrounds of frequent ones.
 *
 * @param examples how many the epoch shows
 * @param vary     how these images are varied
 * @returns for each batch in turn its pieces, or undefined for none
 * @source Park et al. 2022 (arXiv:2112.00412), Algorithm 1, and the authors' code
 */
export async function* pastedPieces(
  session: MixingSession,
  { epoch, examples, vary }: { readonly epoch: number; readonly examples: number; readonly vary: Variation },
): AsyncGenerator<Pasted | undefined, void, undefined> {
  const { recipe, data, ranks } = session;
  const { seed, batchSize } = recipe;
  const from = random(seed, "cmo", epoch);
  const lengths = lengthsOf(examples, batchSize);
  const pieces = lengths.map(() => drawCmo(session, epoch, from));
  const wanted = lengths.reduce((sum, length, i) => (pieces[i] === undefined ? sum : sum + length), 0);
  const odds = inverseFrequencyWeights(data.counts);
  const order = epochOrder(data.train.labels, odds, { seed: from.below(2 ** 31), epoch }).subarray(0, wanted);
  const share = ranks === null ? undefined : sharedDraws(ranks.group, () => undefined).share;
  const batches = iteratorOf(data.train.batches(order, { batchSize, share, vary }));
  try {
    for (const piece of pieces) yield piece && { ...piece, batch: await nextOf(batches) };
  } finally {
    await batches.return?.();
  }
}

function drawCmo(session: MixingSession, epoch: number, from: Random): Required<Blend> | undefined {
  const { cmo } = mixing(session);
  const { epochs } = session.recipe;
  const rest = Math.round(cmoRest * epochs);
  if (cmo === 0 || epoch < rest || epoch >= epochs - rest || from.uniform() >= pieceShare) return undefined;
  return drawPiece(imageOf(session), cmo, from);
}

/** How many examples each batch of so many has. */
function lengthsOf(examples: number, batchSize: number): number[] {
  const batches = Math.ceil(examples / batchSize);
  return Array.from({ length: batches }, (_, i) => Math.min(batchSize, examples - i * batchSize));
}

function iteratorOf<T>(values: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
}

async function nextOf<T>(values: Iterator<T> | AsyncIterator<T>): Promise<T> {
  const { value } = (await values.next()) as IteratorYieldResult<T>; // as many as are asked for
  return value;
}

function imageOf({ data }: MixingSession): Extract<InputShape, { kind: "image" }> {
  return data.train.input as Extract<InputShape, { kind: "image" }>; // a recipe is refused for others
}

/** What mixing there is in a stage: it is for features, so it rests while only the last layer learns. */
function mixing({ method, stage }: MixingSession): { mixup: number; cutmix: number; cmo: number } {
  return stage.trainable === undefined ? method.regularisers : { mixup: 0, cutmix: 0, cmo: 0 };
}
