import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { random } from "../../src/random.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../../src/recipes/index.ts";
import { loadRunData, type RunData } from "../../src/training/index.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

/** A small run of one kind of data: what resuming must keep exactly is tested with each. */
export interface KindOfRun {
  readonly kind: string;
  /** Three epochs of three steps; the last is the method's second stage. */
  readonly recipe: (options?: RecipeOptions) => Recipe;
  readonly data: (recipe: Recipe) => RunData | Promise<RunData>;
}

/** A table of which 42 rows are trained on, whose class follows from its columns. Call outside a test. */
function tableKind(): KindOfRun {
  const folder = mkdtempSync(join(tmpdir(), "leeway-kinds-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, "table.csv");
  const noise = random(1, "table");
  const rows = Array.from({ length: 60 }, (_, i) => {
    const label = ["a", "a", "a", "b", "b", "c"][i % 6]!;
    const values = [label === "a" ? 1 : 0, label === "b" ? 1 : 0].map((value) => value + noise.uniform());
    return [...values, ["x", "y", "z"][noise.below(3)], label].join(",");
  });
  writeFileSync(path, ["first,second,colour,class", ...rows, ""].join("\n"));
  return {
    kind: "tables",
    recipe: (options = {}) =>
      recipeFor("table", {
        source: { kind: "table", paths: [path], label: "class" },
        epochs: 3,
        batchSize: 16,
        ...options,
      }),
    data: (recipe) => loadRunData(recipe),
  };
}

/** Tables: the kind whose steps take the least time. */
export const tables: KindOfRun = tableKind();

/** Every kind that can be trained. */
export const kindsOfRun: readonly KindOfRun[] = [
  { kind: "images", recipe: tinyRecipe, data: tinyData },
  tables,
];
