import { join } from "node:path";
import { manifestFile } from "../inference/index.ts";
import { type BackboneSteps, inputSize, parseImageSteps } from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import { endText } from "./end-text.ts";
import type { GraphFile } from "./graph-file.ts";
import { jsonFile, jsonObject } from "./json-file.ts";
import type { BackboneLayout } from "./layout.ts";
import type { BackboneOptions } from "./open-backbone.ts";
import { preprocessorSteps, timmSteps } from "./preprocessor.ts";

/**
 * What a folder, or an option, says of images.
 *
 * @throws RunError with code "data" where nothing does, or the graph does not take them
 */
export async function imagePart(
  layout: BackboneLayout,
  file: GraphFile,
  { preprocessor }: BackboneOptions,
): Promise<NonNullable<BackboneSteps["image"]>> {
  if (layout.isOwn) return ownImages(layout, file);
  const [input, ...others] = file.inputs;
  const dims = input?.dims;
  if (
    input === undefined ||
    others.length > 0 ||
    input.type !== 1 ||
    (dims !== undefined && dims.length !== 4)
  ) {
    throw backboneFault(file.path, {
      expected: "one input of images, float32 [batch, 3, height, width]",
      got: file.inputs.map(endText).join(", ") || "none",
      advice: "Name the graph of the image encoder alone, such as onnx/vision_model.onnx.",
    });
  }
  const isPixels = dims !== undefined && dims[3] === 3 && dims[1] !== 3;
  const processing = await processingOf(layout, file, preprocessor);
  const [height, width] = isPixels ? [dims[1], dims[2]] : [dims?.[2], dims?.[3]];
  const size = inputSize({ ...processing, layout: "planes" });
  if (size !== null && ((height ?? size.height) !== size.height || (width ?? size.width) !== size.width)) {
    throw backboneFault(file.path, {
      expected: `images of ${size.width} x ${size.height} pixels, as its preprocessing makes them`,
      got: `an input of ${width ?? "any"} x ${height ?? "any"}`,
      advice: "Mend the size in preprocessor_config.json.",
    });
  }
  return {
    input: input.name,
    batch: dims?.[0] ?? null,
    processing: { ...processing, layout: isPixels ? "pixels" : "planes" },
  };
}

async function processingOf(
  { folder }: BackboneLayout,
  file: GraphFile,
  preprocessor: string | undefined,
): Promise<ReturnType<typeof preprocessorSteps>> {
  if (preprocessor?.trimStart().startsWith("{")) {
    return preprocessorSteps(jsonObject(preprocessor, "--preprocessor"), "--preprocessor");
  }
  const path = preprocessor ?? join(folder, "preprocessor_config.json");
  const own = await jsonFile(path);
  if (own !== undefined) return preprocessorSteps(own, path);
  const configPath = join(folder, "config.json");
  const timm =
    preprocessor === undefined ? timmSteps((await jsonFile(configPath)) ?? {}, configPath) : undefined;
  if (timm !== undefined) return timm;
  const [input] = file.inputs;
  throw backboneFault(path, {
    expected: "how images become numbers",
    got: "no such file",
    advice:
      `Put the model's preprocessor_config.json there, or say it with --preprocessor '{"size": {"height": 224, "width": 224}, ` +
      `"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}' (the input is ${input === undefined ? "unknown" : endText(input)}).`,
  });
}

/** Images as a network that `leeway export` wrote takes them. */
async function ownImages(
  { folder }: BackboneLayout,
  file: GraphFile,
): Promise<NonNullable<BackboneSteps["image"]>> {
  const manifest = await jsonFile(join(folder, manifestFile));
  const path = join(folder, "preparation.json");
  const record = await jsonFile(path);
  const kind = manifest?.["kind"];
  if (kind !== "image" || record?.["kind"] !== "image") {
    const advice = "Only models of images are backbones; vectors and rows have no raw examples to embed.";
    throw backboneFault(folder, {
      expected: "an exported model of images",
      got: `one of ${String(kind)}`,
      advice,
    });
  }
  const files = manifest?.["files"] as Readonly<Record<string, { readonly sha256?: unknown }>> | undefined;
  if (files?.["model.onnx"]?.sha256 !== file.sha256) {
    const advice = "Export the run again, or get a fresh copy.";
    throw backboneFault(file.path, {
      expected: `the graph that ${manifestFile} names by its SHA-256`,
      got: "another",
      advice,
    });
  }
  const { size, resize, side, channels } = parseImageSteps(record, path);
  return {
    input: "pixels",
    batch: null,
    processing: { size, resize, side, channels: channels === 1 ? 1 : 3 },
  };
}
