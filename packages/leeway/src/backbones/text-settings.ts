import { join } from "node:path";
import type { BackboneSteps, Pooling } from "../preparation/index.ts";
import { sha256 } from "../storage/index.ts";
import { backboneFault } from "./backbone-fault.ts";
import { jsonFile, type JsonObject } from "./json-file.ts";

/** How a folder's texts become tokens, and its tokens one vector. */
export interface TextSettings extends Pick<
  NonNullable<BackboneSteps["text"]>,
  "maxLength" | "pad" | "tokenizer"
> {
  /** `tokenizer.json` */
  readonly json: JsonObject;
  /** What of `tokenizer_config.json` the tokens depend on. */
  readonly config: JsonObject;
  /** Where sentence-transformers says it. */
  readonly pooling?: Pooling;
  readonly l2?: boolean;
}

/** What is read of a text where no file names a limit. */
const defaultLength = 512;

/**
 * Reads `tokenizer.json` and the files beside it that say how long texts may be and how tokens become one vector:
 * `tokenizer_config.json`, `config.json`, and of sentence-transformers `sentence_bert_config.json`, `modules.json` and
 * `1_Pooling/config.json`.
 *
 * @throws RunError with code "data" for a file that is missing or cannot be followed
 */
export async function textSettings(folder: string, tokenizerPath?: string): Promise<TextSettings> {
  const path = tokenizerPath ?? join(folder, "tokenizer.json");
  const json = await jsonFile(path);
  if (json === undefined) {
    const advice =
      "Put the model's tokenizer.json beside its graph; vocab.txt alone does not say how words are split.";
    throw backboneFault(path, { expected: "the tokenizer of a model of texts", got: "no such file", advice });
  }
  const [own, config, sentence] = await Promise.all(
    ["tokenizer_config.json", "config.json", "sentence_bert_config.json"].map((name) =>
      jsonFile(join(folder, name)),
    ),
  );
  const used = configOf(own ?? {});
  return {
    ...{ json, config: used },
    maxLength: maxLengthOf({ json, own, config, sentence }),
    pad: padOf(json),
    tokenizer: sha256(Buffer.from(JSON.stringify([json, used]))),
    ...(await sentencePooling(folder)),
  };
}

/** What of `tokenizer_config.json` the library reads: all but what is only for people and for chat. */
function configOf(own: JsonObject): JsonObject {
  const names = [
    "tokenizer_class",
    "remove_space",
    "clean_up_tokenization_spaces",
    "do_lowercase_and_remove_accent",
  ];
  return Object.fromEntries(Object.entries(own).filter(([name]) => names.includes(name)));
}

interface Files {
  readonly json: JsonObject;
  readonly own: JsonObject | undefined;
  readonly config: JsonObject | undefined;
  readonly sentence: JsonObject | undefined;
}

/** The smallest limit that a file names. */
function maxLengthOf({ json, own, config, sentence }: Files): number {
  // RoBERTa's family counts its places from 2.
  const taken = /roberta|camembert|mpnet/i.test(String(config?.["model_type"])) ? 2 : 0;
  const places = config?.["max_position_embeddings"];
  const limits = [
    (json["truncation"] as JsonObject | null | undefined)?.["max_length"],
    own?.["model_max_length"],
    sentence?.["max_seq_length"],
    typeof places === "number" ? places - taken : undefined,
  ];
  const real = limits.filter((each): each is number => typeof each === "number" && each >= 3 && each < 1e6);
  return real.length === 0 ? defaultLength : Math.trunc(Math.min(...real));
}

function padOf(json: JsonObject): number {
  const id = (json["padding"] as JsonObject | null | undefined)?.["pad_id"];
  if (typeof id === "number") return id;
  const tokens = Array.isArray(json["added_tokens"]) ? (json["added_tokens"] as JsonObject[]) : [];
  const pad = tokens.find(({ content }) => content === "[PAD]" || content === "<pad>")?.["id"];
  return typeof pad === "number" ? pad : 0; // what the mask leaves out may be any token
}

/** What sentence-transformers does after the network. */
async function sentencePooling(folder: string): Promise<Pick<TextSettings, "pooling" | "l2">> {
  const file = await jsonList(join(folder, "modules.json"));
  const pool = file?.find(({ type }) => String(type).endsWith(".Pooling"));
  const path = join(folder, typeof pool?.["path"] === "string" ? pool["path"] : "1_Pooling", "config.json");
  const settings = await jsonFile(path);
  const l2 = file?.some(({ type }) => String(type).endsWith(".Normalize"));
  const further = file?.find(({ type }) => !/\.(Transformer|Pooling|Normalize)$/.test(String(type)));
  if (further !== undefined) {
    const advice = "Export the whole model, with its output sentence_embedding, as one ONNX graph.";
    throw backboneFault(join(folder, "modules.json"), {
      ...{ expected: "a Transformer, a Pooling and a Normalize", got: String(further["type"]), advice },
    });
  }
  return { ...(settings && { pooling: poolingOf(settings, path) }), ...(l2 !== undefined && { l2 }) };
}

/** A file that holds a list of objects; undefined where it is not there or holds something else. */
async function jsonList(path: string): Promise<readonly JsonObject[] | undefined> {
  const { readFile } = await import("node:fs/promises");
  return readFile(path, "utf8").then(
    (text) => {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? (value as JsonObject[]) : undefined;
    },
    () => undefined,
  );
}

const modes: Readonly<Record<string, Pooling>> = {
  pooling_mode_cls_token: "cls",
  pooling_mode_mean_tokens: "mean",
  pooling_mode_max_tokens: "max",
  pooling_mode_lasttoken: "last",
};

function poolingOf(settings: JsonObject, path: string): Pooling {
  const chosen = Object.keys(settings).filter(
    (name) => name.startsWith("pooling_mode") && settings[name] === true,
  );
  const [mode = ""] = chosen;
  if (chosen.length === 1 && Object.hasOwn(modes, mode)) return modes[mode]!;
  const advice = "Say how with --pooling, or export sentence_embedding as an output.";
  throw backboneFault(path, {
    ...{ expected: `one of ${Object.keys(modes).join(", ")}`, got: chosen.join(", ") || "none", advice },
  });
}
