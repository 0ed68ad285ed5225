import { manualSeed, scope, type Tensor, tensor } from "@leeway/torch";
import { drawMix, epochOrder } from "../data/index.ts";
import { type Stage, stageAt } from "../imbalance/index.ts";
import { random } from "../random.ts";
import type { EpochRecord, EvaluationRecord } from "../records/index.ts";
import { evaluate } from "./evaluate.ts";
import { nextTurn } from "./read-split.ts";
import { inputsOf, targetsOf } from "./forward.ts";
import type { Session } from "./session.ts";
import { enterStage, mixupOf, stageRate } from "./stage.ts";
import { trainingStep } from "./step.ts";

/** What training says while it goes on: where it is, and after each epoch what the epoch gave. */
export type TrainingEvent =
  | {
      readonly kind: "progress";
      readonly epoch: number;
      readonly seen: number;
      readonly of: number;
      readonly loss: number;
    }
  | { readonly kind: "evaluating"; readonly epoch: number }
  | { readonly kind: "epoch"; readonly record: EpochRecord };

/**
 * The training loop, top to bottom.
 *
 * Yields after every batch and every epoch; whoever reads it writes, prints or ignores. Data order and
 * augmentation follow from the seed and the epoch alone.
 *
 * @param from the first epoch, where those before are done: the session's state is then that of their end
 * @param signal stops between two batches: the generator then ends without the unfinished epoch's record
 */
export async function* train(
  session: Session,
  { signal, from: first = 0 }: { signal?: AbortSignal | undefined; from?: number | undefined } = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const { recipe, data, stages, optimizer, method, device } = session;
  const { rho = 0, cutout = 0 } = method.regularisers ?? {};
  const of = data.train.input.kind === "image" ? "inputs" : "features";
  const { seed, batchSize } = recipe;
  for (let epoch = first; epoch < recipe.epochs; epoch++) {
    const began = performance.now();
    const stage = stageAt(stages, epoch);
    if (epoch === stage.fromEpoch) enterStage(session, stage);
    optimizer.lr = stageRate(session, stage, epoch);
    const mixup = mixupOf(session, stage);
    const order = epochOrder(data.train.labels, stage.samplingOdds, { seed, epoch });
    const seen = { examples: 0, loss: 0, correct: 0 };
    const classWeights = weightsTensor(stage, device);
    const from = random(seed, "augment", epoch);
    const mixing = random(seed, "mixup", epoch);
    manualSeed(random(seed, "dropout", epoch).below(2 ** 31)); // what libtorch draws follows from the epoch, too
    try {
      for await (const batch of data.train.batches(order, {
        batchSize,
        vary: { random: from, cutout: cutout === 0 ? undefined : cutout },
      })) {
        await nextTurn();
        if (signal?.aborted) return;
        const mix = mixup === 0 ? undefined : ({ ...drawMix(batch.length, mixup, mixing), of } as const);
        const { loss, correct } = scope(() =>
          trainingStep(session, {
            inputs: inputsOf(batch, device),
            targets: targetsOf(batch, device),
            classWeights,
            mix,
            rho: rho === 0 ? undefined : rho,
          }),
        );
        seen.examples += batch.length;
        seen.loss += loss * batch.length;
        seen.correct += correct;
        yield { kind: "progress", epoch, seen: seen.examples, of: order.length, loss };
      }
    } finally {
      classWeights?.dispose();
    }
    const trained = performance.now();
    yield { kind: "evaluating", epoch };
    const evaluation = await epochEvaluation(session, signal);
    if (evaluation === "aborted") return;
    yield {
      kind: "epoch",
      record: {
        epoch,
        learningRate: optimizer.lr,
        stage: stages.indexOf(stage),
        train: { loss: seen.loss / seen.examples, topOne: seen.correct / seen.examples },
        evaluation,
        seconds: (performance.now() - began) / 1000,
        imagesPerSecond: (seen.examples / (trained - began)) * 1000,
      },
    };
  }
}

/** The stage's weights, or null where they are all 1 and weighing would only cost time. */
function weightsTensor(stage: Stage, device: string): Tensor | null {
  return stage.classWeights.every((weight) => weight === 1)
    ? null
    : tensor(Float32Array.from(stage.classWeights), undefined, { device });
}

/** What the protocol looks at after each epoch: the validation split, the test set, or nothing. */
async function epochEvaluation(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<EvaluationRecord | null | "aborted"> {
  const { recipe, data } = session;
  const split = recipe.protocol === "paper" ? "test" : "validation";
  const dataset = recipe.protocol === "paper" ? data.test : data.validation;
  if (dataset === null) return null;
  try {
    return { split, ...(await evaluate(session, dataset, { signal })) };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return "aborted";
    throw error;
  }
}
