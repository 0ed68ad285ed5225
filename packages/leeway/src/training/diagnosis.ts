import { nn, scope, type Tensor } from "@leeway/torch";
import { hasSparseInput } from "../data/index.ts";
import type { Session } from "./session.ts";
import { featuresOf, firstRows, type StepBatch, type StepOutcome } from "./step.ts";

/** Where numbers first went wrong in a step, and why they probably did. */
export interface Diagnosis {
  /** "the input", "layer1.0.conv2", "the gradient of linear.weight". */
  readonly where: string;
  /** The likely cause and its cure: sentences. */
  readonly cause: string;
  /** The examples to blame, by their place in the batch; none if it is unknown. */
  readonly examples: readonly number[];
}

/**
 * Does a bad step once more, looking at every number on its way: inputs, weights, what each module computes, the
 * losses, the gradients.
 *
 * Only for a step that went wrong: it reads everything back from the device.
 */
export function diagnose(session: Session, batch: StepBatch, { loss }: StepOutcome): Diagnosis {
  return scope(() => {
    const rate = `Likely cause: steps too large; lower the learning rate (now ${session.optimizer.lr}) or warm up longer.`;
    const badInputs = [...new Set(batch.inputs.flatMap(badRows))];
    if (badInputs.length > 0) {
      const cause =
        "Likely cause: a bad value in the data; correct or drop these examples, or --on-nan skip.";
      return { where: "the input", cause, examples: badInputs };
    }
    const weight = session.model.namedParameters().find(([, parameter]) => isBad(parameter));
    if (weight !== undefined) return { where: `the weights ${weight[0]}`, cause: rate, examples: [] };
    const { output, module } = firstBadModule(session, batch);
    if (module !== null) return { where: `the output of ${module}`, cause: rate, examples: badRows(output) };
    const losses = session.loss(output, batch.targets);
    if (!Number.isFinite(loss) || isBad(losses)) {
      return { where: "the loss", cause: lossCause(session, output) ?? rate, examples: badRows(losses) };
    }
    losses.mean().backward();
    // Backward goes from the last layer to the first.
    const named = session.model.namedParameters().reverse();
    const gradient = named.find(([, parameter]) => parameter.grad !== null && isBad(parameter.grad));
    const where = gradient === undefined ? "the gradients" : `the gradient of ${gradient[0]}`;
    return { where, cause: lossCause(session, output) ?? rate, examples: [] };
  });
}

/** The forward pass: its logits, and the innermost module whose output is the first with a bad value. */
function firstBadModule(session: Session, batch: StepBatch): { output: Tensor; module: string | null } {
  const bad: string[] = [];
  const watched = session.model.namedModules().filter(([name]) => name !== "");
  for (const [name, module] of watched) {
    watch(module, (output) => {
      if (bad.length === 0 && isBad(output)) bad.push(name);
    });
  }
  try {
    const seen = featuresOf(session, batch.inputs);
    const features = session.branch ? firstRows(seen, batch.targets) : seen;
    const output = session.model.classifier.forward(features);
    // Sparse features are the input itself, which was looked at.
    const badFeatures = !hasSparseInput(session.data.train) && isBad(features);
    return { output, module: bad[0] ?? (badFeatures ? "the features" : null) };
  } finally {
    for (const [, module] of watched) unwatch(module);
  }
}

/** Shows each output of a module until {@link unwatch}: an own property hides the method until it is deleted. */
function watch(module: nn.Module, look: (output: Tensor) => void): void {
  const compute = module.forward.bind(module) as (...inputs: unknown[]) => Tensor;
  module.forward = (...inputs: unknown[]) => {
    const output = compute(...inputs);
    look(output);
    return output;
  };
  if (!(module instanceof nn.BatchNorm2d)) return;
  const computeTwice = module.forwardTwice.bind(module);
  module.forwardTwice = (...inputs) => {
    const outputs = computeTwice(...inputs);
    look(outputs[0]);
    return outputs;
  };
}

function unwatch(module: nn.Module): void {
  delete (module as Partial<nn.Module>).forward;
  delete (module as { forwardTwice?: unknown }).forwardTwice;
}

/** What is wrong between logits and loss, where it can be seen. */
function lossCause({ method, model }: Session, logits: Tensor): string | null {
  const { scale } = method;
  if (scale <= 1 || model.classifier instanceof nn.CosineLinear) return null;
  const largest = logits.toNumbers().reduce((max, logit) => Math.max(max, Math.abs(logit)), 0);
  if (largest <= 1) return null;
  return (
    `Likely cause: raw logits (up to ${largest.toPrecision(3)}) times the loss's scale of ${scale}, ` +
    "which is made for cosines; use the normed classifier, or a scale of 1."
  );
}

function isBad(values: Tensor): boolean {
  return values.toNumbers().some((value) => !Number.isFinite(value));
}

/** The rows, along the first dimension, with a value that is not finite. */
function badRows(values: Tensor): number[] {
  const numbers = values.toNumbers();
  const rows = values.shape[0] ?? 1;
  const width = numbers.length / rows;
  return Array.from({ length: rows }, (_, row) => row).filter((row) =>
    numbers.slice(row * width, (row + 1) * width).some((value) => !Number.isFinite(value)),
  );
}
