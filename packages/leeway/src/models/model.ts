import { copyInto, type Generator, nn, noGrad, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import { ScaledLinear } from "./scaled-linear.ts";

/** What turns features into logits: a plain linear layer, one of cosines, or a linear one with learnable scales. */
export type Classifier = "linear" | "cosine" | "scaled-linear";

/** A last layer. */
export type ClassifierLayer = nn.Linear | nn.CosineLinear | ScaledLinear;

/** The part of a network that learns: all, the last layer, its weights without its scales, or its scales. */
type Trainable = "all" | "classifier" | "weights" | "scale";

/** A classifier network in two parts, so that the last layer can be exchanged, frozen or trained alone. */
export abstract class Model extends nn.Module {
  /** The last layer: [N, D] to logits [N, K]. */
  abstract readonly classifier: ClassifierLayer;
  #trainable: Trainable = "all";
  #shiftStatistics = false;
  #keepsStatistics = false;

  /**
   * k, how many networks in one are learning: while they do, features are [N · k, D], those of an example beside each other,
   * and each has its own loss. Evaluated, and while their features rest, they are one network, with features [N, D].
   */
  get members(): number {
    return 1;
  }

  /** Everything before it: a batch's inputs, in their order, to features [N, D]. */
  abstract features(...inputs: Tensor[]): Tensor;

  /** Logits [N, K]. */
  forward(...inputs: Tensor[]): Tensor {
    return this.classifier.forward(this.features(...inputs));
  }

  /**
   * Chooses what learns from now on. The rest keeps its values, its batch statistics included.
   *
   * @param shiftStatistics whether batch normalisation goes on learning its statistics all the same
   */
  learn(trainable: Trainable, { shiftStatistics = false } = {}): void {
    this.#trainable = trainable;
    this.#shiftStatistics = shiftStatistics;
    const { classifier } = this;
    const inside = trainable === "scale" ? scaleOf(classifier) : classifier.parameters();
    for (const parameter of this.parameters()) {
      parameter.clearGrad();
      parameter.requiresGrad = trainable === "all";
    }
    for (const parameter of inside) parameter.requiresGrad = true;
    // Scales rest while features are learned.
    const scalesRest = trainable === "all" || trainable === "weights";
    if (scalesRest && classifier instanceof ScaledLinear) classifier.scale.requiresGrad = false;
    this.train(this.training);
  }

  /** Keeps the statistics of batch normalisation from now on: it normalises by them in training too. */
  freezeStatistics(): void {
    this.#keepsStatistics = true;
    this.train(this.training);
  }

  /**
   * Keeps the running statistics of batch normalisation, to be put back after forward passes that must not count.
   *
   * @returns puts them back; to be called in the same scope
   */
  keepStatistics(): () => void {
    return keepBuffers(this);
  }

  override train(on = true): void {
    super.train(on);
    if (!on) return;
    if (this.#trainable !== "all") {
      // Frozen features are those of evaluation: batch statistics would else go on changing.
      super.train(false);
      this.classifier.train();
      if (this.#shiftStatistics) this.#trainNorms(true);
    }
    if (this.#keepsStatistics) this.#trainNorms(false);
  }

  #trainNorms(on: boolean): void {
    for (const [, module] of this.namedModules()) if (module instanceof nn.BatchNorm2d) module.train(on);
  }
}

/**
 * Keeps what a module remembers without learning it, to be put back.
 *
 * @returns puts it back; to be called in the same scope
 */
export function keepBuffers(module: nn.Module): () => void {
  const parameters = new Set(module.parameters());
  const buffers = Object.values(module.stateDict()).filter((each) => !parameters.has(each));
  const before = buffers.map((buffer) => buffer.clone());
  return () => {
    noGrad(() => {
      buffers.forEach((buffer, i) => copyInto(buffer, before[i]!)); // as many
    });
  };
}

/** A new last layer. */
export function classifierLayer(
  kind: Classifier,
  [features, classes]: readonly [features: number, classes: number],
  generator: Generator,
): ClassifierLayer {
  if (kind === "cosine") return new nn.CosineLinear(features, classes, { generator });
  if (kind === "scaled-linear") return new ScaledLinear(features, classes, { generator });
  return new nn.Linear(features, classes, { generator });
}

function scaleOf(classifier: ClassifierLayer): readonly Tensor[] {
  if (classifier instanceof ScaledLinear) return [classifier.scale];
  throw expected("Model.learn", "classifier", "to be scaled-linear to learn its scale", "another");
}
