import { type Command, Option } from "commander";
import { datasets, nameOf } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { networkNames } from "../catalogue/index.ts";
import {
  type Config,
  isAdaptive,
  optimizers,
  precisions,
  protocols,
  type Recipe,
  recipeFor,
  type RecipeOptions,
  recipeProfiles,
} from "../recipe/index.ts";
import { askedSchedule, type ScheduleFlags } from "./asked-schedule.ts";
import { given } from "./given.ts";
import { addMethodOptions, askedMethod, type MethodFlags } from "./method-options.ts";
import { choiceOption, numberOption, shareOption, wholeListOption, wholeOption } from "./options.ts";
import { type PlaceOf, saidInFile } from "./said-in-file.ts";

/** How long a run is. */
export type Length = Pick<Recipe, "batchSize" | "epochs">;

/** What commander gives for {@link addRecipeOptions}: a field is left out where it was not asked for. */
export interface RecipeFlags
  extends MethodFlags, ScheduleFlags, Partial<Pick<Recipe, (typeof plainFields)[number]>> {
  /** A configuration file, below the options. */
  readonly config?: string;
  readonly dataset?: string;
  readonly vocabularySize?: number;
  readonly minCount?: number;
  readonly maxLength?: number;
}

/** What a recipe is asked with. */
export interface Asked {
  readonly flags: RecipeFlags;
  /** The configuration file, below the options. */
  readonly file: Config;
  /** Where in the file a field stands; the field's name where left out. */
  readonly placeOf?: PlaceOf;
  /** What suits own data, below options and file. */
  readonly usualLength?: Partial<Length>;
}

/** The recipe's fields that are options as they are. */
const plainFields = [
  ...(["source", "testFraction"] as const),
  ...(["profile", "keep", "ratio", "maxPerClass", "model", "epochs", "batchSize"] as const),
  ...([
    "optimizer",
    "momentum",
    "weightDecay",
    "precision",
    "seed",
    "protocol",
    "validationFraction",
  ] as const),
] as const;

const unbounded = Number.MAX_SAFE_INTEGER;
const datasetNames = datasets.map(({ name }) => name);

/** Adds the options a recipe is made from, in groups. */
export function addRecipeOptions(command: Command): Command {
  const atLeastOne = { least: 1, most: 1e6 };
  const positive = (most: number): { most: number; aboveLeast: true } => ({ most, aboveLeast: true });
  const share = { most: 1, belowMost: true };
  command
    .addOption(new Option("--config <file>", "options from a YAML or JSON file; those given here come first"))
    .optionsGroup("Data:")
    .addOption(choiceOption("--dataset <name>", "what to train on", datasetNames))
    .addOption(choiceOption("--profile <name>", "how class sizes fall (images: longtail)", recipeProfiles))
    .addOption(numberOption("--ratio <number>", "largest class to smallest (100)", atLeastOne))
    .addOption(
      wholeOption("--max-per-class <count>", "examples of the largest class (all)", {
        least: 1,
        most: unbounded,
      }),
    )
    .addOption(shareOption("--keep <class=share>", "thin a class out before all else; may be repeated"))
    .optionsGroup("Texts:")
    .addOption(wholeOption("--vocabulary-size <count>", "words known (25000)", { least: 3, most: 1e7 }))
    .addOption(wholeOption("--min-count <count>", "how often a word must occur (2)", { least: 1, most: 1e9 }))
    .addOption(
      wholeOption("--max-length <words>", "read of a text: its head and tail (400; tfidf: 5000)", {
        least: 1,
        most: 1e6,
      }),
    );
  return addMethodOptions(command)
    .optionsGroup("Training:")
    .addOption(choiceOption("--model <name>", "network (images: resnet32)", networkNames()))
    .addOption(
      wholeOption("--epochs <count>", "length of the run (200; your own data: by its size)", atLeastOne),
    )
    .addOption(
      wholeOption("--batch-size <count>", "examples a step (128; your own data: by its size)", atLeastOne),
    )
    .addOption(numberOption("--lr <rate>", "learning rate (sgd: 0.1; adam, adamw: 0.001)", positive(1e3)))
    .addOption(
      wholeOption("--warmup-epochs <count>", "epochs the rate climbs (5, or an eighth of a short run)", {
        most: 1e6,
      }),
    )
    .addOption(
      wholeListOption("--decay-at <epochs>", "epochs at which it drops (160,180 of 200)", { most: 1e6 }),
    )
    .addOption(
      numberOption(
        "--decay-factor <number>",
        "what a drop multiplies it by (as usual for the data: 0.01, 0.1)",
        positive(1),
      ),
    )
    .addOption(choiceOption("--optimizer <name>", "what takes the steps (images: sgd)", optimizers))
    .addOption(numberOption("--momentum <number>", "of SGD (0.9)", share))
    .addOption(numberOption("--weight-decay <number>", "of the weights (images: 2e-4)", { most: 1 }))
    .addOption(choiceOption("--precision <name>", "arithmetic of the network (fp32)", precisions))
    .addOption(wholeOption("--seed <number>", "decides everything random (0)", { most: unbounded }))
    .optionsGroup("Evaluation:")
    .addOption(
      choiceOption(
        "--protocol <name>",
        "the epoch is chosen on a validation split or the test set",
        protocols,
      ),
    )
    .addOption(
      numberOption("--validation-fraction <share>", "of the training examples (0.1; paper: 0)", share),
    );
}

/**
 * The recipe that was asked for: by options, else by the configuration file; the rest is usual for the data.
 *
 * @throws RunError with code "usage", or RangeError, where options contradict each other or the file, or it itself
 */
export function askedRecipe(asked: Asked): Recipe {
  const { flags, file, placeOf = fieldName } = asked;
  const { dataset = file.dataset ?? nameOfSource(file) } = flags;
  // Not left to commander, which would name a misspelt --datset only after this.
  if (dataset === undefined)
    throw new RunError(
      "usage",
      `DATA: expected a file or folder of your own, or one of ${datasetNames.join(", ")}, got nothing. --help has examples.`,
    );
  const { vocabularySize, minCount, maxLength } = flags;
  const plainFlags = given(Object.fromEntries(plainFields.map((field) => [field, flags[field]])));
  const text = { ...file.text, ...given({ vocabularySize, minCount, maxLength }) };
  const options: RecipeOptions = { ...lengthBeside(asked), ...fileFields(asked), ...plainFlags, text };
  return saidInFile({ fields: fieldsInUse(asked), placeOf }, () => {
    const plain = recipeFor(dataset, options);
    return recipeFor(dataset, {
      ...options,
      schedule: askedSchedule(plain, flags, { ...file, placeOf }),
      ...askedMethod(flags, { method: plain.method, ...file }, { epochs: plain.epochs, placeOf }),
    });
  });
}

const fieldName: PlaceOf = (way) => way.map(String).join(".");

/** What own data is called that a file does not name. */
function nameOfSource({ source }: Config): string | undefined {
  const [path] = source?.paths ?? [];
  return path === undefined ? undefined : nameOf(path);
}

/** The length that suits own data; not its epochs where a file says when the rate drops, but not of how many. */
function lengthBeside({ file, usualLength = {} }: Asked): Partial<Length> {
  const { epochs, ...others } = usualLength;
  return file.schedule?.decays !== undefined || epochs === undefined ? others : usualLength;
}

/** What a file says of the recipe, its method and schedule left out. Own data is not that of another name. */
function fileFields({ file, flags }: Asked): RecipeOptions {
  const otherData = flags.dataset !== undefined && flags.dataset !== file.dataset;
  // Nor are the sizes of one profile those of another, which may have none.
  const otherProfile = flags.profile !== undefined && flags.profile !== file.profile;
  const left = [
    ...["$schema", "dataset", "method", "methodOptions", "schedule"],
    ...(otherData ? ["source", "testFraction", "keep"] : []),
    ...(otherProfile ? ["ratio", "maxPerClass"] : []),
    // Nor is a part held out beside a test split, nor has Adam a momentum.
    ...(flags.source?.testPaths ? ["testFraction"] : []),
    ...(flags.optimizer !== undefined && isAdaptive(flags.optimizer) ? ["momentum"] : []),
  ];
  const fields = Object.entries(file).filter(([name]) => !left.includes(name));
  return Object.fromEntries(fields);
}

/** What a file says that no option says otherwise. */
function fieldsInUse(asked: Asked): Config {
  const { flags, file } = asked;
  const beneath = <Fields extends object>(fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => flags[name as keyof RecipeFlags] === undefined),
    ) as Fields;
  return {
    ...beneath(fileFields(asked)),
    methodOptions: beneath(file.methodOptions ?? {}),
    text: beneath(file.text ?? {}),
  };
}
