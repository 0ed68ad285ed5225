import { Command, Option } from "commander";
import {
  backboneFields,
  type BackboneField,
  datasetFacts,
  type DatasetName,
  datasetNames,
  type InputKind,
  isDatasetName,
  textFields,
} from "../catalogue/index.ts";
import { nameOf } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { composedName, regulariserNames } from "../methods/index.ts";
import {
  type Config,
  defaultsFor,
  isAdaptive,
  partAmong,
  type Recipe,
  type RecipeField,
  recipeFields,
  recipeFor,
  type RecipeOptions,
  type RequestedMethodOptions,
  scheduleFields,
} from "../recipe/index.ts";
import { flagOf, type Origin, type PlaceOf } from "./fault-words.ts";
import { addMethodOptions, type MethodFlags, methodOptionsIn } from "./method-options.ts";
import { addFields, type FlagsOf } from "./options/field-option.ts";
import { choiceOption, usageError, usageOf } from "./options.ts";
import { type RecipeName, recipeNames, requireRecipeFor } from "./recipe-files.ts";

/** What commander gives for {@link addRecipeOptions}: a field is absent unless its option was on the command line. */
export interface RecipeFlags
  extends
    MethodFlags,
    Omit<
      FlagsOf<typeof recipeFields>,
      "dataset" | "source" | "backbone" | "method" | "methodOptions" | "schedule" | "text" | "init"
    >,
    FlagsOf<typeof backboneFields>,
    FlagsOf<typeof scheduleFields>,
    FlagsOf<typeof textFields> {
  /** A configuration file, below the options. */
  readonly config?: string;
  /** One that comes with Leeway. */
  readonly recipe?: RecipeName;
  /** A name of the catalogue, or of custom data. */
  readonly dataset?: string;
  readonly source?: Recipe["source"];
  /** A file of weights, or the folder of a run. */
  readonly init?: string;
}

/** What a recipe is requested with. */
export interface Requested {
  readonly flags: RecipeFlags;
  /** The configuration file, below the options. */
  readonly file: Config;
  /** Where in the file a field is; the field's name by default. */
  readonly placeOf?: PlaceOf;
  /** How many training examples custom data has, if that is known. */
  readonly examples?: number | undefined;
  /** What the option, or the file, names to begin from. */
  readonly init?: Recipe["init"];
}

/** Adds the options a recipe is made from, in groups. */
export function addRecipeOptions(command: Command): Command {
  const config = new Option(
    "--config <file>",
    "options from a YAML or JSON file; those given here come first",
  );
  command.addOption(config.helpGroup("Data:"));
  const recipe = choiceOption("--recipe <name>", "options that belong together", recipeNames);
  command.addOption(recipe.conflicts("config").helpGroup("Training:"));
  const groups = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(recipeFields).filter(([, { group }]) => names.includes(group)));
  addFields(command, groups("Data"));
  addFields(command, backboneFields);
  addFields(command, textFields);
  addMethodOptions(command);
  addFields(command, groups("Weights"));
  const { model, epochs, batchSize, ...training } = groups("Training");
  addFields(command, {
    ...(model && epochs && batchSize && { model, epochs, batchSize }),
    ...scheduleFields,
    ...training,
  });
  addFields(command, groups("Evaluation"));
  return command.addOption(new Option("--dataset <name>").hideHelp());
}

/**
 * The recipe that was requested: by options, else by the configuration file; the rest are defaults of the data.
 *
 * @throws RunError with code "usage" where options contradict each other or the file, or it itself
 */
export function requestedRecipe(requested: Requested): Recipe {
  const { flags, file, placeOf = fieldName, examples, init } = requested;
  const { dataset = file.dataset ?? nameOfSource(file) } = flags;
  // Not left to commander, which would name a misspelt option only after this.
  if (dataset === undefined) {
    const known = datasetNames.join(", ");
    throw new RunError(
      "usage",
      `DATA: expected a file, a folder or one of ${known}, got nothing. --help has examples.`,
    );
  }
  if (flags.recipe !== undefined) requireRecipeFor(dataOf(requested, dataset).kind, flags.recipe);
  const kept = keptOfFile(requested);
  const origin: Origin = { flags, file: kept, placeOf };
  try {
    const fields = without({ ...kept, ...flagsOf(flags) }, ["init"]) as Omit<RecipeOptions, "init">; // a path
    const known = { ...fields, ...(examples !== undefined && { examples }), ...(init && { init }) };
    const methods = methodOf(requested, dataset);
    return recipeFor(dataset, {
      ...known,
      ...methods,
      ...textOf(kept, flags),
      ...requestedBackbone(kept, flags),
    });
  } catch (cause) {
    throw usageOf(cause, origin);
  }
}

const fieldName: PlaceOf = (path) => path.map(String).join(".");

/** The name of custom data that a file does not name. */
function nameOfSource({ source }: Config): string | undefined {
  const [path] = source?.paths ?? [];
  return path === undefined ? undefined : nameOf(path);
}

/** The options that are fields of a recipe, or words for its schedule. */
function flagsOf(flags: RecipeFlags): RecipeOptions {
  // A field without an option of its own may share its name with another: --text names a column.
  const own = Object.entries<RecipeField>(recipeFields).filter(([, { flag }]) => flag !== null);
  const names = [...own.map(([name]) => name), ...Object.keys(scheduleFields), "source"];
  return Object.fromEntries(
    Object.entries(flags).filter(
      ([name, value]) => names.includes(name) && name !== "method" && value !== undefined,
    ),
  );
}

function textOf({ text }: Config, flags: RecipeFlags): Pick<RecipeOptions, "text"> {
  const its = Object.keys(textFields).filter((name) => flags[name as keyof RecipeFlags] !== undefined);
  const all = { ...text, ...Object.fromEntries(its.map((name) => [name, flags[name as keyof RecipeFlags]])) };
  return Object.keys(all).length === 0 ? {} : { text: all };
}

/**
 * The backbone of options, over that of a file where they do not name another.
 *
 * @throws RunError with code "usage" for options of a backbone without one
 */
export function requestedBackbone(
  { backbone }: Pick<Config, "backbone">,
  flags: FlagsOf<typeof backboneFields>,
): Pick<RecipeOptions, "backbone"> {
  const given = Object.entries<BackboneField>(backboneFields).flatMap(([flag, { name = flag }]) => {
    const value = flags[flag as keyof typeof backboneFields];
    return value === undefined ? [] : [{ flag, name, value }];
  });
  const own = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  const all = { ...(flags.backbone === undefined ? backbone : {}), ...own };
  const { path, ...rest } = all as { readonly path?: string };
  const [first] = given;
  if (path !== undefined) return { backbone: { ...rest, path } };
  if (first === undefined) return {};
  throw usageError(flagOf(first.flag), "a backbone that it describes", "none", "Name one with --backbone.");
}

/** What of a file holds beside the options: none of what belongs to something that an option replaces. */
function keptOfFile({ flags, file }: Requested): Config {
  const otherData = flags.dataset !== undefined && flags.dataset !== file.dataset;
  // Nor are the sizes of one profile those of another, which may have none.
  const otherProfile = flags.profile !== undefined && flags.profile !== file.profile;
  const left = [
    ...["$schema", "dataset"],
    ...(otherData ? ["source", "backbone", "testFraction", "keep", "classWeight", "minPerBatch"] : []),
    ...(otherProfile ? ["ratio", "maxPerClass"] : []),
    // Nor is a part held out beside a test split, nor has Adam a momentum, nor does SGD without one look ahead along it.
    ...(flags.source?.testPaths ? ["testFraction"] : []),
    ...(flags.source?.validationPaths ? ["validationFraction"] : []),
    // Nor does one network read texts as another.
    ...(flags.model !== undefined && flags.model !== file.model ? ["text"] : []),
    ...(flags.optimizer !== undefined && isAdaptive(flags.optimizer) ? ["momentum", "nesterov"] : []),
    ...(flags.momentum === 0 ? ["nesterov"] : []),
  ];
  const { schedule } = file;
  const kept = {
    ...without(file, left),
    ...(schedule && { schedule: without(schedule, replacedParts(flags)) }),
  } as Config;
  return flags.optimizer !== undefined && file.schedule !== undefined && hasOtherKind(flags, file)
    ? { ...kept, schedule: without(kept.schedule ?? {}, ["base"]) } // which was for the file's optimizer
    : kept;
}

/** The parts of a file's schedule that options replace by another way down. */
function replacedParts({ cosine, decayAt, decayFactor }: RecipeFlags): string[] {
  if (cosine) return ["decays", "cosineUntil"];
  return decayAt !== undefined || decayFactor !== undefined ? ["cosineUntil"] : [];
}

/** Whether an option names an optimizer of another kind than the file's own. */
function hasOtherKind({ optimizer = "sgd", ...flags }: RecipeFlags, file: Config): boolean {
  const before = file.optimizer ?? defaultsOf({ flags, file }).optimizer;
  return isAdaptive(optimizer) !== isAdaptive(before);
}

/**
 * A method named by an option replaces the file's with its parameters; regularisers stay. The same method takes the
 * file's parameters and the options' over them.
 */
function methodOf(requested: Requested, dataset: string): Pick<RecipeOptions, "method" | "methodOptions"> {
  const { flags, file } = requested;
  const { methodOptions: its = {} } = file;
  const options = methodOptionsIn(flags) as RequestedMethodOptions;
  const inFile = file.method ?? (partAmong(its) === undefined ? undefined : composedName);
  const method = flags.method ?? (partAmong(options) === undefined ? inFile : composedName);
  const fileMethod = inFile ?? defaultsOf(requested, dataset).method;
  const kept = method === undefined || method === fileMethod ? its : only(its, regulariserNames);
  return { ...(method !== undefined && { method }), methodOptions: { ...kept, ...options } };
}

/** The defaults of the data that is requested. */
function defaultsOf(requested: Requested, dataset?: string): ReturnType<typeof defaultsFor> {
  const { flags, file } = requested;
  const { model = file.model } = flags;
  const { kind, ...named } = dataOf(requested, dataset);
  return defaultsFor(kind, { ...(model !== undefined && { model }), ...named });
}

/** What a network is to see: the kind of the data, of a backbone's the vectors that it makes, and its name in the catalogue. */
function dataOf(
  { flags, file }: Requested,
  dataset = flags.dataset ?? file.dataset,
): { readonly kind: InputKind; readonly dataset?: DatasetName } {
  if (flags.backbone !== undefined || file.backbone !== undefined) return { kind: "embedding" };
  const source =
    flags.source ?? (flags.dataset === undefined || flags.dataset === file.dataset ? file.source : undefined);
  if (source !== undefined) return { kind: source.kind };
  if (dataset === undefined || !isDatasetName(dataset)) return { kind: "image" }; // it is refused later
  return { kind: datasetFacts(dataset).kind, dataset };
}

function without<T extends object>(fields: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) as Partial<T>;
}

function only<T extends object>(fields: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))) as Partial<T>;
}
