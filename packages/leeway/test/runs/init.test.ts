import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  decodeSafetensors,
  encodeSafetensors,
  Generator,
  noGrad,
  randn,
  scope,
  slice,
  setThreads,
  type Tensor,
  tensor,
} from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { beginFrom } from "../../src/runs/begin-from.ts";
import { resolveInit } from "../../src/runs/init-file.ts";
import { loadRunData, recipeForData, runRecipe } from "../../src/runs/index.ts";
import { ResNet } from "../../src/models/index.ts";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { initWords } from "../../src/report/index.ts";
import { readRun } from "../../src/storage/index.ts";
import { endSession, startSession, trainingStep } from "../../src/training/index.ts";
import { python, referenceOf } from "../python.ts";
import { folderInMemory, temporaryFolder } from "../storage/temporary-folder.ts";
import { abandoned, leftBy, resumed } from "./stopped-run.ts";
import { colouredImages, tinyData, tinyRecipe, tinyRun, weightsIn } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

/** A run of four coloured classes, to begin from. */
async function trained(options: RecipeOptions = {}): Promise<string> {
  const recipe = tinyRecipe({ epochs: 1, method: "erm", ...options });
  const { path } = await tinyRun(recipe, { runsDir: folderInMemory() });
  return path;
}

/** A ResNet-18 of so many classes with statistics of its own, as a file. */
function resnetFile(classes: number, stem: "imagenet" | "tiny", prefix = ""): string {
  const path = join(temporaryFolder(), "resnet18.safetensors");
  scope(() => {
    const network = new ResNet(classes, { depth: 18, stem, generator: new Generator(3) });
    noGrad(() => network.forward(randn([8, 3, 32, 32], { generator: new Generator(4) })));
    const named = Object.entries(network.stateDict()).map(([name, each]) => [prefix + name, each]);
    writeFileSync(path, encodeSafetensors(Object.fromEntries(named) as Record<string, Tensor>));
    network.dispose();
  });
  return path;
}

/** The weights of a run as a file of bfloat16: the upper half of each number. */
function brainFloats(run: string): string {
  const path = join(temporaryFolder(), "brain.safetensors");
  let end = 0;
  const parts = Object.entries(weightsIn(run)).map(([name, values]) => {
    const bits = new Uint32Array(Float32Array.from(values as ArrayLike<number>).buffer);
    return { name, data: Uint16Array.from(bits, (each) => each >>> 16) };
  });
  const shapes = scope(() => {
    const { tensors } = decodeSafetensors(readFileSync(join(run, "model.safetensors")));
    return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, [...shape]]));
  });
  const header = parts.map(({ name, data }) => {
    const offsets = [end, (end += data.byteLength)];
    return [name, { dtype: "BF16", shape: shapes[name], data_offsets: offsets }];
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, ...parts.map(({ data }) => Buffer.from(data.buffer))]));
  return path;
}

suite("a run that begins from another", () => {
  test("takes its layers and statistics over, and its last layer where the classes are the same", async () => {
    const before = await trained();
    const recipe = tinyRecipe({ method: "erm", epochs: 1, init: resolveInit(before), freezeEpochs: 1 });
    const { record, weights } = await tinyRun(recipe, { runsDir: folderInMemory() });
    expect(record.initialised).toEqual({ loaded: 44, fresh: [], leftOver: [] });
    const head = weights["linear.weight"];
    const body = Object.fromEntries(Object.entries(weights).filter(([name]) => !name.startsWith("linear.")));
    expect(weightsIn(before)).toMatchObject(body); // the last layer learned alone, statistics rested
    expect(head).not.toEqual(weightsIn(before)["linear.weight"]);
  });

  test("widens weights of 16 bits to float32, and says so", async () => {
    const recipe = tinyRecipe({ method: "erm", epochs: 1, init: resolveInit(brainFloats(await trained())) });
    const { record } = await tinyRun(recipe, { runsDir: folderInMemory() });
    expect(record.initialised).toEqual({ loaded: 44, fresh: [], leftOver: [], widened: true });
    expect(initWords(record)).toEqual([
      expect.stringContaining("44 tensors loaded, those of 16 bits as float32"),
    ]);
  });

  test("has a new last layer where the classes are others, also as many", async () => {
    const recipe = tinyRecipe({ method: "erm", epochs: 1, init: resolveInit(await trained()) });
    const named = (each: ReturnType<typeof colouredImages>) => ({
      ...each,
      classNames: ["a", "b", "c", "d"],
    });
    const { train, test: held, ...rest } = tinyData(recipe);
    const data = {
      ...{ ...rest, validation: null },
      train: named(train as ReturnType<typeof colouredImages>),
      test: named(held as ReturnType<typeof colouredImages>),
    };
    const { record } = await tinyRun(recipe, { runsDir: folderInMemory(), data });
    expect(record.initialised).toEqual({
      loaded: 42,
      fresh: ["linear.weight", "linear.bias"],
      leftOver: ["linear.weight", "linear.bias"],
    });
  });

  test("is resumed to the bit without what it began from, out of its frozen epochs and out of the others", async () => {
    const before = await trained();
    const init = resolveInit(before);
    const recipe = tinyRecipe({
      ...{ method: "crt", init, freezeEpochs: 1, layerDecay: 0.8, optimizer: "adamw" },
      ...{ weightDecay: 0.1, methodOptions: { deferAt: 2 / 3 } },
    });
    const data = tinyData(recipe);
    const options = { data, checkpoints: { steps: 1, share: 1 } };
    const whole = await tinyRun(recipe, { runsDir: folderInMemory(), data });
    const stops = [2, 3, 5].map((step) =>
      abandoned(
        runRecipe(recipe, { runsDir: folderInMemory(), ...options }),
        (event) => event.kind === "saved" && event.position.step === step,
      ),
    );
    const left = await Promise.all(stops);
    rmSync(before, { recursive: true });
    for (const folder of left) {
      await resumed(folder, options);
      expect(leftBy(folder)).toEqual(leftBy(whole.path));
    }
  });

  test("normalises photographs as the other did", () => {
    const init = resolveInit(resnetFile(4, "imagenet"));
    expect(init).toMatchObject({ model: "resnet18", stem: "imagenet", mean: [0.485, 0.456, 0.406] });
  });

  test("of a table knows its columns and categories", async () => {
    const folder = temporaryFolder();
    const rows = (names: string[], target: (i: number) => string): string =>
      Array.from({ length: 60 }, (_, i) => `${i % 7},${names[i % names.length]},${target(i)}`).join("\n");
    const [first, second] = ["first.csv", "second.csv"].map((name) => join(folder, name));
    writeFileSync(first!, `size,kind,label\n${rows(["x", "y", "z"], (i) => `c${i % 2}`)}`);
    writeFileSync(second!, `size,kind,label\n${rows(["z", "w"], (i) => `d${i % 3}`)}`);
    const common = { label: "label", model: "mlp", epochs: 1, method: "erm" } as const;
    const runsDir = folderInMemory();
    const run = await abandoned(runRecipe(await recipeForData(first!, common), { runsDir }));
    const recipe = await recipeForData(second!, { ...common, model: undefined as never, init: run });
    expect(recipe.model).toBe("mlp");
    const { preparation } = await loadRunData(recipe);
    expect(preparation?.record).toEqual((await loadRunData(readRun(run).record.recipe)).preparation?.record);
    const { record } = readRun(await abandoned(runRecipe(recipe, { runsDir })));
    expect(record.initialised?.fresh).toEqual(["classifier.weight", "classifier.bias"]);
  });
});

suite("resolveInit", () => {
  test("finds the network and its stem by names and shapes, whatever stands before them", () => {
    expect(resolveInit(resnetFile(7, "tiny", "module."))).toMatchObject({ model: "resnet18", stem: "tiny" });
  });

  test("reads what timm's config.json says of the images", () => {
    const file = resnetFile(7, "imagenet");
    const cfg = { input_size: [3, 224, 224], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    writeFileSync(join(file, "../config.json"), JSON.stringify({ pretrained_cfg: cfg }));
    expect(resolveInit(file)).toMatchObject({ side: 224, mean: [0.5, 0.5, 0.5] });
  });

  test("refuses PyTorch's own files with the line that converts them", () => {
    expect(() => resolveInit("resnet18.pth")).toThrow(
      /got a pickle of PyTorch.*save_file\(.*resnet18\.safetensors'\)"$/,
    );
  });

  test("refuses what is not there, what is no network, and a file that changed", async () => {
    expect(() => resolveInit("nothing.safetensors")).toThrow(
      /nothing.safetensors: expected weights to begin from, got no such file/,
    );
    const other = join(temporaryFolder(), "other.safetensors");
    writeFileSync(other, encodeSafetensors({ "a.weight": tensor(Float32Array.of(1)) }));
    expect(() => resolveInit(other)).toThrow(
      /expected the weights of one of resnet8, .*, got 1 tensors, a.weight\./,
    );
    const recipe = tinyRecipe({ init: { ...resolveInit(await trained()), sha256: "0".repeat(64) } });
    await expect(tinyRun(recipe, { runsDir: folderInMemory() })).rejects.toThrow(
      /got others than the recipe records/,
    );
  });

  test("refuses fewer than 90 % of the network's tensors, naming the first that are missing", async () => {
    const init = { ...resolveInit(await trained()), model: "resnet14" };
    const recipe = tinyRecipe({ init, model: "resnet14" });
    await expect(tinyRun(recipe, { runsDir: folderInMemory() })).rejects.toThrow(
      /expected the tensors of resnet14, got 35 of 65, without or otherwise: layer1.1.conv1.weight, /,
    );
  });
});

suite("PyTorch's own steps from the same weights", () => {
  test.for([
    ["sgd", 0.01],
    ["adamw", 0.001],
  ] as const)("are ours: %s, layer by layer", ([optimizer, lr], { skip }) => {
    if (python === undefined) return skip("needs python3 with torch and numpy to compare with");
    const file = resnetFile(4, "imagenet");
    const rule = { optimizer, layerDecay: 0.8, backboneLr: 0.5, weightDecay: 0.05 };
    const recipe = tinyRecipe({ ...rule, model: "resnet18", method: "erm", init: resolveInit(file), lr });
    const session = startSession(recipe, tinyData(recipe));
    beginFrom(session, recipe.init!); // it has one
    scope(() => {
      const inputs = randn([10, 4, 3, 32, 32], { generator: new Generator(5) });
      const targets = tensor(
        Int32Array.from({ length: 40 }, (_, i) => (i * 7) % 4),
        [10, 4],
        { dtype: "int64" },
      );
      const losses = Array.from({ length: 10 }, (_, i) => {
        const batch = {
          inputs: [slice(inputs, 0, { start: i, end: i + 1 }).reshape([4, 3, 32, 32])],
          targets: slice(targets, 0, { start: i, end: i + 1 }).reshape([4]),
          classWeights: null,
        };
        return trainingStep(session, batch).loss;
      });
      const folder = temporaryFolder();
      const [batches, options] = [join(folder, "batches"), join(folder, "options.json")];
      const tensors = [
        "conv1.weight",
        "bn1.bias",
        "layer2.0.downsample.0.weight",
        "layer4.1.bn2.weight",
        "fc.bias",
      ];
      writeFileSync(batches, encodeSafetensors({ inputs, targets }));
      writeFileSync(options, JSON.stringify({ ...rule, lr, tensors }));
      const theirs = referenceOf("fine_tuning.py", [file, batches, options]) as {
        readonly losses: number[];
        readonly after: Record<string, number[]>;
      };
      // Sums in another order, ten steps on: as far as bench/ compares losses.
      losses.forEach((loss, i) => {
        expect(Math.abs(loss - theirs.losses[i]!) / theirs.losses[i]!).toBeLessThan(1e-3);
      });
      const state = session.model.stateDict();
      for (const name of tensors) {
        const ours = tensor(Float32Array.from(state[name]!.toNumbers().slice(0, 200)));
        expectClose(ours, theirs.after[name]!, { rtol: 1e-3, atol: 1e-4 });
      }
    });
    endSession(session);
  });
});
