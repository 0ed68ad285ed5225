import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { CustomData } from "../../src/catalogue/index.ts";
import { random } from "../../src/random.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { loadRunData } from "../../src/runs/index.ts";
import type { RunData } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

/** A small run of one kind of data: what resuming must keep exactly is tested with each. */
export interface KindOfRun {
  readonly kind: string;
  /** Three epochs of three steps; the last is the method's second stage. */
  readonly recipe: (options?: RecipeOptions) => Recipe;
  readonly data: (recipe: Recipe) => RunData | Promise<RunData>;
}

const folder = mkdtempSync(join(tmpdir(), "leeway-kinds-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Custom data in a file. */
function ownKind(kind: string, source: CustomData, text: string): KindOfRun {
  writeFileSync(source.paths[0]!, text);
  return {
    kind,
    recipe: (options = {}) => recipeFor("own", { source, epochs: 3, batchSize: 16, ...options }),
    data: (recipe) => loadRunData(recipe),
  };
}

const noise = random(1, "kinds");
/** 60 examples, of which about 43 are trained on. */
const labels = Array.from({ length: 60 }, (_, i) => ["a", "a", "a", "b", "b", "c"][i % 6]!);

const table = ownKind(
  "tables",
  { kind: "table", paths: [join(folder, "table.csv")], label: "class" },
  [
    "first,second,colour,class",
    ...labels.map((label) => {
      const values = ["a", "b"].map((each) => (label === each ? 1 : 0) + noise.uniform());
      return [...values, ["x", "y", "z"][noise.below(3)], label].join(",");
    }),
    "",
  ].join("\n"),
);

/** Tables with one network: the kind whose steps take the least time. */
export const tables: KindOfRun = {
  ...table,
  recipe: (options = {}) => table.recipe({ model: "mlp", ...options }),
};

/** The same with several networks in one, and dropout. */
export const ensembles: KindOfRun = {
  ...tables,
  kind: "tables, tabm",
  recipe: (options = {}) => tables.recipe({ model: "tabm", ...options }),
};

/** Texts of two to nine words, for batches of one length each. */
const texts: KindOfRun = ownKind(
  "texts",
  { kind: "text", paths: [join(folder, "texts.csv")], label: "class" },
  [
    "text,class",
    ...labels.map((label) => {
      const words = Array.from({ length: 2 + noise.below(8) }, () => ["some", "more", label][noise.below(3)]);
      return `${words.join(" ")} ${label}${label},${label}`;
    }),
    "",
  ].join("\n"),
);

/** Every kind that can be trained. */
export const kindsOfRun: readonly KindOfRun[] = [
  { kind: "images", recipe: tinyRecipe, data: tinyData },
  tables,
  ensembles,
  texts,
];
