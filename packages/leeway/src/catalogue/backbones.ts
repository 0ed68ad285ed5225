import { didYouMean, expected } from "../errors.ts";

/** A file of a published backbone. */
interface BackboneFile {
  /** Its path below the folder. */
  readonly path: string;
  readonly url: string;
  readonly bytes?: number;
  /** As a public program that pins the file has it; absent where no such source was found. */
  readonly sha256?: string;
}

/** A pretrained network that is known by name: where its authors' weights are, and under which terms. */
export interface KnownBackbone {
  readonly name: string;
  readonly title: string;
  readonly kind: "image" | "text";
  /** Numbers of a vector, where that is known. */
  readonly size?: number;
  readonly licence: string;
  readonly files: readonly BackboneFile[];
  /** How it is used: `backbone`, or weights to begin from. */
  readonly use: "backbone" | "init";
}

const hub = "https://huggingface.co";

/** Files of a repository of Hugging Face's, each at its own path. */
function filesOf(repository: string, paths: readonly string[]): BackboneFile[] {
  return paths.map((path) => ({ path, url: `${hub}/${repository}/resolve/main/${path}` }));
}

/** Every backbone that is known by name. */
export const backbones: readonly KnownBackbone[] = [
  {
    ...{ name: "dinov2-small", title: "DINOv2 ViT-S/14", kind: "image", size: 384, use: "backbone" },
    licence: "Apache-2.0",
    files: filesOf("Xenova/dinov2-small", ["config.json", "preprocessor_config.json", "onnx/model.onnx"]),
  },
  {
    ...{
      name: "clip-vit-base-patch32",
      title: "CLIP ViT-B/32, images and class names",
      kind: "image",
      size: 512,
      use: "backbone",
    },
    licence: "MIT",
    files: filesOf("Xenova/clip-vit-base-patch32", [
      "config.json",
      "preprocessor_config.json",
      "onnx/vision_model.onnx",
      "onnx/text_model.onnx",
      "tokenizer.json",
      "tokenizer_config.json",
    ]),
  },
  {
    ...{
      name: "mobilenetv4-conv-small",
      title: "MobileNetV4 small, ImageNet",
      kind: "image",
      use: "backbone",
    },
    licence: "Apache-2.0",
    files: filesOf("onnx-community/mobilenetv4_conv_small.e2400_r224_in1k", [
      ...["config.json", "preprocessor_config.json", "onnx/model.onnx"],
    ]),
  },
  {
    ...{
      name: "all-MiniLM-L6-v2",
      title: "MiniLM, sentences in English",
      kind: "text",
      size: 384,
      use: "backbone",
    },
    licence: "Apache-2.0",
    files: [
      ...filesOf("Xenova/all-MiniLM-L6-v2", ["config.json", "tokenizer_config.json"]),
      {
        path: "tokenizer.json",
        url: `${hub}/Xenova/all-MiniLM-L6-v2/resolve/main/tokenizer.json`,
        bytes: 711_661,
        sha256: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
      },
      {
        path: "onnx/model_quantized.onnx",
        url: `${hub}/Xenova/all-MiniLM-L6-v2/resolve/main/onnx/model_quantized.onnx`,
        bytes: 22_972_370,
        sha256: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
      },
      ...filesOf("sentence-transformers/all-MiniLM-L6-v2", [
        ...["modules.json", "sentence_bert_config.json", "1_Pooling/config.json"],
      ]),
    ],
  },
  {
    ...{ name: "resnet18", title: "ResNet-18, ImageNet", kind: "image", size: 512, use: "init" },
    licence: "Apache-2.0",
    files: filesOf("timm/resnet18.a1_in1k", ["config.json", "model.safetensors"]),
  },
  {
    ...{ name: "resnet50", title: "ResNet-50, ImageNet", kind: "image", size: 2048, use: "init" },
    licence: "Apache-2.0",
    files: filesOf("timm/resnet50.a1_in1k", ["config.json", "model.safetensors"]),
  },
];

/**
 * The backbone of that name.
 *
 * @throws ArgumentError with the nearest name where there is none
 */
export function knownBackbone(name: string): KnownBackbone {
  const found = backbones.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = backbones.map((each) => each.name);
  const what = `to be one of ${names.join(", ")}`;
  throw expected("models", "name", what, name, didYouMean(name, names));
}
