import type { InputKind } from "../catalogue/index.ts";
import { exampleKind } from "../data/index.ts";
import { backboneFile, preparationFile } from "../inference/index.ts";
import {
  type BackboneSteps,
  parseEmbeddingSteps,
  parseImageSteps,
  parseSteps,
  type TableSteps,
} from "../preparation/index.ts";
import { backbonePython } from "./readme-backbone.ts";
import type { ReadmeFacts } from "./readme.ts";

/** How a model is called from programs: a section each. */
export function callingSections(facts: ReadmeFacts): string[] {
  return [
    "## Node",
    fenced("sh", "npm install @leeway/predict onnxruntime-node"),
    fenced("ts", typescript(facts)),
    "## A browser",
    fenced("sh", "npm install @leeway/predict onnxruntime-web"),
    fenced("ts", browser(facts)),
    "## Python",
    pythonNote(facts),
    fenced("python", python(facts)),
  ];
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

function typescript(facts: ReadmeFacts): string {
  return [
    'import { load } from "@leeway/predict";',
    "",
    'const model = await load("model/"); // this folder',
    `const prediction = await model.predict(${exampleOf(facts, "node")});`,
    "console.log(prediction.class, prediction.probabilities);",
    "await model.close();",
  ].join("\n");
}

function browser(facts: ReadmeFacts): string {
  return [
    'import { load } from "@leeway/predict";',
    "",
    'const model = await load("https://example.org/model/"); // where this folder is served',
    `const prediction = await model.predict(${exampleOf(facts, "browser")});`,
  ].join("\n");
}

/** An example in TypeScript. */
function exampleOf({ preparation, ...facts }: ReadmeFacts, where: "node" | "browser"): string {
  switch (rawKind({ preparation, ...facts })) {
    case "image":
      return where === "node" ? '"photo.jpg"' : "input.files[0]";
    case "text":
      return '"A text to be classified"';
    case "embedding":
      return `vector /* ${sizeOf(preparation)} numbers */`;
    case "table": {
      const entries = rowOf(parseSteps(preparation, preparationFile));
      const shown = entries
        .slice(0, 4)
        .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
      return `{ ${shown.join(", ")}${entries.length > shown.length ? ", /* … */" : ""} }`;
    }
  }
}

function sizeOf(preparation: unknown): number {
  return (preparation as { readonly mean: readonly number[] }).mean.length;
}

/** A row that training might have had: the mean of numbers, and the commonest categories. */
function rowOf({ numeric, categorical }: TableSteps): [string, string | number | null][] {
  return [
    ...numeric.map(({ name, reading, origin, mean }): [string, string | number] => [
      name,
      reading?.kind === "date" ? "2026-11-29" : Number((origin + mean).toPrecision(3)),
    ]),
    ...categorical.map(({ name, categories }): [string, string | null] => [name, categories[0] ?? null]),
  ];
}

/** The kind of what is predicted: of a model with a backbone that of what the backbone takes. */
export function rawKind({ manifest: { kind }, preparation }: ReadmeFacts): InputKind {
  return exampleKind({ kind, record: preparation, path: preparationFile });
}

function backboneOf({ manifest: { kind }, preparation }: ReadmeFacts): BackboneSteps | undefined {
  return kind === "embedding" ? parseEmbeddingSteps(preparation, preparationFile).backbone : undefined;
}

function pythonNote(facts: ReadmeFacts): string {
  const { kind } = facts.manifest;
  const backbone = backboneOf(facts);
  if (backbone !== undefined) {
    const what = backbone.text === undefined ? "images" : "texts";
    const packages = backbone.text === undefined ? "onnxruntime pillow" : "onnxruntime tokenizers";
    return `With plain onnxruntime (\`pip install ${packages}\`), 1.17 or later: \`${backboneFile}\` makes vectors of ${what}, and \`model.onnx\` takes those. Normalisation of vectors, calibration and softmax are inside.`;
  }
  const note = {
    image: "The graph takes decoded images of its size.",
    table: "The graph takes numbers, and the places of categories in their column's list.",
    embedding: "The graph takes vectors as they are.",
    text: "The graph takes the numbers that `@leeway/predict` makes of texts, by the vocabulary in `preparation.json`.",
  }[kind];
  const packages = kind === "image" ? "onnxruntime pillow" : "onnxruntime";
  return `With plain onnxruntime (\`pip install ${packages}\`), 1.17 or later. ${note} Normalisation, calibration and softmax are inside.`;
}

function python({ manifest, preparation }: ReadmeFacts): string {
  const head = ["import json", "import numpy as np", "import onnxruntime"];
  const session = [
    "",
    'model = onnxruntime.InferenceSession("model.onnx")',
    'classes = json.load(open("model.json"))["classNames"]',
  ];
  const end = [
    'logits, probabilities = model.run(["logits", "probabilities"], inputs)',
    "print(classes[logits[0].argmax()], dict(zip(classes, probabilities[0].tolist())))",
  ];
  switch (manifest.kind) {
    case "image": {
      const { side, channels } = parseImageSteps(preparation, preparationFile);
      const grey = channels === 1;
      return [
        ...head,
        "from PIL import Image",
        ...session,
        `image = Image.open("photo.jpg").convert("${grey ? "L" : "RGB"}").resize((${side}, ${side}))`,
        `inputs = {"pixels": np.asarray(image, dtype=np.uint8)[None${grey ? ", :, :, None" : ""}]}  # [1, ${side}, ${side}, ${channels}]`,
        ...end,
      ].join("\n");
    }
    case "embedding": {
      const backbone = backboneOf({ manifest, preparation, decision: null });
      if (backbone !== undefined) {
        const more =
          backbone.text === undefined
            ? "from PIL import Image, ImageOps"
            : "from tokenizers import Tokenizer";
        return [...head, more, ...session, ...backbonePython(backbone), ...end].join("\n");
      }
      return [
        ...head,
        ...session,
        `inputs = {"vectors": np.zeros((1, ${sizeOf(preparation)}), np.float32)}`,
        ...end,
      ].join("\n");
    }
    case "text":
      return [...head, ...session, textInputs(preparation), ...end].join("\n");
    case "table":
      return [...head, ...session, ...tableInputs(parseSteps(preparation, preparationFile)), ...end].join(
        "\n",
      );
  }
}

function textInputs(preparation: unknown): string {
  const ofNgrams = typeof preparation === "object" && preparation !== null && "characters" in preparation;
  if (ofNgrams) {
    return 'inputs = {"columns": np.array([[3, 17]], np.int64), "values": np.array([[0.8, 0.6]], np.float32)}';
  }
  return [
    'tokens = {"tokens": np.array([[2, 5, 9]], np.int64), "lengths": np.array([3], np.int64)}',
    "inputs = {end.name: tokens[end.name] for end in model.get_inputs()}",
  ].join("\n");
}

function tableInputs({ numeric, categorical }: TableSteps): string[] {
  const row = rowOf({ numeric, categorical } as TableSteps).filter(([, value]) => value !== null);
  const text = row.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  const dates = numeric.some(({ reading }) => reading?.kind === "date");
  return [
    'steps = json.load(open("preparation.json"))',
    ...(dates ? ['# Dates are numbers here: see the "reading" of their columns in preparation.json.'] : []),
    "row = {",
    ...text,
    "}",
    "inputs = {}",
    ...(numeric.length === 0
      ? []
      : [
          'numbers = [row.get(step["name"], np.nan) for step in steps["numeric"]]',
          'inputs["numbers"] = np.array([numbers], np.float64)',
        ]),
    ...(categorical.length === 0
      ? []
      : [
          'places = [(row.get(step["name"]), step["categories"]) for step in steps["categorical"]]',
          "codes = [1 + names.index(name) if name in names else 0 for name, names in places]",
          'inputs["codes"] = np.array([codes], np.int64)',
        ]),
  ];
}
