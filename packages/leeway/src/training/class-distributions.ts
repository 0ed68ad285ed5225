import {
  addInPlace,
  clamp,
  copyInto,
  fillInPlace,
  type Generator,
  matmul,
  noGrad,
  oneHot,
  scope,
  type Tensor,
  transpose,
  zeros,
} from "@leeway/torch";
import type { Contrast } from "../methods/index.ts";
import type { Model } from "../models/index.ts";
import { ContrastiveBranch, type ViewTargets } from "./contrastive-branch.ts";
import { distributionsOf, sphereLogits } from "./von-mises-fisher.ts";

/** Points of each class that were seen: their sum [K, d] and how many they were [K], float64. */
interface Seen {
  readonly sums: Tensor;
  readonly counts: Tensor;
}

/**
 * ProCo: each class is a von Mises-Fisher distribution about the mean of its points in this epoch and the last, and
 * further views are told apart by what a contrast with infinitely many points of every class would be, in closed form.
 *
 * @source Du et al. 2024 (arXiv:2403.06726), and the authors' code, where a class that was not seen yet begins at a
 *   random direction; here it is that of all directions alike
 */
export class ClassDistributions extends ContrastiveBranch {
  readonly #last: Seen;
  readonly #current: Seen;
  /** [1], that of `current`. */
  readonly #epoch: Tensor;

  constructor(model: Model, contrast: Contrast, generator: Generator) {
    super(model, contrast, generator);
    const classes = model.classifier.weight.shape[0]!;
    const [, size] = contrast.sizes;
    const seen = (name: string): Seen => ({
      sums: this.buffer(`${name}_sums`, zeros([classes, size], { dtype: "float64" })),
      counts: this.buffer(`${name}_counts`, zeros([classes], { dtype: "float64" })),
    });
    this.#last = seen("last");
    this.#current = seen("current");
    this.#epoch = this.buffer("epoch", zeros([1], { dtype: "int64" }));
  }

  beginEpoch(epoch: number): void {
    scope(() => {
      noGrad(() => {
        // Not where it goes on within an epoch, or begins one a second time.
        if (this.#epoch.item() === epoch) return;
        copyInto(this.#last.sums, this.#current.sums);
        copyInto(this.#last.counts, this.#current.counts);
        fillInPlace(this.#current.sums, 0);
        fillInPlace(this.#current.counts, 0);
        fillInPlace(this.#epoch, epoch);
      });
    });
  }

  /** The means of the classes' points, [K, d]; 0 of a class without any. */
  means(): Tensor {
    const counts = this.#last.counts.add(this.#current.counts);
    return this.#last.sums.add(this.#current.sums).div(clamp(counts, { min: 1 }).reshape([-1, 1]));
  }

  /** Takes points of classes into the means: [N, d] float64, [N] int64. */
  see(points: Tensor, targets: Tensor): void {
    noGrad(() => {
      const { sums, counts } = this.#current;
      const ofClasses = oneHot(targets, counts.shape[0]!).to({ dtype: "float64" }); // [N, K]
      addInPlace(sums, matmul(transpose(ofClasses, 0, 1), points));
      addInPlace(counts, ofClasses.sum({ dim: 0 }));
    });
  }

  protected losses(points: Tensor, { targets, loss }: ViewTargets): Tensor {
    const exact = points.to({ dtype: "float64" });
    this.see(exact, targets);
    const classes = noGrad(() => distributionsOf(this.means()));
    return loss(sphereLogits(exact, classes, this.contrast), targets);
  }
}
