import { deviceMemory, memory, scope } from "@leeway/torch";
import type { Recipe } from "../recipe/index.ts";
import { batchTensors } from "../models/index.ts";
import { featuresOf, type Session } from "../training/index.ts";
import { splitCounts } from "./run-data.ts";
import { scoresBytes } from "./scores.ts";

/** What a run will take, estimated before its first step; bytes. */
export interface Estimate {
  /** Weights' gradients, the optimizer's state and the chosen epoch's weights. */
  readonly state: number;
  /** A checkpoint being made, beside them in the process's memory. */
  readonly checkpoint: number;
  /** What one example of a batch leaves for the backward pass. */
  readonly perExample: number;
  /** The run's folder at its fullest: three checkpoints and one being written, the network, the fork point, scores. */
  readonly disk: number;
}

/** Tensors of a parameter's size that an optimizer keeps: at most Adam's two. */
const optimizerSlots = 2;

/**
 * Estimates what a run will take, by a forward pass of one example: the tensors that it leaves are those a backward
 * pass would read. Batch statistics and random numbers stay as they are.
 */
export async function estimate(session: Session): Promise<Estimate> {
  const weights = bytesIn(Object.values(session.model.stateDict()));
  const checkpoint = weights * (2 + optimizerSlots); // with the chosen epoch's
  return {
    state: weights * (1 + optimizerSlots + 1),
    checkpoint: 2 * checkpoint,
    perExample: await activationBytes(session),
    disk: 4 * checkpoint + 2 * weights + checkpoint + scoresBytes(sizesOf(session)),
  };
}

function sizesOf({ data }: Session): Parameters<typeof scoresBytes>[0] {
  return { ...splitCounts(data), classNames: data.train.classNames };
}

async function activationBytes(session: Session): Promise<number> {
  const { model, data, device } = session;
  for await (const batch of data.train.batches([0], { batchSize: 1 })) {
    model.train(false);
    try {
      return scope(() => {
        const before = livingBytes();
        model.classifier.forward(featuresOf(session, batchTensors(batch, device).inputs));
        return livingBytes() - before;
      });
    } finally {
      model.train();
    }
  }
  return 0;
}

function livingBytes(): number {
  const { bytes, gpuBytes } = memory();
  return bytes + gpuBytes;
}

function bytesIn(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, size) => product * size, 1), 0);
}

/**
 * Warns of a run that may not fit into the memory that is free, with what would help.
 *
 * @param available bytes that the process may still take of the device's memory, or of the machine's by its cgroup's
 *   limit; Infinity where nobody knows
 */
export function memoryAdvice(
  { state, checkpoint, perExample }: Omit<Estimate, "disk">,
  {
    recipe: { batchSize, precision },
    device,
  }: { readonly recipe: Pick<Recipe, "batchSize" | "precision">; readonly device: string },
  { available = availableMemory(device) } = {},
): string[] {
  const onGpu = device !== "cpu";
  const fixed = onGpu ? state : state + checkpoint;
  const total = fixed + batchSize * perExample;
  if (total <= available) return [];
  const fits = Math.floor((available - fixed) / perExample);
  const smaller =
    fits >= 1
      ? `--batch-size ${2 ** Math.floor(Math.log2(fits))} would fit`
      : "a smaller --model would take less";
  const halved = precision === "fp32" ? "; --precision bf16 takes about half of it for a batch" : "";
  return [
    `${onGpu ? "GPU memory" : "Memory"}: the run needs about ${size(total)}, and ${size(available)} are free: ${smaller}${halved}.`,
  ];
}

function availableMemory(device: string): number {
  if (device !== "cpu") return deviceMemory(device)?.free ?? Infinity;
  const { availableMemory: free } = process as { readonly availableMemory?: () => number };
  return free?.call(process) ?? Infinity;
}

function size(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.ceil(bytes / 2 ** 20)} MB`;
}
