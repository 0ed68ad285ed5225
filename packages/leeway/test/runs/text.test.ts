import { copyInto, memory, noGrad, scope, setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { TextDataset } from "../../src/data/text/text-dataset.ts";
import { textExamples, type TextExamples, textSource } from "../../src/data/text/text-source.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { methodNames, methodOf } from "../../src/methods/index.ts";
import { measureMargins } from "../../src/probes/index.ts";
import { random } from "../../src/random.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import {
  atStart,
  beforeEpoch,
  endSession,
  evaluate,
  type RunData,
  type Session,
  startSession,
  train,
} from "../../src/training/index.ts";

beforeAll(() => {
  setThreads(1);
});

/** Reviews of a few words, one of which tells the class. */
function reviews(split: string, counts: readonly number[]): TextExamples {
  const draw = random(1, "reviews", split);
  const fillers = ["the", "film", "a", "plot", "of", "and", "it"];
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const texts = labels.map((label) => {
    const words = Array.from({ length: 1 + draw.below(6) }, () => fillers[draw.below(fillers.length)]!);
    words.splice(draw.below(words.length + 1), 0, label === 0 ? "dull" : "great");
    return words.join(" ");
  });
  return textExamples({
    name: "reviews",
    classNames: ["neg", "pos"],
    texts,
    labels: Int32Array.from(labels),
  });
}

function data(text: Recipe["text"] = {}): RunData {
  const source = textSource({ train: reviews("train", [6, 30]), test: reviews("test", [10, 10]) });
  const preparation = source.prepare(source.train, { text });
  return {
    train: preparation.apply(source.train),
    validation: null,
    test: preparation.apply(source.test!), // it was given
    counts: classCounts(source.train.labels, 2),
    preparation,
  };
}

const recipe = (options: RecipeOptions): Recipe =>
  recipeFor("imdb", { batchSize: 8, epochs: 5, validationFraction: 0, ...options });

async function withSession<Result>(
  requested: Recipe,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = startSession(requested, data(requested.text));
  try {
    return await use(session);
  } finally {
    endSession(session);
  }
}

async function trainFrom(session: Session, from = atStart): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of train(session, { from })) {
    if (event.kind === "epoch") losses.push(event.record.train.loss);
  }
  return losses;
}

const weights = ({ model }: Session): Record<string, number[]> =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([name, value]) => [name, value.toNumbers()]));

/** Those that need no images. */
const ofTexts = methodNames.filter((name) => !methodOf(name).contrast);

suite("training on texts", () => {
  test.for(ofTexts.flatMap((method) => ["tfidf", "ngrams"].map((model) => [model, method] as const)))(
    "%s goes with %s",
    async ([model, method]) => {
      const before = memory().tensors;
      await withSession(recipe({ method, model }), async (session) => {
        for (const loss of await trainFrom(session)) expect(loss).toBeTypeOf("number");
        const { loss, metrics } = await evaluate(session, session.data.test);
        expect(Number.isFinite(loss)).toBe(true);
        expect(metrics.perClass).toHaveLength(2);
      });
      expect(memory().tensors).toBe(before);
    },
  );

  test.for([
    ["bilstm", 1e-3],
    ["tfidf", 0.05],
    ["ngrams", 0.05],
  ] as const)("teaches %s the words that tell the classes", async ([model, base]) => {
    const schedule = { base, warmupEpochs: 0, decays: [] };
    await withSession(recipe({ method: "rw", model, epochs: 12, schedule }), async (session) => {
      const losses = await trainFrom(session);
      expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]!);
      const { metrics } = await evaluate(session, session.data.test);
      expect(metrics.balancedAccuracy).toBeGreaterThan(0.9);
    });
  });

  test("draws what is dropped by the epoch: from a later epoch on it goes on with the same bits", async () => {
    const requested = recipe({ method: "erm", epochs: 2 });
    const whole = await withSession(requested, async (session) => {
      await trainFrom(session);
      return weights(session);
    });
    const continued = await withSession({ ...requested, epochs: 1 }, async (first) => {
      await trainFrom(first);
      return withSession(requested, async (second) => {
        scope(() => {
          second.model.loadStateDict(first.model.stateDict());
          second.optimizer.loadState(first.optimizer.state());
        });
        await trainFrom(second, beforeEpoch(1, { step: 5, rollbacks: 0, skipped: 0 })); // 36 texts in batches of 8
        return weights(second);
      });
    });
    expect(continued).toEqual(whole);
  });

  test("mixes features, as words cannot be mixed", async () => {
    const losses = (mixup?: number) =>
      withSession(recipe({ method: "erm", methodOptions: mixup === undefined ? {} : { mixup } }), (session) =>
        trainFrom(session),
      );
    expect(await losses(1)).not.toEqual(await losses());
  });

  test("refuses cutout, in one sentence", () => {
    expect(() => recipe({ method: "erm", methodOptions: { cutout: 8 } })).toThrow(
      "recipe: expected cutout to be 0 for data other than images, got 8",
    );
  });

  test("measures margins and norms of sparse features", async () => {
    await withSession(recipe({ method: "rw", model: "ngrams" }), async (session) => {
      await trainFrom(session);
      const { byClass, head } = await measureMargins(session);
      expect(byClass.map(({ length }) => length)).toEqual([6, 30]);
      const { "linear.weight": weight, "linear.bias": bias } = weights(session);
      expect(head.weightNorm).toBeCloseTo(Math.hypot(...weight!, ...bias!), 5);
      for (const square of Array.from(head.squaredFeatureNorms)) expect(square).toBeCloseTo(2, 5); // 1, and 1 for the bias
    });
  });

  test("says where numbers went wrong in sparse features", async () => {
    const huge = recipe({
      method: "erm",
      model: "ngrams",
      optimizer: "sgd",
      schedule: { base: 1000, warmupEpochs: 0, decays: [] },
    });
    await withSession(huge, async (session) => {
      scope(() => {
        noGrad(() => copyInto(session.model.parameters()[0]!, session.model.parameters()[0]!.mul(Infinity)));
      });
      await expect(trainFrom(session)).rejects.toThrow("linear.weight");
    });
  });

  test("knows the words of the training examples only", () => {
    const { train: trained, test: held, preparation } = data();
    expect(preparation!.record).toMatchObject({ documents: 36 });
    expect((held as TextDataset).input).toEqual((trained as TextDataset).input);
  });
});
