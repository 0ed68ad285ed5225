import { copyInto, Generator, noGrad, rand, randn, scope, setThreads } from "@leeway/torch";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { InputKind } from "../../src/catalogue/index.ts";
import type { CalibrationFit } from "../../src/metrics/index.ts";
import { calibratedProbabilities } from "../../src/metrics/index.ts";
import { batchTensors, families } from "../../src/models/index.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import { endSession, type Session, startSession } from "../../src/training/index.ts";
import { modelGraph } from "../../src/exporting/model-graph.ts";
import { networkLogits, networkProgram } from "../../src/exporting/network.ts";
import { ProgramRunner } from "../../src/exporting/run-program.ts";
import { type RoundedPrecision, withStoredWeights } from "../../src/exporting/stored-weights.ts";
import { type Feeds, images, type KindOfInput, ngrams, rows, vectors, words } from "./networks.ts";

beforeAll(() => {
  setThreads(1);
});

/** A network whose weights and statistics are none that it starts with. */
function sessionOf(kind: InputKind, input: KindOfInput, model: string, method: string): Session {
  const source = { kind, paths: ["none"] };
  const recipe = recipeFor("own", { source, model, method, epochs: 2 });
  const session = startSession(recipe, {
    ...{ train: input.dataset, validation: null, test: input.dataset, counts: [40, 20, 10, 5] },
  });
  scope(() => {
    noGrad(() => {
      const generator = new Generator(3);
      for (const [name, tensor] of Object.entries(session.model.stateDict())) {
        if (name.endsWith("bias")) copyInto(tensor, randn(tensor.shape, { generator }).mul(0.1));
        if (name.endsWith("scale")) copyInto(tensor, rand(tensor.shape, { generator }).add(0.5));
      }
      // Statistics of batches, as training leaves them.
      const { input: shape } = input.dataset;
      if (shape.kind !== "image") return;
      const { channels, height, width } = shape;
      for (let i = 0; i < 8; i++) session.model.forward(randn([4, channels, height, width], { generator }));
    });
  });
  return session;
}

type Answer = Readonly<Record<"logits" | "probabilities", Float32Array>>;

async function answersOf(model: InferenceSession, feeds: Feeds): Promise<Answer> {
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { values, shape }]) => [name, new Tensor(values as never, [...shape])]),
  );
  const { logits, probabilities } = await model.run(tensors);
  return { logits: logits!.data as Float32Array, probabilities: probabilities!.data as Float32Array };
}

const calibration: CalibrationFit = {
  temperature: 1.3,
  offsets: [0.2, -0.1, 0.4, -0.5],
  examples: 50,
  prior: "training",
};

/**
 * The largest distance between what libtorch and onnxruntime make of examples, in batches of several sizes.
 *
 * @param precision how the graph holds the weights: libtorch then computes with what it holds
 */
async function distances(
  session: Session,
  { preparation, dataset, feeds }: KindOfInput,
  precision?: RoundedPrecision,
): Promise<{ readonly logits: number; readonly probabilities: number; readonly classes: number }> {
  const { scale } = session.method;
  const own = networkProgram(session, dataset.input);
  const program = precision === undefined ? own : withStoredWeights(own, precision);
  const runner = new ProgramRunner(program);
  const bytes = encodeModel(modelGraph(program, preparation, { scale, calibration }), {
    ...{ name: "test", version: "0", about: "", metadata: {} },
  });
  const model = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  let [logits, probabilities, classes] = [0, 0, 0];
  const classesOf = (values: Float32Array): number[] =>
    Array.from({ length: values.length / 4 }, (_, i) => {
      const own = values.subarray(4 * i, 4 * i + 4);
      return own.indexOf(Math.max(...own));
    });
  for (const batchSize of [12, 5, 1]) {
    for await (const batch of dataset.batches(dataset.ids, { batchSize })) {
      const own = scope(() =>
        noGrad(() => {
          const { inputs } = batchTensors(batch, "cpu");
          return precision === undefined ? networkLogits(session, inputs) : runner.run(inputs);
        }).data(),
      ) as Float32Array;
      const exported = await answersOf(model, feeds(batch));
      const p = calibratedProbabilities(own, calibration, { classes: 4, scale });
      logits = Math.max(logits, ...own.map((value, i) => Math.abs(value - exported.logits[i]!)));
      probabilities = Math.max(
        probabilities,
        ...p.map((value, i) => Math.abs(value - exported.probabilities[i]!)),
      );
      const theirs = classesOf(exported.logits);
      classes += classesOf(own).filter((label, i) => label !== theirs[i]).length;
    }
  }
  await model.release();
  runner.dispose();
  return { logits, probabilities, classes };
}

type Case = readonly [kind: InputKind, model: string, of: string, make: () => KindOfInput];

const cases: readonly Case[] = [
  ["image", "resnet8", "colour images", () => images()],
  ["image", "resnet8", "grey images", () => images({ channels: 1 })],
  ["image", "resnet8-sphere", "images", () => images()],
  ["table", "mlp", "rows", () => rows()],
  ["table", "mlp", "numbers alone", () => rows({ categories: 0 })],
  ["table", "mlp", "categories alone", () => rows({ numbers: 0 })],
  ["table", "tabm", "rows", () => rows()],
  ["table", "tabm", "categories alone", () => rows({ numbers: 0 })],
  ["table", "linear", "rows", () => rows()],
  ["table", "linear", "categories alone", () => rows({ numbers: 0 })],
  ["embedding", "linear", "vectors", () => vectors()],
  ["embedding", "mlp", "vectors", () => vectors()],
  ["embedding", "adapter", "vectors of length 1", () => vectors({ unit: true })],
  ["text", "bilstm", "texts", () => words({ lengths: true })],
  ["text", "tfidf", "texts", () => words({ lengths: false })],
  ["text", "ngrams", "texts", () => ngrams()],
];

/** Whose last layer differs from that of a case in nothing but the features before it. */
const deeper: readonly Case[] = [
  ...["resnet14", "resnet20", "resnet32", "resnet44", "resnet56", "resnet110"].map((model): Case => [
    "image",
    model,
    "images",
    () => images({ count: 3 }),
  ]),
  ["image", "resnet18", "images", () => images({ count: 3 })],
  ["image", "resnet50", "images for the larger stem", () => images({ count: 3, side: 65 })],
];

/** A method of each kind of last layer: linear, of cosines, and with scales. */
const methods = ["erm", "ldam", "lws"];

function titleOf([, model, of]: Case, method: string): string {
  return `${model} by ${method} of ${of}`;
}

suite("modelGraph", () => {
  test.for([
    ...cases.flatMap((each) => methods.map((method) => ({ each, method, title: titleOf(each, method) }))),
    // What a method takes off logits, or divides them by, after training.
    ...["tau-norm", "logit-adjustment-post-hoc"].map((method) => {
      const each: Case = ["embedding", "mlp", "vectors", () => vectors()];
      return { each, method, title: titleOf(each, method) };
    }),
    ...deeper.map((each) => ({ each, method: "erm", title: titleOf(each, "erm") })),
  ])("gives what libtorch gives: $title", async ({ each: [kind, model, , make], method }) => {
    const input = make();
    const session = sessionOf(kind, input, model, method);
    const { logits, probabilities, classes } = await distances(session, input);
    endSession(session);
    expect(classes).toBe(0);
    // float32 sums in another order: larger in deeper networks, whose probabilities may then rest on larger logits.
    expect(probabilities).toBeLessThan(1e-5);
    expect(logits).toBeLessThan(1e-4);
  });

  test.for(
    (["fp16", "int8"] as const).flatMap((precision) =>
      cases
        .filter(([, model, of]) => `${model} ${of}` !== "linear vectors")
        .map((each) => ({ each, precision, title: `${titleOf(each, "ldam")} in ${precision}` })),
    ),
  )("holds weights as it says: $title", async ({ each: [kind, model, , make], precision }) => {
    const input = make();
    const session = sessionOf(kind, input, model, "ldam");
    const { logits } = await distances(session, input, precision);
    endSession(session);
    expect(logits).toBeLessThan(1e-5);
  });

  test("covers every network", () => {
    const covered = [...cases, ...deeper].map(([kind, model]) => `${kind} ${model}`);
    const all = families.flatMap(({ input, names }) => names.map((name) => `${input} ${name}`));
    expect(new Set(covered)).toEqual(new Set(all));
  });
});
