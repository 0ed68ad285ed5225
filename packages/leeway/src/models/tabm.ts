import { clamp, type Generator, linear, nn, ones, randn, type Tensor } from "@leeway/torch";
import { besideCategories, categoryEmbedding, embeddedSize } from "./category-embeddings.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";
import { PiecewiseLinear } from "./piecewise-linear.ts";

/** What a {@link TabM} is made from. */
interface TabMOptions {
  /** F, values of an example. */
  readonly numeric: number;
  /** The sizes of the G vocabularies; code 0 is "unknown". */
  readonly categories?: readonly number[];
  /** The ends of the bins of columns of numbers, as the network sees these; none by default. */
  readonly knots?: readonly (readonly number[])[];
  /** H, neurons of a hidden layer. */
  readonly width?: number;
  /** k */
  readonly members?: number;
  /** The share of hidden values that are left out of a step. */
  readonly dropout?: number;
  readonly classifier: Classifier;
  readonly generator: Generator;
}

/**
 * An ensemble of k networks in one, over values, the bins of values and categories: the layers of {@link Mlp}, shared by
 * all members, of which each multiplies what goes into a layer by a vector of its own. Those of the first layer begin as
 * 1 and -1 at random, so that members see different inputs, the others as 1.
 *
 *     h_i = ReLU(LN(W₁ (r_i ∘ x) + b₁)),   h'_i = ReLU(LN(W₂ (r'_i ∘ h_i) + b₂)),   features_i = r''_i ∘ h'_i
 *
 * While it learns, features are [N · k, H], and each member has its own loss. Evaluated they are the mean of the members',
 * [N, H], so that of a linear last layer the logits are the mean of the members' logits.
 *
 * @source Gorishniy et al. 2024 (arXiv:2410.24210), section 3; the adapters are those of a layer's inputs alone, and the
 *   last layer is shared, so that every method can weigh, retrain or replace it
 */
export class TabM extends Model {
  readonly embeddings: readonly nn.Embedding[];
  /** Null where no column has bins. */
  readonly bins: PiecewiseLinear | null;
  readonly hidden: readonly [nn.Linear, nn.Linear];
  readonly norms: readonly [nn.LayerNorm, nn.LayerNorm];
  /** r, r', r'': [k, inputs], [k, H], [k, H] */
  readonly adapters: readonly [Tensor, Tensor, Tensor];
  readonly classifier: ClassifierLayer;
  readonly #members: number;
  readonly #width: number;
  readonly #dropout: nn.Dropout;

  constructor(
    classes: number,
    {
      numeric,
      categories = [],
      knots = [],
      width = 128,
      members = 8,
      dropout = 0.1,
      classifier,
      generator,
    }: TabMOptions,
  ) {
    super();
    this.#members = members;
    this.#width = width;
    this.embeddings = categories.map((count, g) =>
      this.child(`embeddings.${g}`, categoryEmbedding(count, generator)),
    );
    const bins = new PiecewiseLinear(knots);
    this.bins = bins.size === 0 ? null : this.child("bins", bins);
    const inputs = numeric + bins.size + embeddedSize(categories);
    this.hidden = [
      this.child("hidden.0", new nn.Linear(inputs, width, { generator })),
      this.child("hidden.1", new nn.Linear(width, width, { generator })),
    ];
    this.norms = [
      this.child("norms.0", new nn.LayerNorm(width)),
      this.child("norms.1", new nn.LayerNorm(width)),
    ];
    this.adapters = [
      this.parameter("adapters.0", members === 1 ? ones([1, inputs]) : signs([members, inputs], generator)),
      this.parameter("adapters.1", ones([members, width])),
      this.parameter("adapters.2", ones([members, width])),
    ];
    this.#dropout = this.child("dropout", new nn.Dropout(dropout));
    this.classifier = this.child("classifier", classifierLayer(classifier, [width, classes], generator));
  }

  override get members(): number {
    return this.training ? this.#members : 1;
  }

  /**
   * @param values [N, F]
   * @param codes  [N, G] int64; not looked at where there are no categories
   * @returns [N · k, H] while it learns, else [N, H]
   */
  features(values: Tensor, codes?: Tensor): Tensor {
    const [k, width] = [this.#members, this.#width];
    const members = [-1, k, width]; // [N, k, H]
    const [first, , last] = this.adapters;
    const [{ weight, bias }] = this.hidden;
    const x = this.#input(values, codes); // [N, inputs]
    // W (r ∘ x) as (r ∘ W) x: one product for all members, and inputs need no gradient.
    const weights = weight.mul(first.reshape([k, 1, -1])).reshape([k * width, -1]); // [k · H, inputs]
    const h = this.norms[0].forward(linear(x, weights).reshape([-1, width]), { added: bias, relu: true });
    const features = this.#second(this.#dropout.forward(h).reshape(members)).reshape(members).mul(last);
    return this.training ? features.reshape([-1, width]) : features.mean({ dim: 1 });
  }

  /** The second layer: [N, k, H] to [N · k, H]. */
  #second(h: Tensor): Tensor {
    const [, { weight, bias }] = this.hidden;
    const adapted = h.mul(this.adapters[1]).reshape([-1, this.#width]);
    // The bias is added where the sum is read again, and not in a pass of its own.
    return this.#dropout.forward(this.norms[1].forward(linear(adapted, weight), { added: bias, relu: true }));
  }

  #input(values: Tensor, codes: Tensor | undefined): Tensor {
    const numbers = this.bins === null ? values : this.bins.forward(values);
    return besideCategories(numbers, codes, this.embeddings);
  }
}

/** 1 and -1, each as likely. */
function signs(shape: readonly number[], generator: Generator): Tensor {
  return clamp(randn(shape, { generator }).mul(1e30), { min: -1, max: 1 });
}

/** For tables. */
export const tabmFamily: ModelFamily<"table"> = {
  input: "table",
  names: ["tabm"],
  build: (_, { input, classes, classifier, generator }) =>
    new TabM(classes, { ...input, classifier, generator }),
};
