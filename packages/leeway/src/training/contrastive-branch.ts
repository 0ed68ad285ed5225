import { cat, clamp, copyInto, type Generator, nn, noGrad, norm, slice, type Tensor } from "@leeway/torch";
import { furtherViews } from "../data/index.ts";
import type { Loss } from "../losses/index.ts";
import type { Contrast } from "../methods/index.ts";
import type { Model } from "../models/index.ts";

/**
 * What further views of a batch are trained for: a projection of the network's features onto a sphere, and a loss there.
 * Its parameters learn with the network's, and its state is that of a run in progress; no trained model has it.
 */
export abstract class ContrastiveBranch extends nn.Module {
  readonly contrast: Contrast;
  readonly projection: Projection;

  constructor({ classifier }: Model, contrast: Contrast, generator: Generator) {
    super();
    this.contrast = contrast;
    const features = classifier.weight.shape[1]!;
    this.projection = this.child("projection", new Projection(features, contrast.sizes, generator));
  }

  /** Features [N, D] to points of the sphere [N, d]. */
  forward(features: Tensor): Tensor {
    return this.projection.forward(features);
  }

  /** Sets it to an epoch, counted from 0; what it does not keep by epochs stays. */
  abstract beginEpoch(epoch: number): void;

  /**
   * The losses of a batch with its views: those of the last layer, and the mean over an example's views of their
   * contrast, by the shares that the method has of both.
   *
   * @param own      of the last layer, [N]
   * @param features of all views, all examples of one after all of another: those of the last layer first, [3N, D]
   * @returns [N]
   */
  joined(own: Tensor, features: Tensor, { targets, loss }: ViewTargets): Tensor {
    // The projection's batch normalisation sees all views, as the authors' does; only the further ones have a loss there.
    const points = slice(this.forward(features), 0, { start: own.shape[0]! }); // [2N, d]
    const [ofLoss, ofContrast] = this.contrast.shares;
    const all = cat(Array<Tensor>(furtherViews).fill(targets), 0); // [2N]
    const values = this.losses(points, { targets: all, loss }); // [2N]
    const contrast = values.reshape([furtherViews, -1]).mean({ dim: 0 }).to({ dtype: own.dtype });
    return own.mul(ofLoss).add(contrast.mul(ofContrast));
  }

  /** One value for each of N points [N, d]. */
  protected abstract losses(points: Tensor, of: ViewTargets): Tensor;
}

/** What views are trained for. */
export interface ViewTargets {
  /** [N] int64 */
  readonly targets: Tensor;
  /** That of the last layer. */
  readonly loss: Loss;
}

/**
 * Features onto the unit sphere of another space: a linear layer, batch normalisation, ReLU, and a second linear layer,
 * whose results are divided by their lengths. Linear layers begin narrow: on a sphere a vector's length decides how far
 * a step turns it.
 */
export class Projection extends nn.Module {
  readonly hidden: nn.Linear;
  readonly norm: nn.BatchNorm2d;
  readonly last: nn.Linear;

  constructor(
    features: number,
    [hidden, projected]: readonly [hidden: number, projected: number],
    generator: Generator,
  ) {
    super();
    this.hidden = this.child("hidden", linearLayer(features, hidden, generator));
    this.norm = this.child("norm", new nn.BatchNorm2d(hidden));
    this.last = this.child("last", linearLayer(hidden, projected, generator));
  }

  /** [N, D] to [N, d]. */
  forward(features: Tensor): Tensor {
    const hidden = this.hidden.forward(features); // [N, H]
    const normed = this.norm.forward(hidden.reshape([...hidden.shape, 1, 1]), { relu: true });
    const projected = this.last.forward(normed.reshape(hidden.shape)); // [N, d]
    return projected.div(clamp(norm(projected, 1, { keepdim: true }), { min: 1e-12 }));
  }
}

function linearLayer(from: number, to: number, generator: Generator): nn.Linear {
  const layer = new nn.Linear(from, to, { generator });
  beginNarrow(layer, generator);
  return layer;
}

/**
 * Begins the weights [K, D] of a linear layer within 1 / √D, as PyTorch's do: √6 times narrower than Kaiming-normal ones.
 * A last layer trained beside a contrast needs it: at the rates these methods have, the loss of wide logits throws the
 * first steps so far that the network lags behind for many epochs.
 */
export function beginNarrow({ weight }: { readonly weight: Tensor }, generator: Generator): void {
  const features = weight.shape[1]!;
  noGrad(() => copyInto(weight, nn.uniform(weight.shape, 1 / Math.sqrt(features), generator)));
}
