import { didYouMean } from "../errors.ts";
import { type ImageProcessing, resamplings } from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import type { JsonObject } from "./json-file.ts";

type Processing = Omit<ImageProcessing, "layout">;

/** What a kind of preprocessor means by what its file leaves out. */
interface ProcessorType {
  /** Whether one number for a size means both sides, and not the short one. */
  readonly isSquare: boolean;
  readonly resample: ImageProcessing["resample"];
  /** Whether small sizes are cut out of an image that is larger by `crop_pct`. */
  readonly hasCropShare?: boolean;
}

const square = { isSquare: true, resample: "bilinear" } as const;
const short = { isSquare: false, resample: "bicubic" } as const;

/** Kinds by their names before ImageProcessor, ImageProcessorFast or FeatureExtractor. */
const types: Readonly<Record<string, ProcessorType>> = {
  ...{ ViT: square, DeiT: { ...square, resample: "bicubic" }, Beit: { ...square, resample: "bicubic" } },
  ...{ Siglip: { ...square, resample: "bicubic" }, EfficientNet: { ...square, resample: "nearest" } },
  ...{ CLIP: short, Bit: short, LeViT: short, ChineseCLIP: short },
  ...{ MobileNetV1: { ...short, resample: "bilinear" }, MobileNetV2: { ...short, resample: "bilinear" } },
  ConvNext: { ...short, hasCropShare: true },
};

/** Keys that say nothing about an image's numbers, or only in other programs. */
const named: ReadonlySet<string> = new Set([
  ...["image_processor_type", "feature_extractor_type", "processor_class", "_valid_processor_keys"],
  ...["return_tensors", "input_data_format", "data_format", "device", "disable_grouping", "use_fast"],
  ...["default_to_square", "auto_map", "_processor_class", "pad_size", "image_seq_length", "num_channels"],
]);
const known: ReadonlySet<string> = new Set([
  ...["do_convert_rgb", "do_resize", "size", "resample", "do_center_crop", "crop_size", "crop_pct"],
  ...["do_rescale", "rescale_factor", "rescale_offset", "do_normalize", "include_top"],
  ...["image_mean", "image_std", "do_pad", "do_flip_channel_order", "size_divisor"],
]);
/** Other names of keys. */
const aliases: Readonly<Record<string, string>> = {
  mean: "image_mean",
  std: "image_std",
  image_size: "size",
};

/**
 * The steps that a `preprocessor_config.json` describes.
 *
 * @param path how errors speak of it
 * @throws RunError with code "data" for a key that is not known: to leave it out would change every number
 * @source transformers' image processors, as their files are written
 */
export function preprocessorSteps(file: JsonObject, path: string): Processing {
  const values = withoutAliases(file);
  const fault = (expected: string, got: unknown, advice: string): Error =>
    backboneFault(path, { expected, got: got === undefined ? "nothing" : JSON.stringify(got), advice });
  for (const [key, value] of Object.entries(values)) {
    if (known.has(key) || named.has(key) || value === null) continue;
    const guess = didYouMean(key, [...known]);
    const advice = guess || "Take it out if it has no effect on the pixels, or make the features elsewhere.";
    throw fault("keys of image preprocessing that are known", key, advice);
  }
  for (const key of ["do_pad", "size_divisor", "rescale_offset"]) {
    const value = values[key] ?? false;
    if (value === false || (key === "size_divisor" && value === 0)) continue;
    throw fault(`${key} to be false`, value, "Set it to false if the network does without.");
  }
  const type = typeOf(values, fault);
  const number = numberOf(values, fault);
  const flag = (key: string, otherwise: boolean): boolean => {
    const value = values[key] ?? otherwise;
    if (typeof value === "boolean") return value;
    throw fault(`${key} to be true or false`, value, "Mend the file.");
  };
  const doResize = flag("do_resize", values["size"] != null);
  const sizes = doResize ? sizesOf(values, type, fault) : { resize: null, crop: null };
  const doCrop = flag("do_center_crop", values["crop_size"] != null);
  const crop = doCrop ? exactSize(values["crop_size"] ?? values["size"], "crop_size", fault) : null;
  const doNormalise = flag("do_normalize", values["image_mean"] != null);
  const std = doNormalise ? colours(values["image_std"] ?? 0.5, "image_std", fault) : [1, 1, 1];
  return {
    ...{ resize: sizes.resize, crop: crop ?? sizes.crop },
    resample: resampleOf(values["resample"] ?? null, type, fault),
    scale: flag("do_rescale", true) ? number("rescale_factor", 1 / 255) : 1,
    mean: doNormalise ? colours(values["image_mean"] ?? 0.5, "image_mean", fault) : [0, 0, 0],
    // EfficientNet's classifiers are given what was divided twice.
    std: flag("include_top", false) ? std.map((each) => each * each) : std,
    order: flag("do_flip_channel_order", false) ? "bgr" : "rgb",
  };
}

type MakeFault = (expected: string, got: unknown, advice: string) => Error;

function withoutAliases(file: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(file).map(([key, value]) => [aliases[key] ?? key, value]));
}

function typeOf(values: JsonObject, fault: MakeFault): ProcessorType | undefined {
  const value = values["image_processor_type"] ?? values["feature_extractor_type"];
  if (value === undefined || value === null) return undefined;
  const name = (typeof value === "string" ? value : "").replace(
    /(ImageProcessor|FeatureExtractor)(Fast|Pil)?$/,
    "",
  );
  if (Object.hasOwn(types, name)) return types[name];
  const advice = `Known are ${Object.keys(types).join(", ")}. Without the key, sizes must be named: {"height": …, "width": …}.`;
  throw fault("a kind of preprocessor that is known", value, advice);
}

function numberOf(values: JsonObject, fault: MakeFault): (key: string, otherwise: number) => number {
  return (key, otherwise) => {
    const value = values[key] ?? otherwise;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw fault(`${key} to be a number`, value, "Mend the file.");
  };
}

/** The size of the whole image, and what is cut out of it by the same key. */
function sizesOf(
  values: JsonObject,
  type: ProcessorType | undefined,
  fault: MakeFault,
): Pick<Processing, "resize" | "crop"> {
  const value = values["size"];
  const edge = shortestEdge(value);
  if (type?.hasCropShare === true) {
    const size = edge ?? (typeof value === "number" ? value : undefined);
    if (size === undefined) throw fault("size to be a shortest_edge", value, "Mend the file.");
    if (size >= 384) return { resize: { height: size, width: size }, crop: null };
    const share = numberOf(values, fault)("crop_pct", 224 / 256);
    return { resize: { shortestEdge: Math.trunc(size / share) }, crop: { height: size, width: size } };
  }
  if (edge !== undefined) {
    const longest = (value as JsonObject)["longest_edge"];
    if (isSide(longest)) return { resize: { shortestEdge: edge, longestEdge: longest }, crop: null };
    return { resize: { shortestEdge: edge }, crop: null };
  }
  if (typeof value !== "number") return { resize: exactSize(value, "size", fault), crop: null };
  if (type === undefined) {
    const advice = 'Write {"height": …, "width": …} or {"shortest_edge": …}.';
    throw fault(
      "size with the names of its sides, or the kind of preprocessor that says what it means",
      value,
      advice,
    );
  }
  if (!isSide(value)) throw fault("size to be from 1 to 4096 pixels", value, "Mend the file.");
  return { resize: type.isSquare ? { height: value, width: value } : { shortestEdge: value }, crop: null };
}

function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 4096;
}

function shortestEdge(value: unknown): number | undefined {
  const edge =
    typeof value === "object" && value !== null ? (value as JsonObject)["shortest_edge"] : undefined;
  return isSide(edge) ? edge : undefined;
}

function exactSize(
  value: unknown,
  key: string,
  fault: MakeFault,
): { readonly height: number; readonly width: number } {
  if (isSide(value)) return { height: value, width: value };
  const { height, width } = (typeof value === "object" && value !== null ? value : {}) as JsonObject;
  if (isSide(height) && isSide(width)) return { height, width };
  const expected = `${key} to be {"height": …, "width": …} or {"shortest_edge": …}, from 1 to 4096 pixels`;
  throw fault(expected, value, "Mend the file.");
}

function resampleOf(
  value: unknown,
  type: ProcessorType | undefined,
  fault: MakeFault,
): ImageProcessing["resample"] {
  if (value === null) return type?.resample ?? "bilinear";
  const named = typeof value === "number" ? resamplings[value] : resamplings.find((each) => each === value);
  if (named !== undefined) return named;
  const advice = resamplings.map((name, code) => `${code} ${name}`).join(", ");
  throw fault("resample to be a number of Pillow's", value, `They are ${advice}.`);
}

function colours(value: unknown, key: string, fault: MakeFault): number[] {
  const list: unknown[] = Array.isArray(value) ? value : [value, value, value];
  const isAll = list.every((each) => typeof each === "number" && Number.isFinite(each));
  if (isAll && list.length === 3 && (key !== "image_std" || list.every((each) => (each as number) > 0)))
    return list as number[];
  const advice = "Networks of another number of colours are not read.";
  throw fault(`${key} to be three numbers${key === "image_std" ? " above 0" : ""}`, value, advice);
}

/** The steps that timm writes into `config.json`, as its own evaluation takes them. Undefined where there are none. */
export function timmSteps(config: JsonObject, path: string): Processing | undefined {
  const own = config["pretrained_cfg"];
  if (typeof own !== "object" || own === null) return undefined;
  const values = own as JsonObject;
  const fault: MakeFault = (expected, got, advice) =>
    backboneFault(path, {
      expected: `pretrained_cfg with ${expected}`,
      got: got === undefined ? "nothing" : JSON.stringify(got),
      advice,
    });
  const input: unknown = values["input_size"];
  const [channels, height, width] = Array.isArray(input) ? (input as unknown[]) : [];
  if (channels !== 3 || !isSide(height) || !isSide(width))
    throw fault("input_size to be [3, height, width]", input, "Write a preprocessor_config.json beside it.");
  const share = numberOf(values, fault)("crop_pct", 0.875);
  const mode = values["crop_mode"] ?? "center";
  if (mode !== "center" || height !== width) {
    throw fault(
      "a square that is cut out of the middle",
      mode,
      "Write a preprocessor_config.json beside it.",
    );
  }
  return {
    resize: { shortestEdge: Math.floor(height / share) },
    crop: { height, width },
    resample: resampleOf(values["interpolation"] ?? "bilinear", undefined, fault),
    scale: 1 / 255,
    mean: colours(values["mean"], "mean", fault),
    std: colours(values["std"], "image_std", fault),
    order: "rgb",
  };
}
