import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import {
  type Backbone,
  backboneFault,
  findLayout,
  openBackbone,
  reopenBackbone,
} from "../../backbones/index.ts";
import { RunError } from "../../errors.ts";
import { type BackboneSteps, parseEmbeddingSteps } from "../../preparation/index.ts";
import type { Dataset } from "../dataset.ts";
import { embeddingDataset } from "../embeddings/embedding-examples.ts";
import { embeddedTexts } from "./embed-texts.ts";
import { requireFinite } from "./feature-cache.ts";

/** What is said of a class, {} being its name: of images as CLIP's authors say it, of texts the name alone. */
const defaultPrompt = { image: "a photo of a {}", text: "{}" } as const;

/**
 * Classes as the vectors of their names, an example each: what the backbone makes of a text about the class, or where it
 * takes images, the text part of the same model. They are normalised as those of the training examples.
 *
 * @param preparation of a run on vectors that a backbone made
 * @param prompt      the text about a class, with {} for its name, whose underscores become spaces
 * @throws RunError with code "data" where no backbone made the vectors, it has no text part, or that has another size
 * @source Radford et al. 2021 (arXiv:2103.00020), section 3.1.4: prompts; Shi et al. 2024 (arXiv:2309.10019), section 4
 */
export async function classNameDataset(
  classNames: readonly string[],
  preparation: unknown,
  prompt?: string,
): Promise<Dataset> {
  const steps = parseEmbeddingSteps(preparation, "preparation.json");
  if (steps.backbone === undefined) {
    const message =
      "--head-init class-names: expected vectors that a backbone made, got others. Name it with --backbone, or take class-means.";
    throw new RunError("data", message);
  }
  const labels = Int32Array.from(classNames.keys());
  const vectors = await vectorsOf(classNames, steps.backbone, prompt);
  const examples = { labels, ids: Uint32Array.from(labels), size: steps.backbone.size, vectors };
  return embeddingDataset({ name: "class names", classNames, ...examples }, steps);
}

/** [K, D] */
async function vectorsOf(
  classNames: readonly string[],
  steps: BackboneSteps,
  prompt: string | undefined,
): Promise<Float32Array> {
  const { size } = steps;
  const backbone = steps.text === undefined ? await textPartOf(steps) : await reopenBackbone(steps);
  try {
    if (backbone.steps.size !== size) {
      throw backboneFault(backbone.steps.path ?? backbone.steps.name, {
        expected: `vectors of ${size} numbers, as of its images`,
        got: `${backbone.steps.size} (${backbone.steps.output})`,
        advice: "Take a model that puts images and texts into one space, such as CLIP.",
      });
    }
    const texts = textsAbout(
      classNames,
      prompt ?? defaultPrompt[steps.text === undefined ? "image" : "text"],
    );
    const vectors = new Float32Array(classNames.length * size);
    for await (const group of embeddedTexts(texts, backbone)) {
      requireFinite(group, { place: (index) => `class ${classNames[index]!}` }, backbone.steps); // of these
      group.indices.forEach((index, i) => {
        vectors.set(group.vectors.subarray(i * size, (i + 1) * size), index * size);
      });
    }
    return vectors;
  } finally {
    await backbone.close();
  }
}

function textsAbout(classNames: readonly string[], prompt: string): string[] {
  return classNames.map((name) => prompt.replaceAll("{}", name.replaceAll("_", " ")));
}

/** The text part of a model whose image part made the vectors. */
async function textPartOf({ path = "", name }: BackboneSteps): Promise<Backbone> {
  const advice =
    "Take --head-init class-means, or a model of images and texts, with onnx/text_model.onnx and tokenizer.json.";
  const folder = folderOf(path);
  const none = (got: string, cause?: unknown): Error =>
    backboneFault(folder, { expected: `the text part of ${name}`, got, advice, cause });
  if (!existsSync(folder)) throw none("no such folder");
  const { graph } = await findLayout(folder, "text").catch((cause: unknown) => {
    throw none("none", cause);
  });
  if (!basename(graph).startsWith("text_model")) throw none("none");
  return openBackbone(folder, "text");
}

/** The folder of a backbone that is named by it, or by a graph in it. */
function folderOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) return path;
  const folder = dirname(path);
  return basename(folder) === "onnx" ? dirname(folder) : folder;
}
