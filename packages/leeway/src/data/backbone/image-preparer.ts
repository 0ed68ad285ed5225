import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { firstLine, RunError } from "../../errors.ts";
import { type BackboneSteps, imageGroupSize, type ReadyImage } from "../../preparation/index.ts";
import { type SlotMemory, slotMemory, slotOf } from "./image-slots.ts";
import { type RawImage, readyImage } from "./ready-image.ts";

/** An image whose memory is used again once it is released. */
export interface HeldImage extends ReadyImage {
  release?(): void;
}

/** What makes images ready while a graph runs. */
export interface ImagePreparer {
  /** How many may be under way for it to be always busy. */
  readonly width: number;
  /** @throws Error that says in a few words what is wrong with the image */
  prepare(raw: RawImage): Promise<HeldImage>;
  close(): Promise<void>;
}

/** To a thread of image-worker.ts, and back. */
export interface RawMessage {
  readonly id: number;
  readonly raw: RawImage;
  /** Where the image goes; without one it comes back in the message. */
  readonly slot?: number | undefined;
}
export type PreparedMessage = { readonly id: number } & (
  | { readonly image: ReadyImage }
  | { readonly size: Pick<ReadyImage, "width" | "height"> }
  | { readonly why: string }
);

/** What a thread of image-worker.ts begins with. */
export interface ThreadData {
  readonly steps: BackboneSteps;
  readonly slots: SlotMemory | null;
}

/** Images from which on threads are worth their start, a third of a second. */
const enoughImages = 128;
const maxThreads = 8;

/**
 * Makes images ready in threads of their own: onnxruntime computes in the thread that calls it, which can do nothing
 * else meanwhile. The numbers do not depend on how many threads there are. Few images are made ready by the caller
 * itself, and so are all where there is no compiled program for a thread.
 *
 * @param options.count how many images there may be
 * @param options.threads at most; by default half as many as there are processors
 */
export function imagePreparer(
  steps: BackboneSteps,
  { count, threads }: { readonly count: number; readonly threads?: number | undefined },
): ImagePreparer {
  const program = new URL("./image-worker.js", import.meta.url);
  if (count < enoughImages || !existsSync(program)) {
    const width = 2 * availableParallelism();
    return { width, prepare: (raw) => readyImage(raw, steps), close: () => Promise.resolve() };
  }
  const half = Math.max(1, availableParallelism() >> 1);
  const length = Math.min(maxThreads, threads ?? half);
  const width = 4 * length;
  const images = width + 3 * imageGroupSize(steps); // of those under way, waiting and computed
  const slots = slotMemory(steps, images);
  const free = Array.from({ length: slots === null ? 0 : images }, (_, slot) => slot);
  const workerData: ThreadData = { steps, slots };
  const workers = Array.from({ length }, () =>
    preparingThread(new Worker(program, { workerData }), { slots, free }),
  );
  return {
    width,
    prepare: (raw) => workers.reduce((least, each) => (each.busy < least.busy ? each : least)).prepare(raw),
    close: async () => {
      await Promise.all(workers.map((each) => each.close()));
    },
  };
}

interface Waiting {
  readonly slot: number | undefined;
  readonly resolve: (image: HeldImage) => void;
  readonly reject: (error: Error) => void;
}

function preparingThread(
  worker: Worker,
  { slots, free }: { readonly slots: SlotMemory | null; readonly free: number[] },
): Omit<ImagePreparer, "width"> & { readonly busy: number } {
  const waiting = new Map<number, Waiting>();
  let [last, fault]: [number, Error | undefined] = [0, undefined];
  worker.on("message", (message: PreparedMessage) => {
    const { slot, resolve, reject } = waiting.get(message.id)!; // it was sent
    waiting.delete(message.id);
    const release = (): void => {
      if (slot !== undefined) free.push(slot);
    };
    if ("image" in message) resolve(message.image);
    else if ("size" in message) resolve({ ...message.size, data: slotOf(slots!, slot!), release });
    else {
      release();
      reject(new Error(message.why));
    }
  });
  worker.on("error", (cause: unknown) => {
    fault = threadFault(cause);
    for (const { reject } of waiting.values()) reject(fault);
    waiting.clear();
  });
  return {
    get busy() {
      return waiting.size;
    },
    prepare: (raw) =>
      new Promise((resolve, reject) => {
        if (fault !== undefined) {
          reject(fault);
          return;
        }
        const id = last++;
        const slot = free.pop();
        waiting.set(id, { slot, resolve, reject });
        const { own, moved } = ownMemory(raw);
        const message: RawMessage = { id, raw: own, slot };
        worker.postMessage(message, moved);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

/**
 * An image with a copy of its bytes, which is moved: what is cloned is all of the memory that a view lies in. Memory that
 * threads share stays where it is.
 */
function ownMemory(raw: RawImage): { readonly own: RawImage; readonly moved: ArrayBuffer[] } {
  const given = "bytes" in raw ? raw.bytes : raw.colours.data;
  if (given.buffer instanceof SharedArrayBuffer) return { own: raw, moved: [] };
  const data = new Uint8Array(given);
  return {
    own: "bytes" in raw ? { bytes: data } : { colours: { ...raw.colours, data } },
    moved: [data.buffer],
  };
}

/** That a thread has ended, which is no fault of an image. */
function threadFault(cause: unknown): RunError {
  const got = cause instanceof Error ? firstLine(cause) : String(cause);
  const message = `embedding: expected a thread that prepares images to go on, got ${got}. The same command goes on from what is embedded.`;
  return new RunError("environment", message, { cause });
}
