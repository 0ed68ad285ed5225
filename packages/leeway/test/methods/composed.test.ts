import { describe as suite, expect, test } from "vitest";
import { lossOf } from "../../src/losses/index.ts";
import { type Method, methodOf, type MethodOptions, stagesOf } from "../../src/methods/index.ts";
import { answerOf } from "../losses/reference.ts";

const counts = [500, 120, 40, 5];
const logits = [
  [0.31, -0.42, 0.17, 0.83],
  [-0.65, 0.28, 0.04, -0.91],
];
const targets = [0, 3];

const composed = (options: MethodOptions): Method => methodOf("composed", options);

/** What the loss of a method's first stage gives. */
const answerFor = (method: Method, of = logits): ReturnType<typeof answerOf> =>
  answerOf(lossOf(stagesOf(method, counts, 40)[0].loss), of, targets);

/** Everything of a method that training and evaluation read. */
function whatItDoes(method: Method, epochs: number): object {
  const { classifier, scale, posthoc, regularisers } = method;
  const { values, gradient } = answerFor(method);
  return {
    classifier,
    scale,
    posthoc,
    regularisers,
    values,
    gradient,
    stages: stagesOf(method, counts, epochs),
  };
}

suite("a composed method", () => {
  const deferAt = 0.8;
  const pairs: readonly (readonly [string, MethodOptions])[] = [
    ["erm", {}],
    ["rw", { weights: "inverse" }],
    ["rs", { sampler: "inverse" }],
    ["sqrt-rs", { sampler: "sqrt" }],
    ["cb-rs", { sampler: "effective-number" }],
    ["cb-rw", { weights: "effective-number" }],
    ["cb-focal", { loss: "focal", weights: "effective-number" }],
    ["erm-drs", { sampler: "inverse", deferAt }],
    ["erm-drw", { weights: "effective-number", deferAt }],
    ["ldam", { loss: "ldam" }],
    ["ldam-drs", { loss: "ldam", sampler: "inverse", deferAt }],
    ["ldam-drw", { loss: "ldam", classifier: "cosine", weights: "effective-number", deferAt }],
    ["m-drw", { loss: "ldam", margins: "uniform", weights: "effective-number", deferAt }],
    ["hg-drs", { loss: "margin-hinge", margins: "uniform", sampler: "inverse", deferAt }],
    ["ldam-hg-drs", { loss: "margin-hinge", sampler: "inverse", deferAt }],
    ["logit-adjustment", { loss: "logit-adjustment" }],
    ["balanced-softmax", { loss: "balanced-softmax" }],
    ["vs", { loss: "vector-scaling" }],
    ["logit-adjustment-post-hoc", { posthoc: "logit-adjustment" }],
    ["tau-norm", { posthoc: "tau-norm" }],
    ["mixup-drw", { weights: "effective-number", deferAt, mixup: 1 }],
    ["ldam-drw-sam", { loss: "ldam", weights: "effective-number", deferAt, rho: 0.8 }],
  ];
  test.for(pairs)("of the parts of %s is it, to the bit", ([name, options]) => {
    for (const epochs of [40, 7, 1]) {
      expect(whatItDoes(methodOf("composed", options), epochs)).toEqual(whatItDoes(methodOf(name), epochs));
    }
  });

  test("is made again from what is recorded of it", () => {
    for (const [, options] of pairs) {
      const method = methodOf("composed", options);
      const again = methodOf("composed", JSON.parse(JSON.stringify(method.options)) as MethodOptions);
      expect(again.options).toEqual(method.options);
      expect(whatItDoes(again, 40)).toEqual(whatItDoes(method, 40));
    }
  });

  test("takes the parameters of its parts", () => {
    const loss = composed({ loss: "ldam", maxMargin: 0.3, scale: 10, testPrior: [500, 120, 40, 5] });
    expect(loss.options).toMatchObject({ maxMargin: 0.3, scale: 10, testPrior: [500, 120, 40, 5] });
    expect(loss.scale).toBe(10);
    const uniform = composed({ loss: "ldam", margins: "uniform", maxMargin: 0.3, scale: 10 });
    // A test as imbalanced as training: one margin for all.
    expect(answerFor(loss)).toEqual(answerFor(uniform));
  });

  test("multiplies cosines by its scale whatever the loss", () => {
    const method = composed({ loss: "focal", gamma: 0, classifier: "cosine", scale: 16 });
    const stretched = logits.map((row) => row.map((each) => 16 * each));
    expect(answerFor(method).values).toEqual(
      answerFor(methodOf("erm"), stretched).values.map((value) => expect.closeTo(value, 9) as number),
    );
    expect(method.scale).toBe(16);
  });

  test("says what its parts are", () => {
    expect(composed({ loss: "ldam", classifier: "linear", weights: "sqrt", deferAt: 0.8 }).title).toBe(
      "LDAM, linear layer, sqrt weights, deferred",
    );
  });

  test("warns of margins and a scale on logits without a bound, and of nothing else", () => {
    expect(composed({ loss: "ldam", classifier: "linear" }).warnings).toEqual([
      "LDAM on a linear last layer: its logits have no bound, and times a scale of 30 training may diverge. " +
        "Take classifier cosine, or a scale of 1.",
    ]);
    expect(composed({ loss: "ldam", classifier: "linear", scale: 1 })).not.toHaveProperty("warnings");
    expect(composed({ loss: "ldam" })).not.toHaveProperty("warnings");
    expect(composed({ classifier: "cosine" })).not.toHaveProperty("warnings");
  });

  const refused: readonly (readonly [object, string])[] = [
    [
      { loss: "ldm" },
      'methodOf: expected loss to be one of cross-entropy, focal, ldam, margin-hinge, multi-margin, logit-adjustment, balanced-softmax, vector-scaling, label-aware-smoothing, gaussian-cloud, got "ldm". Did you mean "ldam"?',
    ],
    [{ weight: "sqrt" }, 'methodOf: expected weight not to be there, got "sqrt". Did you mean "weights"?'],
    [
      { weights: "root" },
      'methodOf: expected weights to be one of none, inverse, effective-number, sqrt, got "root".',
    ],
    [{ beta: 1 }, "methodOf: expected beta to be a number of at least 0 and below 1, got 1."],
    [
      { gamma: 1 },
      'methodOf: expected gamma to go with a part that has it, got "CE". It has loss, classifier, ',
    ],
    [
      { beta: 0.9 },
      'expected beta to go with a part that has it, got "CE". It has loss, classifier, weights, sampler, posthoc.',
    ],
    [{ deferAt: 0.5 }, 'expected deferAt to go with a part that has it, got "CE".'],
    [
      { loss: "ldam", margins: "uniform", testPrior: [1, 2] },
      'expected testPrior to go with margins ldam, got "uniform". One margin for all knows no prior.',
    ],
    [
      { posthoc: "tau-norm", classifier: "cosine" },
      'methodOf: expected classifier to be linear with posthoc tau-norm, got "cosine".',
    ],
  ];
  test.for(refused)("refuses %o", ([options, message]) => {
    expect(() => methodOf("composed", options)).toThrow(message);
  });
});
