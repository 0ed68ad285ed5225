import {
  cat,
  clamp,
  type Generator,
  ones,
  scatterAdd,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What a {@link TableLinear} is made from. */
interface TableLinearOptions {
  /** F, values of an example. */
  readonly numeric: number;
  /** The sizes of the G vocabularies; code 0 is "unknown". */
  readonly categories?: readonly number[];
  readonly classifier: Classifier;
  readonly generator: Generator;
}

/**
 * A last layer alone on the numbers of a row and an input for each of its categories, 1 for the row's own: logistic
 * regression, by whichever loss, weights and sampling the method has. Code 0, "unknown", has no input.
 */
export class TableLinear extends Model {
  readonly classifier: ClassifierLayer;
  /** Of each column of categories, the place of code 0 if it had one. */
  readonly #before: readonly number[];
  /** Σ (size - 1), inputs of categories. */
  readonly #width: number;

  constructor(classes: number, { numeric, categories = [], classifier, generator }: TableLinearOptions) {
    super();
    let width = 0;
    this.#before = categories.map((count) => {
      const before = width;
      width += count - 1;
      return before;
    });
    this.#width = width;
    this.classifier = this.child(
      "classifier",
      classifierLayer(classifier, [numeric + width, classes], generator),
    );
  }

  /**
   * @param values [N, F]
   * @param codes  [N, G] int64; not looked at where there are no categories
   * @returns [N, F + Σ (size - 1)]
   */
  features(values: Tensor, codes?: Tensor): Tensor {
    if (codes === undefined || this.#width === 0) return values;
    const { device } = values;
    const [rows, groups] = codes.shape as [number, number];
    const before = tensor(Int32Array.from(this.#before), [1, groups], { dtype: "int64", device });
    // Unknown ones are all written to a column before the first, which is left out.
    const places = codes.add(before).mul(clamp(codes, { max: 1 })); // [N, G]
    const written = scatterAdd(
      zeros([rows, this.#width + 1], { device }),
      1,
      places,
      ones([rows, groups], { device }),
    );
    return cat([values, slice(written, 1, { start: 1 })], 1);
  }
}

/** The baseline for tables. */
export const tableLinearFamily: ModelFamily<"table"> = {
  input: "table",
  names: ["linear"],
  build: (_, { input, classes, classifier, generator }) =>
    new TableLinear(classes, { numeric: input.numeric, categories: input.categories, classifier, generator }),
};
