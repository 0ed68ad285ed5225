import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, describe as suite, expect, test } from "vitest";
import { datasetNames } from "../../src/catalogue/index.ts";
import { addDataOptions, type DataFlags } from "../../src/cli/data-options.ts";
import { addRecipeOptions, type RecipeFlags, requestedRecipe } from "../../src/cli/recipe-options.ts";
import { requestedData } from "../../src/cli/requested-data.ts";
import type { Recipe } from "../../src/recipe/index.ts";
import { type DataRecipeOptions, recipeForData, recordedRecipe } from "../../src/runs/index.ts";

/** The recipe of `leeway train` with these arguments. */
async function recipeOfCommand(...args: readonly string[]): Promise<Recipe> {
  const command = addRecipeOptions(addDataOptions(new Command("train"))).exitOverride();
  command.parse([...args], { from: "user" });
  const flags = command.opts<RecipeFlags & DataFlags>();
  return recordedRecipe(requestedRecipe(await requestedData(command.args, flags)));
}

const folder = mkdtempSync(join(tmpdir(), "leeway-same-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const table = file("table.csv", `x,c,label\n${"1,u,a\n2,v,b\n".repeat(100)}`);
const texts = file("texts.csv", `text,label\n${"good film,a\nbad film,b\n".repeat(50)}`);
const embeddings = file("vectors.jsonl", '{"v":[1,2],"label":"a"}\n{"v":[3,4],"label":"b"}\n'.repeat(20));
for (const name of ["a/1.png", "a/2.png", "b/1.png", "b/2.png"]) file(`photos/${name}`, "");

/** Words of the command line, and the same words of a program. */
const words: readonly (readonly [data: string, args: string, options: DataRecipeOptions])[] = [
  ...datasetNames.map((name) => [name, "", {}] as const),
  [table, "", {}],
  [table, "--label label --method erm --epochs 9", { label: "label", method: "erm", epochs: 9 }],
  [table, "--categorical c --ignore x", { readerOptions: { categorical: ["c"], ignore: ["x"] } }],
  [table, "--optimizer sgd", { optimizer: "sgd" }],
  [table, "--decay-at 10,20 --decay-factor 0.5", { decayAt: [10, 20], decayFactor: 0.5 }],
  [table, "--epochs 20 --decay-at 0.5,0.75", { epochs: 20, decayAt: [0.5, 0.75] }],
  [texts, "", {}],
  [texts, "--model tfidf", { model: "tfidf" }],
  [texts, "--model bilstm --max-length 50", { model: "bilstm", text: { maxLength: 50 } }],
  [texts, "--char-ngrams 0 --min-count 3", { text: { charNgrams: 0, minCount: 3 } }],
  [texts, "--text text --label label", { label: "label", readerOptions: { text: "text" } }],
  [embeddings, "", {}],
  [embeddings, "--weight-decay 2", { weightDecay: 2 }],
  [join(folder, "photos"), "", {}],
  [join(folder, "photos"), "--image-size 32 --no-flip", { readerOptions: { size: 32, flip: false } }],
  ["cifar10", "--epochs 40 --lr 0.2 --defer-at 30", { epochs: 40, lr: 0.2, methodOptions: { deferAt: 30 } }],
  ["cifar10", "--loss focal --sampler sqrt", { methodOptions: { loss: "focal", sampler: "sqrt" } }],
  ["cifar10", "--cosine --nesterov", { cosine: true, nesterov: true }],
  ["cifar10", "--augment randaugment --average-decay 0.99", { augment: "randaugment", averageDecay: 0.99 }],
  ["cifar10", "--augment none --average-decay 0", { augment: "none", averageDecay: 0 }],
  [table, "--augment none", { augment: "none" }],
  ["cifar10", "--keep cat=0.1 --protocol paper", { keep: { cat: 0.1 }, protocol: "paper" }],
];

suite("a program and the command line", () => {
  test.for(words)("make the same recipe of %s %s", async ([data, args, options]) => {
    const arguments_ = args === "" ? [] : args.split(" ");
    const [program, command] = [
      await recipeForData(data, options),
      await recipeOfCommand(data, ...arguments_),
    ];
    expect(program).toEqual(command);
    expect(JSON.stringify(program)).toBe(JSON.stringify(command));
  });

  test("refuse the same values of the same fields", async () => {
    const wrong: readonly (readonly [args: string, options: DataRecipeOptions, field: string])[] = [
      ["--epochs 0", { epochs: 0 }, "epochs"],
      ["--momentum 1", { momentum: 1 }, "momentum"],
      ["--ratio 0.5", { ratio: 0.5 }, "ratio"],
    ];
    for (const [args, options, field] of wrong) {
      await expect(recipeForData("cifar10", options)).rejects.toThrow(`expected ${field} to be a`);
      await expect(recipeOfCommand("cifar10", ...args.split(" "))).rejects.toThrow(`--${field}: expected a`);
    }
  });
});
