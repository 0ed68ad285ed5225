import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors, scope } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import sharp from "sharp";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { loadRunData, recipeForData, runRecipe } from "../../src/runs/index.ts";
import { tokenNumber, width, wordpiece, writeTextEncoder, writeTwoEncoders } from "./small-encoder.ts";

const place = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(place, { recursive: true });
});
const photos = join(place, "photos");
const encoders = writeTwoEncoders(join(place, "encoders"));

beforeAll(async () => {
  for (const [i, name] of ["cat", "dog"].entries()) {
    mkdirSync(join(photos, name), { recursive: true });
    for (let at = 0; at < 20; at++) {
      const background = { r: 10 * at, g: 100 * i, b: 255 - 12 * at };
      const file = join(photos, name, `${at}.png`);
      await sharp({ create: { width: 12, height: 9, channels: 3, background } }).toFile(file);
    }
  }
});

/** The direction of a text: the mean of its tokens' vectors, of length 1. */
function directionOf(text: string): number[] {
  const { vocab } = wordpiece.tokenizer.model;
  const ids = ["[CLS]", ...text.split(" "), "[SEP]"].map((word) => vocab[word] ?? vocab["[UNK]"]!);
  const sums = Array.from({ length: width }, (_, d) =>
    ids.reduce((sum, id) => sum + Math.tanh(tokenNumber(id, d)), 0),
  );
  const length = Math.hypot(...sums);
  return sums.map((value) => value / length);
}

const cosine = { loss: "logit-adjustment", classifier: "cosine" } as const;

const runsDir = join(place, "runs");
let runs = 0;

/** The vectors of the last layer after steps by next to nothing. */
async function beginning(options: RecipeOptions, examples = photos): Promise<number[]> {
  const { backbone = { path: encoders }, ...rest } = options;
  const recipe = await recipeForData(examples, {
    ...{ method: "composed", methodOptions: cosine, headInit: "class-names", normalize: "l2" },
    ...{ backbone, epochs: 1, batchSize: 16, lr: 1e-12, ...rest },
  });
  const data = await loadRunData(recipe, { cacheDir: join(place, "cache") });
  const name = String(runs++);
  const events = runRecipe(recipe, { data, runsDir, name });
  while ((await events.next()).done !== true) continue;
  return scope(() => {
    const { tensors } = decodeSafetensors(readFileSync(join(runsDir, name, "model.safetensors")));
    return tensors["classifier.weight"]!.toNumbers();
  });
}

suite("headInit class-names", () => {
  test.for([
    [undefined, "a photo of a cat", "a photo of a dog"],
    ["a bad {} , a good {} !", "a bad cat , a good cat !", "a bad dog , a good dog !"],
  ] as const)("begins at the text part's vectors of %s", async ([headPrompt, ...texts]) => {
    const weights = await beginning({ ...(headPrompt && { headPrompt }) });
    expectClose(weights, texts.flatMap(directionOf), { rtol: 0, atol: 1e-6 });
  });

  test("begins there with an adapter too", async () => {
    const weights = await beginning({ model: "adapter" });
    const texts = ["a photo of a cat", "a photo of a dog"];
    expectClose(weights, texts.flatMap(directionOf), { rtol: 0, atol: 1e-6 });
  });

  test("says what it needs where the backbone has no text part, and leaves no run", async () => {
    const path = writeTwoEncoders(join(place, "without"));
    const name = String(runs);
    rmSync(join(path, "onnx", "text_model.onnx"));
    await expect(beginning({ backbone: { path } })).rejects.toThrow(
      `${path}: expected the text part of without, got none. Take --head-init class-means, or`,
    );
    expect(existsSync(join(runsDir, name))).toBe(false);
  });

  test.for([
    [{ methodOptions: { loss: "cross-entropy" } }, "to go with a last layer of cosines"],
    [{ normalize: "standardize" }, "to go with vectors that are not standardised"],
    [{ model: "mlp" }, "to go with vectors of a backbone and the network linear or adapter"],
    [{ headInit: "class-means", headPrompt: "a {}" }, "expected headPrompt to go with headInit class-names"],
    [{ headPrompt: "no place" }, 'expected headPrompt to contain {}, got "no place"'],
  ] as [RecipeOptions, string][])("refuses %o", async ([options, message]) => {
    await expect(beginning(options)).rejects.toThrow(message);
  });

  test("begins at the names themselves where the backbone takes texts", async () => {
    const path = writeTextEncoder(join(place, "texts"));
    const table = join(place, "texts.csv");
    const rows = Array.from({ length: 40 }, (_, i) => `the film ${i},${i % 2 === 0 ? "bad" : "very_good"}`);
    writeFileSync(table, ["text,label", ...rows].join("\n"));
    const weights = await beginning({ backbone: { path } }, table);
    expectClose(weights, ["bad", "very good"].flatMap(directionOf), { rtol: 0, atol: 1e-6 });
  });
});
