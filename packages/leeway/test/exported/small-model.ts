import { createHash } from "node:crypto";
import { encodeModel } from "../../src/onnx/encode.ts";
import { GraphBuilder } from "../../src/onnx/index.ts";
import type { ModelBytes } from "../../src/inference/index.ts";

const preparation = {
  ...{ kind: "table", version: 1, label: "class" },
  numeric: ["a", "b", "c"].map((name) => ({ name, origin: 0, mean: 0, std: 1, indicator: false })),
  categorical: [{ name: "colour", categories: ["red"] }],
};

/** A graph whose logits are the three numbers of a row. */
export function identityGraph(): Uint8Array {
  const builder = new GraphBuilder();
  const numbers = builder.input({ name: "numbers", type: "float64", shape: ["batch", 3] });
  const logits = builder.cast(numbers, "float32");
  builder.output(logits, { name: "logits", type: "float32", shape: ["batch", 3] });
  return encodeModel(builder.graph(), { name: "test", version: "0", about: "", metadata: {} });
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const hashOf = (bytes: Uint8Array): object => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** The files of an exported model of rows with three classes, whose logits are the rows' numbers. */
export function smallModel({
  graph = identityGraph(),
  manifest = {},
  decision,
}: {
  readonly graph?: Uint8Array;
  readonly manifest?: object;
  readonly decision?: object;
} = {}): ModelBytes {
  const prepared = bytesOf(preparation);
  return {
    "model.onnx": graph,
    "preparation.json": prepared,
    "model.json": bytesOf({
      ...{ format: "leeway-model", version: 1, kind: "table", classNames: ["x", "y", "z"] },
      files: { "model.onnx": hashOf(graph), "preparation.json": hashOf(prepared) },
      ...{ weights: "0".repeat(64), precision: "fp32", scale: 2, calibration: null, priorCounts: [3, 1, 0] },
      ...manifest,
    }),
    ...(decision && { "decision.json": bytesOf(decision) }),
  };
}
