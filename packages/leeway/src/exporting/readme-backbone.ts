import { backboneFile } from "../inference/index.ts";
import type { BackboneSteps, ImageProcessing, Pooling } from "../preparation/index.ts";

type OwnImages = Extract<NonNullable<BackboneSteps["image"]>["processing"], { readonly side: number }>;

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

/** An image as the input of the graph: in the order and with the resampling of `imageProcessing`, which is Pillow's. */
export function imageLines({ image }: Pick<BackboneSteps, "image">): string[] {
  const { input, batch, processing } = image!; // of images
  const lines = "side" in processing ? ownImageLines(processing) : processedLines(processing);
  const repeated =
    batch === null || batch === 1 ? "pixels[None]" : `np.repeat(pixels[None], ${batch}, axis=0)`;
  return [...lines, `given = {${JSON.stringify(input)}: ${repeated}}`];
}

function ownImageLines({ side, channels }: OwnImages): string[] {
  const grey = channels === 1;
  return [
    `image = Image.open("photo.jpg").convert("${grey ? "L" : "RGB"}").resize((${side}, ${side}))`,
    `pixels = np.asarray(image, dtype=np.uint8)${grey ? "[:, :, None]" : ""}`,
  ];
}

function processedLines({
  resize,
  resample,
  crop,
  scale,
  mean,
  std,
  order,
  layout,
}: ImageProcessing): string[] {
  const resampling = `Image.Resampling.${resample.toUpperCase()}`;
  const numbers = (values: readonly number[]): string => `np.array([${values.join(", ")}], np.float32)`;
  return [
    'image = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")',
    ...(resize === null ? [] : [...sizeLines(resize), `image = image.resize(size, ${resampling})`]),
    ...(crop === null ? [] : cropLines(crop)),
    `pixels = np.asarray(image, np.float32)${order === "bgr" ? "[:, :, ::-1]" : ""} * np.float32(${scale})`,
    `pixels = (pixels - ${numbers(mean)}) / ${numbers(std)}`,
    ...(layout === "planes" ? ["pixels = pixels.transpose(2, 0, 1)"] : []),
  ];
}

function sizeLines(resize: NonNullable<ImageProcessing["resize"]>): string[] {
  if ("width" in resize) return [`size = (${resize.width}, ${resize.height})`];
  const { shortestEdge: short, longestEdge: max } = resize;
  const longer = `int(${short} * max(image.size) / min(image.size))`;
  return [
    `short, long = ${short}, ${longer}`,
    ...(max === undefined
      ? []
      : [`if long > ${max}:`, `    short, long = max(1, int(${max} * short / long)), ${max}`]),
    "size = (short, long) if image.width <= image.height else (long, short)",
  ];
}

function cropLines({ width, height }: NonNullable<ImageProcessing["crop"]>): string[] {
  return [
    `left, top = (image.width - ${width}) // 2, (image.height - ${height}) // 2`,
    `image = image.crop((left, top, left + ${width}, top + ${height}))`,
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
