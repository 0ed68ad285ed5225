// Answers what onnxruntime.py and tokenizers.py ask, once: JSON from stdin to stdout.
import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import * as ort from "onnxruntime-node";

const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, uint8: Uint8Array };

function tensorOf({ type, dims, data }) {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return new ort.Tensor(type, new arrays[type](bytes.buffer), dims);
}

function bytesOf({ data, type, dims }) {
  return { type, dims, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") };
}

const { graph, feeds, names, tokenizer, text } = JSON.parse(readFileSync(0, "utf8"));
if (tokenizer !== undefined) {
  const { ids } = new Tokenizer(JSON.parse(readFileSync(tokenizer, "utf8")), {}).encode(text);
  console.log(JSON.stringify({ ids }));
} else {
  const session = await ort.InferenceSession.create(graph);
  if (feeds === undefined) console.log(JSON.stringify({ inputs: session.inputNames }));
  else {
    const given = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)]));
    const outputs = await session.run(given, names);
    console.log(JSON.stringify({ outputs: names.map((name) => bytesOf(outputs[name])) }));
  }
}
