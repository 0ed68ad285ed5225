import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Backbone,
  type BackboneKind,
  type BackboneOptions,
  openBackbone,
  reopenBackbone,
} from "../../src/backbones/index.ts";
import { openFeatures } from "../../src/data/backbone/feature-cache.ts";
import { openEmbedded, textsToEmbed } from "../../src/data/backbone/embedded-source.ts";
import { featuresFile } from "../../src/data/embeddings/features-file.ts";
import { openEmbeddings } from "../../src/data/embeddings/embedding-source.ts";
import { load } from "../../src/exported/index.ts";
import { exportModel } from "../../src/exporting/index.ts";
import type { Prediction } from "../../src/inference/index.ts";
import { openPredictor } from "../../src/probes/index.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import { loadRunData, recipeForData, runRecipe } from "../../src/runs/index.ts";
import { decodeModel } from "../../src/onnx/cut.ts";
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from "../../src/onnx/onnx_pb.ts";
import { tokenEncoder } from "../../src/preparation/index.ts";
import { answerOfReadme, pythonOfReadmes } from "../exporting/readme-python.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import {
  classifierPath,
  classifierPreprocessor,
  tokenNumber,
  width,
  wordpiece,
  writeTextEncoder,
} from "./small-encoder.ts";

const opened: Backbone[] = [];
async function open(place: string, kind: BackboneKind, options?: BackboneOptions): Promise<Backbone> {
  const backbone = await openBackbone(place, kind, options);
  opened.push(backbone);
  return backbone;
}
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
});

const classifier = { preprocessor: classifierPreprocessor };
const folder = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const textFolder = writeTextEncoder(join(folder, "text"));

describe("a classifier of images", () => {
  const image = { width: 64, height: 32, data: Float32Array.from({ length: 6144 }, (_, i) => Math.sin(i)) };

  it("is cut before its last layer, and gives onnxruntime's own numbers for what goes into it", async () => {
    const backbone = await open(classifierPath, "image", classifier);
    expect(backbone.steps).toMatchObject({ output: "reshape2_0.tmp_0", pooling: "none", size: 200 });
    // The last layer of the whole graph, on those features, gives the whole graph's answer.
    const { graph } = decodeModel(readFileSync(classifierPath));
    const numbers = (name: string): Float32Array => {
      const { rawData, floatData } = [
        ...graph.initializer,
        ...graph.node.flatMap(({ output: [own], attribute: [value] }) =>
          own === name && value?.t ? [{ ...value.t, name }] : [],
        ),
      ].find((each) => each.name === name)!;
      return rawData.length === 0
        ? Float32Array.from(floatData)
        : new Float32Array(Uint8Array.from(rawData).buffer);
    };
    const [weights, bias] = [numbers("fc_0.w_0"), numbers("fc_0.b_0")];
    const features = await backbone.images([image, image]);
    const logits = [0, 1].map(
      (k) => bias[k]! + features.slice(200).reduce((sum, x, d) => sum + x * weights[2 * d + k]!, 0),
    );
    const session = await ort.InferenceSession.create(classifierPath);
    const output = await session.run({ x: new ort.Tensor("float32", image.data, [1, 3, 32, 64]) });
    const whole = output["softmax_0.tmp_0"]!.data as Float32Array;
    expect(1 / (1 + Math.exp(logits[1]! - logits[0]!))).toBeCloseTo(whole[0]!, 5);
    await session.release();
  });

  it("gives any value that is named, and says which there are", async () => {
    const pooled = await open(classifierPath, "image", { ...classifier, output: "p2o.GlobalAveragePool.19" });
    expect(pooled.steps).toMatchObject({ pooling: "none", size: 200 });
    await expect(
      openBackbone(classifierPath, "image", { ...classifier, output: "reshape2_0.tmp" }),
    ).rejects.toThrow('expected a value "reshape2_0.tmp", got no value of that name');
    await expect(openBackbone(classifierPath, "image", { ...classifier, pooling: "mean" })).rejects.toThrow(
      "expected a value that mean pools, got reshape2_0.tmp_0 of shape [1, 200]. Say --pooling none",
    );
  });

  it("is opened again as it was, by its hash", async () => {
    const { steps } = await open(classifierPath, "image", classifier);
    const again = await reopenBackbone(steps);
    opened.push(again);
    expect(await again.images([image])).toEqual(await opened[0]!.images([image]));
    await expect(reopenBackbone({ ...steps, sha256: "0".repeat(64) })).rejects.toThrow(
      "SHA-256 0000000000000000…), got another",
    );
    await expect(reopenBackbone(steps, { place: "/nowhere" })).rejects.toThrow(
      "Say where it is now with --backbone.",
    );
  });
});

describe("a folder of a text encoder", () => {
  const unit = (ids: readonly number[]): number[] => {
    const mean = Array.from(
      { length: width },
      (_, d) => ids.reduce((sum, id) => sum + Math.tanh(tokenNumber(id, d)), 0) / ids.length,
    );
    const length = Math.hypot(...mean);
    return mean.map((each) => each / length);
  };

  it("makes the stored tokens", () => {
    const encoder = tokenEncoder(wordpiece.tokenizer, { maxLength: 64 });
    for (const { text, ids } of wordpiece.texts) expect([...encoder.encode(text)], text).toEqual(ids);
  });

  it("pools and divides as its files say, whatever else is in the batch", async () => {
    const backbone = await open(textFolder, "text");
    expect(backbone.steps).toMatchObject({
      output: "last_hidden_state",
      pooling: "mean",
      l2: true,
      size: width,
    });
    const tokens = wordpiece.texts.slice(0, 4).map(({ text }) => backbone.tokens!.encode(text));
    const vectors = await backbone.texts(tokens);
    tokens.forEach((ids, i) => {
      unit([...ids]).forEach((value, d) => {
        expect(vectors[i * width + d]).toBeCloseTo(value, 5);
      });
    });
  });

  it("reads the beginning of a longer text, with the tokens around it", async () => {
    const { tokens } = await open(textFolder, "text");
    const { ids, text } = wordpiece.texts.at(-1)!;
    expect([...tokens!.encode(text)]).toEqual([...ids.slice(0, 15), ids.at(-1)]);
    expect([tokens!.isCut(text), tokens!.isCut("film")]).toEqual([true, false]);
  });

  it("takes another pooling by name", async () => {
    const backbone = await open(textFolder, "text", { pooling: "cls-mean" });
    const [tokens] = [backbone.tokens!.encode("a film")];
    expect(backbone.steps.size).toBe(2 * width);
    const first = (await backbone.texts([tokens])).slice(0, width);
    const length = Math.hypot(...(await backbone.texts([tokens])));
    expect(length).toBeCloseTo(1, 5);
    const direction = first.map((value) => value / Math.hypot(...first));
    direction.forEach((value, d) => {
      expect(value).toBeCloseTo(unit([tokens[0]!])[d]!, 5);
    });
  });
});

describe("files that are no backbone", () => {
  const bytes = readFileSync(classifierPath);
  const file = (name: string, content: Uint8Array | string): string => {
    mkdirSync(join(folder, name.replace(/\W/g, "")), { recursive: true });
    const path = join(folder, name.replace(/\W/g, ""), name);
    writeFileSync(path, content);
    return path;
  };
  /** The same graph, with a weight in another file. */
  const withExternal = (location: string): Uint8Array => {
    const model = fromBinary(ModelProtoSchema, bytes);
    const tensor =
      model.graph!.initializer[0] ??
      model.graph!.node.find(({ attribute }) => attribute[0]?.t)!.attribute[0]!.t!;
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.externalData = [create(StringStringEntryProtoSchema, { key: "location", value: location })];
    return toBinary(ModelProtoSchema, model);
  };

  it.each([
    [
      "a truncated graph",
      () => file("cut.onnx", bytes.subarray(0, 50_000)),
      "expected an ONNX file, got bytes that end too early",
    ],
    ["something else", () => file("else.onnx", "hello"), "expected an ONNX file"],
    [
      "a pointer of Git LFS",
      () => file("lfs.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
      "got a pointer of Git LFS",
    ],
    [
      "weights outside the folder",
      () => file("out.onnx", withExternal("../../secret")),
      "expected weights in the folder of the graph",
    ],
    [
      "weights that are missing",
      () => file("gone.onnx", withExternal("model.onnx_data")),
      "expected its weights in model.onnx_data beside it",
    ],
    ["weights of PyTorch", () => file("model.pth", "x"), "got weights of another format"],
    [
      "an empty folder",
      () => temporaryFolder(),
      "expected a graph (onnx/vision_model.onnx or onnx/model.onnx",
    ],
    ["a graph of texts", () => join(textFolder, "onnx/model.onnx"), "expected one input of images"],
    ["nothing there", () => "/nowhere", "expected a backbone, got no such file or folder"],
  ])("refuses %s", async (_, make, message) => {
    await expect(openBackbone(make(), "image", classifier)).rejects.toThrow(message);
  });

  it.each([
    ['{"size": 48}', "size with the names of its sides"],
    ['{"size": {"height": 32, "width": 64}, "resampel": 2}', 'got "resampel". Did you mean "resample"?'],
    ['{"size": {"height": 32, "width": 64}, "resample": 9}', "resample to be a number of Pillow's"],
    ['{"size": {"height": 32, "width": 64}, "do_pad": true}', "do_pad to be false"],
    [
      '{"size": {"height": 32, "width": 64}, "image_std": [0, 1, 1], "image_mean": [0, 0, 0]}',
      "three numbers above 0",
    ],
    [
      '{"size": {"height": 32, "width": 64}, "image_processor_type": "OwlViTImageProcessor"}',
      "a kind of preprocessor that is known",
    ],
    ["{", "expected JSON"],
  ])("refuses the preprocessing %s", async (preprocessor, message) => {
    await expect(openBackbone(classifierPath, "image", { preprocessor })).rejects.toThrow(message);
  });

  it("says what to write where no preprocessing is beside a graph, and no tokenizer", async () => {
    await expect(openBackbone(file("bare.onnx", bytes), "image")).rejects.toThrow(
      'or say it with --preprocessor \'{"size"',
    );
    const graph = file("text.onnx", readFileSync(join(textFolder, "onnx/model.onnx")));
    await expect(openBackbone(graph, "text")).rejects.toThrow(
      "expected the tokenizer of a model of texts, got no such file",
    );
  });
});

describe("features", () => {
  const texts = Array.from({ length: 100 }, (_, i) => "very ".repeat(i % 7) + wordpiece.texts[i % 10]!.text);
  const read = (cacheDir: string): Buffer => {
    const [name = ""] = readdirSync(cacheDir); // of one cache
    return readFileSync(join(cacheDir, name, "features.bin"));
  };

  it("go on after they were stopped, to the same bytes, and come from the cache after that", async () => {
    const backbone = await open(textFolder, "text");
    const [whole, halved] = [temporaryFolder(), temporaryFolder()];
    await openFeatures(textsToEmbed(texts), backbone, { cacheDir: whole });
    const stop = new AbortController();
    const onProgress = ({ done }: { readonly done: number }): void => {
      if (done > 0) stop.abort();
    };
    await expect(
      openFeatures(textsToEmbed(texts), backbone, {
        cacheDir: halved,
        saveEvery: 0,
        signal: stop.signal,
        onProgress,
      }),
    ).rejects.toThrow("aborted");
    const { made } = await openFeatures(textsToEmbed(texts), backbone, { cacheDir: halved });
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(texts.length);
    expect(read(halved).equals(read(whole))).toBe(true);
    expect((await openFeatures(textsToEmbed(texts), backbone, { cacheDir: halved })).made).toBe(0);
  });

  it("are refused where they are not finite", async () => {
    const backbone = await open(textFolder, "text");
    const broken = { ...backbone, texts: () => Promise.resolve(new Float32Array(100 * width).fill(NaN)) };
    await expect(openFeatures(textsToEmbed(texts), broken, { cacheDir: temporaryFolder() })).rejects.toThrow(
      /^text \d+ \(.*\): expected finite numbers from .*, got NaN in dimension 0/,
    );
  });

  it("of photographs, grey and transparent ones too, are a file that is read as embeddings", async () => {
    const folder = temporaryFolder();
    for (const [name, channels] of [
      ["a/1.png", 3],
      ["a/2.png", 1],
      ["b/1.png", 4],
      ["b/2.jpg", 3],
    ] as const) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      const raw = { width: 90, height: 50, channels };
      const pixels = Uint8Array.from({ length: 4500 * channels }, (_, i) => (i * 7) % 251);
      await sharp(pixels, { raw }).toFile(join(folder, name));
    }
    writeFileSync(join(folder, "b/3.png"), "broken");
    const cacheDir = temporaryFolder();
    const data = (badImages: "stop" | "skip") => ({
      dataset: "photos",
      source: { kind: "image", paths: [folder], options: { badImages } } as const,
      backbone: { path: classifierPath, preprocessor: classifierPreprocessor },
    });
    await expect(openEmbedded(data("stop"), { cacheDir })).rejects.toThrow("b/3.png (none of JPEG");
    const { train, backbone, notes } = await openEmbedded(data("skip"), { cacheDir });
    expect(notes).toEqual([expect.stringContaining("left out 1 of 5 images")]);
    expect([[...train.labels], [...train.ids], train.size]).toEqual([[0, 0, 1, 1], [0, 1, 2, 3], 200]);
    const path = join(folder, "features.safetensors");
    const { labels, classNames, vectors, size } = train;
    writeFileSync(
      path,
      featuresFile({ labels, classNames, vectors: vectors.slice(0, 4 * size), size }, backbone),
    );
    const embeddings = await openEmbeddings({ kind: "embedding", paths: [path] });
    expect([embeddings.train.classNames, [...embeddings.train.labels]]).toEqual([
      ["a", "b"],
      [0, 0, 1, 1],
    ]);
    expect(embeddings.prepare(embeddings.train).record).toMatchObject({ backbone });
  });
});

describe("a run through a backbone", () => {
  it("predicts, is exported and is loaded with the same probabilities", async () => {
    const place = temporaryFolder();
    const backbone = writeTextEncoder(join(place, "encoder"));
    const table = join(place, "texts.csv");
    const text = (i: number): string =>
      (i % 3 === 0 ? "a dull film" : "the play was very bright") + " and".repeat(i % 5);
    const rows = Array.from({ length: 60 }, (_, i) => `${text(i)},${i % 3 === 0 ? "bad" : "good"}`);
    writeFileSync(table, ["text,label", ...rows].join("\n"));
    const recipe = await recipeForData(table, { backbone: { path: backbone }, epochs: 2 });
    expect(recipe).toMatchObject({ model: "linear", backbone: { path: backbone }, source: { kind: "text" } });
    const data = await loadRunData(recipe, { cacheDir: join(place, "cache") });
    const events = runRecipe(recipe, { data, runsDir: join(place, "runs"), name: "texts" });
    while ((await events.next()).done !== true) continue;
    const run = join(place, "runs", "texts");
    const examples = ["a dull film", "", "zebra!"];
    const of = (predictions: readonly Prediction[]): number[] =>
      predictions.map(({ probability }) => probability);
    const predictor = openPredictor(run);
    const own = of(await predictor.predict(examples));
    await predictor.close();
    const { path, files } = await exportModel(run);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(["backbone.onnx", "tokenizer.json", "model.onnx"]),
    );
    rmSync(backbone, { recursive: true }); // all that is needed goes with the model
    const model = await load(path);
    of(await model.predict(examples)).forEach((value, i) => {
      expect(value).toBeCloseTo(own[i]!, 5);
    });
    if (pythonOfReadmes !== undefined) {
      const { class: name, probability } = await model.predict("A text to be classified");
      const [answer, all] = answerOfReadme(path);
      expect(answer).toBe(name);
      expect(all[name]).toBeCloseTo(probability, 5);
    }
    await model.close();
    await expect(openPredictor(run).predict(examples)).rejects.toThrow(
      "Say where it is now with --backbone.",
    );
  });

  it("says which files to put where for one that is known by name", async () => {
    const source = { kind: "image", paths: ["photos"] } as const;
    const data = { dataset: "photos", source, backbone: { path: "dinov2-small" } };
    await expect(openEmbedded(data)).rejects.toThrow("models/dinov2-small/onnx/model.onnx");
    await expect(openEmbedded({ ...data, backbone: { path: "resnet18" } })).rejects.toThrow(
      "leeway train --init",
    );
  });

  it("is refused for rows, and options of a backbone without one", async () => {
    const source = { kind: "table", paths: ["a.csv"] } as const;
    expect(() => recipeFor("rows", { source, backbone: { path: "x" } })).toThrow(
      "to go with images or texts",
    );
    await expect(
      openEmbedded({
        dataset: "photos",
        source: { kind: "image", paths: ["photos"], options: { size: 32 } },
        backbone: { path: classifierPath, preprocessor: classifierPreprocessor },
      }),
    ).rejects.toThrow("not to be set with a backbone");
  });
});
