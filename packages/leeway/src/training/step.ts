import { autocast, optim, scope, slice, stack, stepNumbers, type Tensor } from "@leeway/torch";
import type { Blend, Mix } from "../data/index.ts";
import { weightedMean } from "../losses/index.ts";
import { othersOf, ownRows } from "./blending.ts";
import type { Ranks } from "./ranks.ts";
import type { Session } from "./session.ts";

/** What a forward pass reads of a session. */
export type ForwardSession = Pick<Session, "model" | "device"> & {
  readonly recipe: Pick<Session["recipe"], "precision">;
  /** Those that train together, each with its share of every batch; null for a process by itself. */
  readonly ranks?: Ranks | null;
};

/** What a step reads of a session. */
export type StepSession = ForwardSession &
  Pick<Session, "optimizer" | "loss"> &
  Partial<Pick<Session, "average" | "branch">>;

/** One batch as a step takes it. */
export interface StepBatch {
  /** What the model's features are computed from; of a session with a branch, further views too, all in one pass. */
  readonly inputs: readonly Tensor[];
  /** [N] int64 */
  readonly targets: Tensor;
  /** [K], or null where all classes count the same. */
  readonly classWeights: Tensor | null;
  /** [N], what each example weighs beside its class; by default all alike. */
  readonly rowWeights?: Tensor | null;
  /** What is mixed within the batch, inputs or features; none by default. */
  readonly mix?: (Mix & { readonly of: "inputs" | "features" }) | undefined;
  /** Images of which a piece is put into those of the batch, and Σ w of all ranks' share of them; none by default. */
  readonly pasted?:
    | (Required<Blend> &
        Required<Pick<StepBatch, "inputs" | "targets" | "rowWeights">> & {
          readonly weight?: number | undefined;
        })
    | undefined;
  /** SAM's radius ρ; none by default. */
  readonly rho?: number | undefined;
  /** Where this is a share of a batch. */
  readonly share?: BatchShare | undefined;
}

/** A rank's share of a batch. */
export interface BatchShare {
  /** Rows that are this rank's: the first. Those behind them are others' that mixup takes as partners. */
  readonly own: number;
  /** Σ w of the whole batch, for all ranks that have a row together. */
  readonly weight: number;
  /** How many ranks have each row: 1, or all of them where there are fewer examples than ranks. */
  readonly copies: number;
}

/** What a step gave. */
export interface StepOutcome {
  /** The weighted loss before the update. */
  readonly loss: number;
  /** ‖g‖₂ over all parameters. */
  readonly gradientNorm: number;
  /** How many examples were right, of their own targets. */
  readonly correct: number;
}

/**
 * One step: forward, loss, backward, update. Where the loss or the gradient is not finite, there is no update.
 *
 * Where examples are mixed, the loss is λ times that of their own targets plus 1 - λ times that of the others'. Images
 * are mixed themselves; of everything else the features [N, D] are.
 * With SAM the gradient is taken a second time, at the worst point within ρ.
 * Ranks each take their share of the batch; loss, gradient and update are those of the whole.
 */
export function trainingStep(session: StepSession, examples: StepBatch): StepOutcome {
  return scope(() => {
    const { model, optimizer } = session;
    const { members } = model;
    const batch = members === 1 ? examples : ofMembers(examples, members);
    const { parameters } = optimizer;
    const objective = objectiveOf(session, batch);
    optimizer.zeroGrad();
    const { logits, mean } = objective();
    backward(session, mean);
    // All is queued by now: the one place where a step waits for the device.
    const numbers = stepNumbers(mean, logits, ownRows(batch.targets, batch), parameters).toNumbers();
    const [loss, correct] = ofWhole(session, batch, numbers);
    let gradientNorm = numbers[2]!; // there are three
    if (batch.rho !== undefined && isFiniteStep({ loss, gradientNorm })) {
      const moveBack = optim.ascend(parameters, batch.rho);
      const putBack = model.keepStatistics(); // they are those at the weights, not at the worst point
      optimizer.zeroGrad();
      backward(session, objective().mean);
      putBack();
      moveBack();
      gradientNorm = optim.gradientNorm(parameters);
    }
    if (isFiniteStep({ loss, gradientNorm })) {
      optimizer.step();
      session.average?.update();
    }
    return { loss, gradientNorm, correct: correct / members };
  });
}

/** The backward pass of a loss; of ranks, with the sum of what all of them have of the gradient. */
function backward({ ranks = null }: StepSession, mean: Tensor): void {
  const pass = (): void => {
    mean.backward();
  };
  if (ranks === null) pass();
  else ranks.backward(pass);
}

/** The loss and the right rows of the whole batch. */
function ofWhole(
  { ranks = null }: StepSession,
  { share }: StepBatch,
  [loss, correct]: readonly number[],
): [loss: number, correct: number] {
  if (ranks === null) return [loss!, correct!]; // of three numbers
  const [all, right] = ranks.sum([loss!, correct!]); // likewise
  return [all!, right! / (share?.copies ?? 1)]; // of two
}

/**
 * A batch of N examples as the N · k rows that the features of k members are, those of an example beside each other: each
 * member has its own loss, and mixes what it made of an example with what it made of the partner.
 */
function ofMembers(batch: StepBatch, members: number): StepBatch {
  const { targets, rowWeights, mix, share } = batch;
  const repeated = (each: Tensor): Tensor => stack(Array<Tensor>(members).fill(each), 1).reshape([-1]);
  return {
    ...batch,
    targets: repeated(targets),
    ...(rowWeights && { rowWeights: repeated(rowWeights) }),
    share: share && { ...share, own: members * share.own, weight: members * share.weight },
    mix: mix && {
      ...mix,
      partners: Uint32Array.from(
        { length: members * mix.partners.length },
        (_, row) => members * mix.partners[Math.floor(row / members)]! + (row % members), // of an example
      ),
    },
  };
}

/** Whether a step's numbers may change the weights. */
export function isFiniteStep({ loss, gradientNorm }: Pick<StepOutcome, "loss" | "gradientNorm">): boolean {
  return Number.isFinite(loss) && Number.isFinite(gradientNorm);
}

/** What a step lowers, as a function of the weights as they then are. Call it in the scope of the step's tensors. */
function objectiveOf(session: StepSession, batch: StepBatch): () => { logits: Tensor; mean: Tensor } {
  const { loss, device, ranks = null, branch = null } = session;
  const { classWeights, share } = batch;
  const targets = ownRows(batch.targets, batch);
  const rowWeights = batch.rowWeights ? ownRows(batch.rowWeights, batch) : null;
  const others = othersOf(batch, device);
  const inputs = others?.inputs(batch.inputs) ?? batch.inputs;
  const compute = (): { logits: Tensor; mean: Tensor } => {
    const seen = featuresOf(session, inputs);
    const own = branch ? firstRows(seen, targets) : seen;
    const features = others?.features(own) ?? own; // [N, D]
    const logits = session.model.classifier.forward(features); // [N, K]
    const total = share?.weight ?? null;
    const ofLogits = loss(logits, targets); // [N]
    const losses = branch?.joined(ofLogits, seen, { targets, loss }) ?? ofLogits;
    const mean = weightedMean(losses, targets, classWeights, { rowWeights, total });
    if (others === null) return { logits, mean };
    const theirs = weightedMean(loss(logits, others.targets), others.targets, classWeights, others);
    return { logits, mean: mean.mul(others.lambda).add(theirs.mul(1 - others.lambda)) };
  };
  // A batch that every rank has whole has its own statistics.
  return ranks === null || share?.copies !== 1 ? compute : () => ranks.forward(compute);
}

/** Of rows of which there are more than targets, those that these are of: further views follow them. */
export function firstRows(rows: Tensor, targets: Tensor): Tensor {
  return slice(rows, 0, { end: targets.shape[0]! });
}

/**
 * The input of the last layer for a batch, [N, D], in the network's dtype.
 *
 * With bf16 only the features run under autocast: the last layer stays in float32, since eight bits of a
 * cosine times a scale of 30 are too few.
 */
export function featuresOf({ model, recipe, device }: ForwardSession, inputs: readonly Tensor[]): Tensor {
  const compute = (): Tensor => model.features(...inputs);
  return recipe.precision === "bf16" ? autocast(compute, { device }).to({ dtype: "float32" }) : compute();
}
