import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { decodeSafetensors, scope } from "@leeway/torch";
import { z } from "zod";
import { networkNames } from "../catalogue/index.ts";
import { catalogueForm } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { type GivenState, networkOf, withOurNames } from "../models/index.ts";
import { type Init, inputKindOf } from "../recipe/index.ts";
import { readRun, runFiles, sha256 } from "../storage/index.ts";
import { modelFile } from "./finalize.ts";
import { fitting } from "./session-state.ts";
import { readPreparation } from "./stored-preparation.ts";

/** What of an initial network is recorded beside its file. */
type Known = Omit<Init, "path" | "sha256">;

/** ImageNet's channels, which networks with a stem of 7 x 7 were trained on where nothing beside them says otherwise. */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Where a run's weights, or a file's, stand. */
export function weightsPath({ path }: Pick<Init, "path">): string {
  return isRun(path) ? join(path, modelFile) : path;
}

/** Whether a path is the folder of a run. */
function isRun(path: string): boolean {
  return existsSync(join(path, runFiles.run));
}

/**
 * What is recorded of weights to begin from: which file, by its hash, which network, and for images what their pixels
 * were normalised by: `config.json` beside a file says it as timm does, a run by its preparation.
 *
 * @param named a .safetensors file, or the folder of a run
 * @throws RunError with code "usage" where nothing is there, or it is no network of ours; one of PyTorch's own files is
 *   refused with the line that converts it
 */
export function resolveInit(named: string): Init {
  const given = resolve(named);
  const path = basename(given) === modelFile && isRun(dirname(given)) ? dirname(given) : given;
  const bytes = readInit(path);
  const known = isRun(path) ? knownOfRun(path, bytes) : knownOfFile(path, bytes);
  return { path, sha256: sha256(bytes), ...known };
}

/**
 * The bytes of the weights to begin from.
 *
 * @param recorded their hash, where it is known
 * @throws RunError with code "usage" where they are not there, or others than are recorded
 */
export function readInit(path: string, recorded?: string): Uint8Array {
  if (/\.(pth?|bin|ckpt|pkl)$/i.test(path)) throw pickled(path);
  const file = weightsPath({ path });
  const refuse = (got: string, advice: string, cause?: unknown): never => {
    const message = `${file}: expected weights to begin from, got ${got}. ${advice}`;
    throw new RunError("usage", message, { path: file, cause });
  };
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    refuse("a folder without a run", "Name a .safetensors file, or the folder of a run that has ended.");
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : code;
    return refuse(got, "Name a .safetensors file, or the folder of a run that has ended.", cause);
  }
  if (recorded === undefined || recorded === sha256(bytes)) return bytes;
  const got = `others than the recipe records (sha256 ${recorded.slice(0, 12)}…)`;
  return refuse(got, "Restore the file, or name it anew with --init.");
}

/** PyTorch's own format runs code when it is read. */
function pickled(path: string): RunError {
  const target = `${path.replace(/\.[^./]*$/, "")}.safetensors`;
  const line =
    "import torch; from safetensors.torch import save_file; " +
    `save_file({k: v.contiguous() for k, v in torch.load('${path}', map_location='cpu').items()}, '${target}')`;
  const message =
    `${path}: expected weights as .safetensors, got a pickle of PyTorch, which may run any code when it is read. ` +
    `Convert a file that you trust: python3 -c "${line}"`;
  return new RunError("usage", message, { path });
}

/** Weights to begin from, as their file has them. */
export interface DecodedInit {
  /** Under our names; what was of 16 bits is float32. */
  readonly state: GivenState;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether there were tensors of 16 bits. */
  readonly widened: boolean;
}

/** The tensors of a file, and its strings. Call it in a scope. */
export function decodedInit(path: string, bytes: Uint8Array): DecodedInit {
  const { tensors, metadata, halves } = fitting(path, "a whole safetensors file, got one with a fault", () =>
    decodeSafetensors(bytes),
  );
  return { state: withOurNames(tensors), metadata, widened: Object.keys(halves).length > 0 };
}

function knownOfFile(path: string, bytes: Uint8Array): Known {
  return scope(() => {
    const { state } = decodedInit(path, bytes);
    const network = networkOf(state);
    if (typeof network === "string") {
      const names = networkNames("image").join(", ");
      const advice = "Weights of tables and texts are read from the folder of their run.";
      const message = `${path}: expected the weights of one of ${names} under torchvision's names, got ${network}. ${advice}`;
      throw new RunError("usage", message, { path });
    }
    return { ...network, ...(network.stem === "imagenet" && imageNet), ...timmConfig(path) };
  });
}

const timmSchema = z.looseObject({
  input_size: z.tuple([z.int(), z.int(), z.int()]).optional(),
  mean: z.array(z.number()).optional(),
  std: z.array(z.number().positive()).optional(),
});

/** What `config.json` beside a file says of the images its network was trained on; nothing where it does not. */
function timmConfig(path: string): Pick<Known, "mean" | "std" | "side"> {
  const config = join(dirname(path), "config.json");
  if (!existsSync(config)) return {};
  const read = readPreparation(config) as { readonly pretrained_cfg?: unknown } | null;
  const { success, data } = timmSchema.safeParse(read?.pretrained_cfg ?? read);
  if (!success) return {};
  const { mean, std, input_size: size } = data;
  return { ...(mean && std && { mean, std }), ...(size && { side: size[2] }) };
}

function knownOfRun(path: string, bytes: Uint8Array): Known {
  const { recipe } = readRun(path).record;
  const { model } = recipe;
  const network = scope(() => networkOf(decodedInit(weightsPath({ path }), bytes).state));
  const stem = typeof network === "string" || network.model !== model ? undefined : network.stem;
  const images = inputKindOf(recipe) === "image" ? imagesOf(path, recipe.dataset) : {};
  return { model, ...(stem && { stem }), ...images };
}

const imageSchema = z.looseObject({
  kind: z.literal("image"),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  side: z.int(),
});

function imagesOf(path: string, dataset: string): Pick<Known, "mean" | "std" | "side"> {
  const record = readPreparation(join(path, "preparation.json"));
  const form = record === null ? catalogueForm(dataset) : imageSchema.safeParse(record).data;
  if (form === undefined) return {};
  const { mean, std, side } = form;
  return { mean: [...mean], std: [...std], side };
}
