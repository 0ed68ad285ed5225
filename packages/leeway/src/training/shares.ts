import type { distributed } from "@leeway/torch";
import type { Batch, Mix, Share } from "../data/index.ts";
import { sliceOf } from "./ranks.ts";
import type { Session } from "./session.ts";
import type { BatchShare } from "./step.ts";

type Place = Pick<distributed.ProcessGroup, "rank" | "size">;

/** A rank's shares of the batches of an epoch, and what is drawn for them. */
interface SharedDraws {
  readonly share: Share;
  /** The mix of the next batch, as this rank's rows have it; undefined where nothing is mixed. */
  readonly drawFor: (length: number) => Mix | undefined;
}

/**
 * A rank's shares of batches, whose mixes are drawn for all of a batch as one process would. With a mix a rank also reads
 * the examples of other ranks that its own are mixed with: no message is as cheap.
 *
 * @param draw draws the mix of a whole batch
 */
export function sharedDraws(place: Place, draw: (length: number) => Mix | undefined): SharedDraws {
  const mixes: (Mix | undefined)[] = []; // of batches that are read but not trained on yet
  return {
    share: {
      largest: (batchSize) => {
        const own = Math.max(place.size - 1, Math.ceil(batchSize / place.size));
        return Math.min(batchSize, 2 * own);
      },
      slotsOf: (length) => {
        const { slots, mix } = sharedMix(length, draw(length), place);
        mixes.push(mix);
        return slots;
      },
    },
    drawFor: () => mixes.shift(),
  };
}

/** The slots of a batch that a rank takes, its own first, and a mix of the whole batch as one of these. */
export function sharedMix(
  length: number,
  mix: Mix | undefined,
  place: Place,
): { readonly slots: Uint32Array; readonly mix: Mix | undefined } {
  const { from, to } = sliceOf(length, place);
  const own = Array.from({ length: to - from }, (_, i) => from + i);
  if (mix === undefined) return { slots: Uint32Array.from(own), mix };
  const wanted = own.map((slot) => mix.partners[slot]!); // one for each of a batch
  const slots = [...own, ...wanted.filter((slot) => slot < from || slot >= to)];
  const rows = new Map(slots.map((slot, row) => [slot, row]));
  const partners = Uint32Array.from(wanted, (slot) => rows.get(slot)!); // each is among them
  return { slots: Uint32Array.from(slots), mix: { ...mix, partners } };
}

/**
 * What a step must know of a rank's share of a batch; undefined for a process by itself. Every rank knows all labels and
 * weights, so that the weight of the whole batch needs no message.
 */
export function batchShare({ ranks, stage, data }: Session, { whole }: Batch): BatchShare | undefined {
  if (ranks === null || whole === undefined) return undefined;
  const { from, to, isWhole } = sliceOf(whole.length, ranks.group);
  const copies = isWhole ? ranks.group.size : 1;
  const { labels } = data.train;
  let weight = 0;
  for (const position of whole) {
    const byClass = Math.fround(stage.classWeights[labels[position]!]!); // a class; as the tensor has it
    weight += byClass * (data.rowWeights?.[position] ?? 1);
  }
  return { own: to - from, weight: copies * weight, copies };
}
