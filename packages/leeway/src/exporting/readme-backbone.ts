import { backboneFile } from "../inference/index.ts";
import { type BackboneSteps, inputSize, type Pooling } from "../preparation/index.ts";

/** How the vector of an example is made in Python, by the graph that goes with the model. */
export function backbonePython(steps: BackboneSteps): string[] {
  const { output, l2, text } = steps;
  const isPadded = text !== undefined && text.fixedLength !== null && steps.pooling !== "none";
  return [
    `backbone = onnxruntime.InferenceSession("${backboneFile}")`,
    ...(text === undefined ? imageLines(steps) : textLines(text)),
    `output = backbone.run([${JSON.stringify(output)}], given)[0]`,
    ...(isPadded ? ["output = output[:, : sum(encoding.attention_mask)]"] : []),
    `vectors = ${poolings[steps.pooling]}`,
    ...(l2 ? ["vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)"] : []),
    'inputs = {"vectors": vectors}',
  ];
}

/** Of one example, whose tokens are all its own. */
const poolings: Readonly<Record<Pooling, string>> = {
  none: "output.reshape(1, -1)",
  cls: "output[:, 0]",
  last: "output[:, -1]",
  mean: "output.mean(axis=1)",
  max: "output.max(axis=1)",
  "cls-mean": "np.concatenate([output[:, 0], output[:, 1:].mean(axis=1)], axis=1)",
  map: "output.mean(axis=(2, 3))",
};

function imageLines({ image }: BackboneSteps): string[] {
  const { input, batch, processing } = image!; // of images
  const isOwn = "side" in processing;
  const size = isOwn ? { width: processing.side, height: processing.side } : inputSize(processing);
  const [height, width] = [size?.height ?? 224, size?.width ?? 224];
  const channels = isOwn ? processing.channels : 3;
  const isPlanes = !isOwn && processing.layout === "planes";
  const shape = [batch ?? 1, ...(isPlanes ? [channels, height, width] : [height, width, channels])];
  const how = isOwn ? "resized, bytes from 0 to 255" : "resized, scaled and normalised";
  return [
    `# The image as "image" of "backbone" in preparation.json says: ${how}.`,
    `given = {${JSON.stringify(input)}: np.zeros((${shape.join(", ")}), np.${isOwn ? "uint8" : "float32"})}`,
  ];
}

function textLines({
  inputs,
  maxLength,
  fixedLength,
  pad,
  prefix,
}: NonNullable<BackboneSteps["text"]>): string[] {
  const start = prefix === "" ? "" : `${JSON.stringify(prefix)} + `;
  const values = {
    input_ids: "encoding.ids",
    attention_mask: "encoding.attention_mask",
    token_type_ids: "encoding.type_ids",
  };
  const given = inputs.map((name) => `"${name}": np.array([${values[name]}], np.int64)`);
  return [
    'tokenizer = Tokenizer.from_file("tokenizer.json")',
    `tokenizer.enable_truncation(${maxLength})`,
    ...(fixedLength === null ? [] : [`tokenizer.enable_padding(length=${fixedLength}, pad_id=${pad})`]),
    `encoding = tokenizer.encode(${start}"A text to be classified")`,
    `given = {${given.join(", ")}}`,
  ];
}
