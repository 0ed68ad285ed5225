import { recipeWarnings } from "../../report/index.ts";
import { Argument, Command } from "commander";
import { configJsonSchema, configText } from "../../recipe/index.ts";
import { asUsage, usageError } from "../options.ts";
import { recordedRecipe } from "../../runs/index.ts";
import { requestedData } from "../requested-data.ts";
import { addDataOptions, type DataFlags } from "../data-options.ts";
import { addRecipeOptions, requestedRecipe, type RecipeFlags } from "../recipe-options.ts";
import { didYouMean } from "../../errors.ts";

/** `leeway config`: what a run would be made from, and the schema of files that say it. */
export function configCommand(): Command {
  const command = new Command("config").addArgument(
    new Argument("<what>", "show: what options and file come to; schema: the JSON Schema of files").argParser(
      oneOfTwo,
    ),
  );
  return addRecipeOptions(addDataOptions(command))
    .optionsGroup("Output:")
    .option("--json", "print JSON, not YAML")
    .addHelpText("after", examples)
    .action(showConfig);
}

const examples = `
A configuration file, YAML or JSON, holds any of the options below by their names in a recipe: --batch-size is
batchSize. The rest are defaults of the data; an option on the command line comes before the file.

Examples:
  $ leeway config show cifar10 --epochs 40 > run.yaml
  $ leeway config show transactions.csv --label fraud > run.yaml
  $ leeway train --config run.yaml --seed 1
  $ leeway config schema > leeway.schema.json

For completion in editors, run.yaml begins with: # yaml-language-server: $schema=./leeway.schema.json
`;

type What = "show" | "schema";

function oneOfTwo(text: string): What {
  if (text === "show" || text === "schema") return text;
  throw usageError("config", "show or schema", text, didYouMean(text, ["show", "schema"]));
}

interface ConfigFlags extends RecipeFlags, DataFlags {
  readonly json?: boolean;
}

async function showConfig(what: What, paths: readonly string[], flags: ConfigFlags): Promise<void> {
  if (what === "schema") {
    if (paths.length > 0) throw usageError("config schema", "no argument", paths.join(" "), "Leave it out.");
    console.log(JSON.stringify(configJsonSchema(), null, 2));
    return;
  }
  const recipe = recordedRecipe(
    await asUsage(async () => requestedRecipe(await requestedData(paths, flags))),
  );
  for (const warning of recipeWarnings(recipe)) console.error(warning);
  console.log(flags.json ? JSON.stringify(recipe, null, 2) : configText(recipe).trimEnd());
}
