import { type BackboneSteps, type TokenEncoder, tokenEncoder } from "../preparation/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import { firstLine } from "../errors.ts";
import { endText } from "./end-text.ts";
import type { GraphFile } from "./graph-file.ts";
import type { BackboneLayout } from "./layout.ts";
import type { BackboneOptions } from "./open-backbone.ts";
import { type TextSettings, textSettings } from "./text-settings.ts";

/** How a backbone reads texts. */
export interface TextPart {
  readonly settings: TextSettings;
  readonly steps: NonNullable<BackboneSteps["text"]>;
}

const textInputs = ["input_ids", "attention_mask", "token_type_ids"] as const;
const int64Type = 7;

/**
 * What a folder says of texts.
 *
 * @throws RunError with code "data" where it has no tokenizer, or the graph takes no tokens
 */
export async function textPart(
  layout: BackboneLayout,
  file: GraphFile,
  { tokenizer, prefix = "" }: BackboneOptions,
): Promise<TextPart> {
  if (layout.isOwn) {
    const advice = "Only models of images are backbones: words of a vocabulary of its own are no tokens.";
    throw backboneFault(layout.folder, {
      expected: "a model of texts with a tokenizer.json",
      got: "an exported model of Leeway",
      advice,
    });
  }
  const names = file.inputs.map(({ name }) => name);
  const stray = file.inputs.find(
    ({ name, type, dims }) =>
      !textInputs.some((known) => known === name) ||
      type !== int64Type ||
      (dims !== undefined && dims.length !== 2),
  );
  if (stray !== undefined || !names.includes("input_ids")) {
    throw backboneFault(file.path, {
      expected: `inputs among ${textInputs.join(", ")}, int64 [batch, length]`,
      got: file.inputs.map(endText).join(", "),
      advice: "Name the graph of a text encoder, such as onnx/model.onnx or onnx/text_model.onnx.",
    });
  }
  const settings = await textSettings(layout.folder, tokenizer);
  const [batch = null, fixedLength = null] = file.inputs.find(({ name }) => name === "input_ids")!.dims ?? [];
  return {
    settings,
    steps: {
      inputs: textInputs.filter((name) => names.includes(name)),
      batch,
      maxLength: Math.min(settings.maxLength, fixedLength ?? Infinity),
      ...{ fixedLength, prefix, pad: settings.pad, tokenizer: settings.tokenizer },
    },
  };
}

/**
 * What makes tokens of texts.
 *
 * @throws RunError with code "data" for a tokenizer that cannot be followed
 */
export function tokensOf({ settings, steps }: TextPart, path: string): TokenEncoder {
  try {
    return tokenEncoder(settings.json, { config: settings.config, maxLength: steps.maxLength });
  } catch (cause) {
    const advice = "Get a fresh copy of the model's tokenizer.json.";
    throw backboneFault(path, {
      expected: "a tokenizer.json that can be followed",
      got: firstLine(cause),
      advice,
      cause,
    });
  }
}
