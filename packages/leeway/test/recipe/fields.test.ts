import { Command } from "commander";
import { describe as suite, expect, test } from "vitest";
import { z } from "zod";
import { addRecipeOptions, type RecipeFlags, requestedRecipe } from "../../src/cli/recipe-options.ts";
import { flagOf } from "../../src/cli/fault-words.ts";
import {
  configJsonSchema,
  configSchema,
  type RecipeField,
  recipeFields,
  recipeFor,
  recipeRecordSchema,
  scheduleFields,
} from "../../src/recipe/index.ts";

const fields: readonly (readonly [string, RecipeField])[] = Object.entries(recipeFields);
const names = fields.map(([name]) => name);
const command = addRecipeOptions(new Command("train"));

suite("the table of a recipe's fields", () => {
  test("is the schema of records, of files and of programs' options", () => {
    const record = (recipeRecordSchema as unknown as z.ZodObject).shape;
    expect(Object.keys(record)).toEqual(names);
    expect(Object.keys(configSchema.shape)).toEqual(["$schema", ...names]);
    const { properties } = configJsonSchema() as { readonly properties: Record<string, object> };
    expect(Object.keys(properties)).toEqual(["$schema", ...names]);
    for (const [name, { help }] of fields) {
      const { description = "" } = properties[name] as { readonly description?: string };
      expect(description.toLowerCase()).toContain(help.toLowerCase());
    }
  });

  test("is the options of the command line, with default and range", () => {
    for (const [name, field] of [...fields, ...Object.entries<RecipeField>(scheduleFields)]) {
      const { flag = flagOf(name), default: byDefault = "" } = field;
      if (flag === null) continue;
      const option = command.options.find(({ long }) => long === flag);
      expect(option?.description).toContain(field.help);
      expect(option?.description).toContain(byDefault);
    }
  });

  test("holds every field of a recipe, and a record of each is read back", () => {
    const source = { kind: "table", paths: ["t.csv"] } as const;
    const recipes = [
      recipeFor("cifar10", { keep: { cat: 0.5 }, testProfile: { profile: "step", ratio: 2, seed: 1 } }),
      recipeFor("imdb", { text: { minCount: 3 }, selectBy: "recall-at-precision=0.9", patience: 5 }),
      recipeFor("t", { source, examples: 1000, calibration: "auto" }),
    ];
    for (const recipe of recipes) {
      expect(names).toEqual(expect.arrayContaining(Object.keys(recipe)));
      expect(recipeRecordSchema.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
    }
  });

  test("gives an option and a file the same range", () => {
    const values = ["-1", "0", "0.5", "1", "1.5", "2", "99", "1000001", "1e99"];
    const numbers = fields.filter(([, { type, flag }]) => flag !== null && isNumber(type));
    for (const [name, { flag = flagOf(name), requested, type }] of numbers) {
      for (const text of values) {
        const option = command.options.find(({ long }) => long === flag);
        const inFile = (requested ?? type).safeParse(Number(text)).success;
        const digits = !/[.e]/.test(text) || !isWhole(type); // a whole number is written as digits alone
        const accepts = (): unknown =>
          (option?.parseArg as (text: string, before: unknown) => unknown)(text, undefined);
        if (inFile && digits) expect(accepts()).toBe(Number(text));
        else if (!inFile) expect(accepts).toThrow(`${flag}: expected`);
      }
    }
  });

  test("says what affects which examples there are", () => {
    const data = fields.filter(([, { affects }]) => affects === "data").map(([name]) => name);
    expect(data).toEqual([
      ...[
        "dataset",
        "source",
        "backbone",
        "testFraction",
        "fold",
        "profile",
        "keep",
        "keepNegatives",
        "ratio",
        "testProfile",
        "maxPerClass",
      ],
      ...["normalize", "text", "seed", "validationFraction"],
    ]);
  });
});

suite("an option that a file also has", () => {
  test("comes before the file's", () => {
    const flags: RecipeFlags = { epochs: 7 };
    expect(requestedRecipe({ flags, file: { dataset: "cifar10", epochs: 9 } }).epochs).toBe(7);
  });
});

function isNumber(type: z.ZodType): boolean {
  return ["integer", "number"].includes((z.toJSONSchema(type) as { readonly type?: string }).type ?? "");
}

function isWhole(type: z.ZodType): boolean {
  return (z.toJSONSchema(type) as { readonly type?: string }).type === "integer";
}
