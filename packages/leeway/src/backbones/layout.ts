import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { someOf } from "../errors.ts";
import { manifestFile } from "../inference/index.ts";
import { backboneFault } from "./backbone-fault.ts";

/** The kinds of examples that backbones take. */
export type BackboneKind = "image" | "text";

/** Where the files of a backbone are. */
export interface BackboneLayout {
  /** The graph. */
  readonly graph: string;
  /** The folder of the files that describe it. */
  readonly folder: string;
  /** What people call it. */
  readonly name: string;
  /** Whether `leeway export` wrote the folder. */
  readonly isOwn: boolean;
}

/** Graphs in the order in which they are preferred; a model of images and texts has one for each. */
const graphNames: Readonly<Record<BackboneKind, readonly string[]>> = {
  image: ["vision_model", "model", "encoder_model"],
  text: ["text_model", "model", "encoder_model"],
};
/** Forms of a graph by what their names end in, the most exact first. */
const forms = ["", "_quantized", "_int8", "_uint8", "_q4", "_bnb4", "_fp16", "_q4f16"];

/**
 * Finds the files of a backbone: in a folder in Hugging Face's layout (`config.json`, `onnx/model.onnx`), in one that
 * `leeway export` wrote, or a `.onnx` file, with what describes it beside it or one folder up.
 *
 * @throws RunError with code "data" where there is no graph, or several and none by a known name
 */
export async function findLayout(place: string, kind: BackboneKind): Promise<BackboneLayout> {
  const path = resolve(place);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    const advice = "Name a folder with an ONNX model, or a .onnx file.";
    throw backboneFault(place, { expected: "a backbone", got: "no such file or folder", advice });
  }
  if (!there.isDirectory()) return layoutOfFile(path);
  if (existsSync(join(path, "run.json"))) {
    const advice = `Export it first: leeway export ${place}, then name ${join(place, "export")}.`;
    throw backboneFault(place, { expected: "an exported model", got: "a run", advice });
  }
  const isOwn = existsSync(join(path, manifestFile));
  return { graph: await graphIn(path, place, kind), folder: path, name: basename(path), isOwn };
}

function layoutOfFile(path: string): BackboneLayout {
  if (!/\.onnx$/i.test(path)) {
    const got = /\.(pt|pth|bin|safetensors|gguf|tflite|pb|h5)$/i.test(path)
      ? "weights of another format"
      : "another file";
    const advice =
      "Export it to ONNX: optimum-cli export onnx --model NAME FOLDER. Weights alone of a ResNet: see --init of leeway train.";
    throw backboneFault(path, { expected: "a .onnx file, or a folder that has one", got, advice });
  }
  const folder = dirname(path);
  const described = ["config.json", "preprocessor_config.json", "tokenizer.json", manifestFile];
  const has = (place: string): boolean => described.some((name) => existsSync(join(place, name)));
  const up = !has(folder) && basename(folder) === "onnx" && has(dirname(folder)) ? dirname(folder) : folder;
  return { graph: path, folder: up, name: basename(path), isOwn: existsSync(join(up, manifestFile)) };
}

async function graphIn(path: string, place: string, kind: BackboneKind): Promise<string> {
  const found: string[] = [];
  for (const folder of ["onnx", "."]) {
    const names = await readdir(join(path, folder)).catch(() => []);
    found.push(...names.filter((name) => /\.onnx$/i.test(name)).map((name) => join(folder, name)));
  }
  for (const name of graphNames[kind]) {
    for (const form of forms) {
      const wanted = found.find((each) => basename(each) === `${name}${form}.onnx`);
      if (wanted !== undefined) return join(path, wanted);
    }
  }
  const [first, second] = found;
  if (first !== undefined && second === undefined) return join(path, first);
  const expected = `a graph (${graphNames[kind].map((name) => `onnx/${name}.onnx`).join(" or ")})`;
  const advice =
    first === undefined
      ? "Export the model to ONNX: optimum-cli export onnx --model NAME FOLDER."
      : "Name the file itself as the backbone.";
  throw backboneFault(place, { expected, got: first === undefined ? "none" : someOf(found, 6), advice });
}
