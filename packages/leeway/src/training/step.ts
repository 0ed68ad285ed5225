import { autocast, indexSelect, optim, scope, stack, stepNumbers, type Tensor, tensor } from "@leeway/torch";
import type { Mix } from "../data/index.ts";
import { weightedMean } from "../losses/index.ts";
import type { Session } from "./session.ts";

/** What a forward pass reads of a session. */
export type ForwardSession = Pick<Session, "model" | "device"> & {
  readonly recipe: Pick<Session["recipe"], "precision">;
};

/** What a step reads of a session. */
export type StepSession = ForwardSession &
  Pick<Session, "optimizer" | "loss"> &
  Partial<Pick<Session, "average">>;

/** One batch as a step takes it. */
export interface StepBatch {
  /** What the model's features are computed from. */
  readonly inputs: readonly Tensor[];
  /** [N] int64 */
  readonly targets: Tensor;
  /** [K], or null where all classes count the same. */
  readonly classWeights: Tensor | null;
  /** [N], what each example weighs beside its class; by default all alike. */
  readonly rowWeights?: Tensor | null;
  /** Mixup's draw, and what it mixes; none by default. */
  readonly mix?: (Mix & { readonly of: "inputs" | "features" }) | undefined;
  /** SAM's radius ρ; none by default. */
  readonly rho?: number | undefined;
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
 * With mixup the loss is λ times that of the examples' own targets plus 1 - λ times that of their partners'. Images
 * are mixed themselves; of everything else the features [N, D] are.
 * With SAM the gradient is taken a second time, at the worst point within ρ.
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
    mean.backward();
    // All is queued by now: the one place where a step waits for the device.
    const numbers = stepNumbers(mean, logits, batch.targets, parameters).toNumbers();
    const [loss, correct] = numbers as [number, number];
    let gradientNorm = numbers[2]!; // there are three
    if (batch.rho !== undefined && isFiniteStep({ loss, gradientNorm })) {
      const moveBack = optim.ascend(parameters, batch.rho);
      const putBack = model.keepStatistics(); // they are those at the weights, not at the worst point
      optimizer.zeroGrad();
      objective().mean.backward();
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

/**
 * A batch of N examples as the N · k rows that the features of k members are, those of an example beside each other: each
 * member has its own loss, and mixes what it made of an example with what it made of the partner.
 */
function ofMembers(batch: StepBatch, members: number): StepBatch {
  const { targets, rowWeights, mix } = batch;
  const repeated = (each: Tensor): Tensor => stack(Array<Tensor>(members).fill(each), 1).reshape([-1]);
  return {
    ...batch,
    targets: repeated(targets),
    ...(rowWeights && { rowWeights: repeated(rowWeights) }),
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
  const { loss, device } = session;
  const { targets, classWeights, rowWeights = null, mix } = batch;
  const partners = mix && tensor(Int32Array.from(mix.partners), undefined, { dtype: "int64", device });
  const mixedOf = (each: Tensor, what: "inputs" | "features"): Tensor =>
    mix?.of === what && partners ? mixed(each, partners, mix.lambda) : each;
  const inputs = batch.inputs.map((input) => mixedOf(input, "inputs"));
  const others = partners && indexSelect(targets, 0, partners);
  const otherWeights = partners && rowWeights && indexSelect(rowWeights, 0, partners);
  return () => {
    const features = mixedOf(featuresOf(session, inputs), "features"); // [N, D]
    const logits = session.model.classifier.forward(features); // [N, K]
    const mean = weightedMean(loss(logits, targets), targets, classWeights, { rowWeights });
    if (!mix || !others) return { logits, mean };
    const theirs = weightedMean(loss(logits, others), others, classWeights, {
      rowWeights: otherWeights ?? null,
    });
    return { logits, mean: mean.mul(mix.lambda).add(theirs.mul(1 - mix.lambda)) };
  };
}

function mixed(values: Tensor, partners: Tensor, lambda: number): Tensor {
  const sum = values.mul(lambda).add(indexSelect(values, 0, partners).mul(1 - lambda));
  return values.shape.length === 4 ? sum.contiguous("channels_last") : sum;
}

/**
 * The input of the last layer for a batch, [N, D], in float32.
 *
 * With bf16 only the features run under autocast: the last layer stays in float32, since eight bits of a
 * cosine times a scale of 30 are too few.
 */
export function featuresOf({ model, recipe, device }: ForwardSession, inputs: readonly Tensor[]): Tensor {
  const compute = (): Tensor => model.features(...inputs);
  const features = recipe.precision === "bf16" ? autocast(compute, { device }) : compute();
  return features.to({ dtype: "float32" });
}
