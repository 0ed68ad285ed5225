import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { encodings, type InputKind, inputKinds, type CustomData } from "../catalogue/index.ts";
import { datasets, detectKind, type Encoding, nameOf, guessTextColumn } from "../data/index.ts";
import { didYouMean } from "../errors.ts";
import { flagOf } from "./option-words.ts";
import { choiceOption, namesOption, numberOption, usageError, wholeOption } from "./options.ts";

/** What commander gives for {@link addOwnDataOptions}. */
export interface OwnDataFlags {
  readonly kind?: InputKind;
  readonly label?: string;
  readonly test?: readonly string[];
  readonly numeric?: readonly string[];
  readonly categorical?: readonly string[];
  readonly ignore?: readonly string[];
  readonly encoding?: Encoding;
  readonly text?: string;
  readonly labels?: string;
  readonly testLabels?: string;
  readonly vector?: string;
  readonly imageSize?: number;
  readonly resize?: string;
  readonly flip?: boolean;
  readonly badImages?: string;
  readonly mostBad?: number;
  readonly pathColumn?: string;
  readonly imageRoot?: string;
}

/** Each option that tells a reader something: the kinds that have it, and the reader's own name for it. */
const readerOptions: Readonly<
  Record<string, { readonly kinds: readonly InputKind[]; readonly name: string }>
> = {
  numeric: { kinds: ["table"], name: "numeric" },
  categorical: { kinds: ["table"], name: "categorical" },
  ignore: { kinds: ["table"], name: "ignore" },
  encoding: { kinds: ["table", "text"], name: "encoding" },
  text: { kinds: ["text"], name: "text" },
  labels: { kinds: ["embedding"], name: "labels" },
  testLabels: { kinds: ["embedding"], name: "testLabels" },
  vector: { kinds: ["embedding"], name: "vector" },
  imageSize: { kinds: ["image"], name: "size" },
  resize: { kinds: ["image"], name: "resize" },
  flip: { kinds: ["image"], name: "flip" },
  badImages: { kinds: ["image"], name: "badImages" },
  mostBad: { kinds: ["image"], name: "mostBad" },
  pathColumn: { kinds: ["image"], name: "pathColumn" },
  imageRoot: { kinds: ["image"], name: "root" },
};

/** Adds the argument DATA and the options that say how own data is read. */
export function addOwnDataOptions(command: Command): Command {
  return command
    .argument("[data...]", "a name of the catalogue; or your own: a folder, files or patterns")
    .optionsGroup("Your own data:")
    .addOption(
      choiceOption(
        "--kind <name>",
        "what it is (told from what lies there, and from --text, --labels, --vector, --path-column)",
        inputKinds,
      ),
    )
    .option("--label <column>", "the column of classes (label, target, class or y)")
    .addOption(namesOption("--test <files>", "its test split; a part is held out where left out"))
    .addOption(
      numberOption("--test-fraction <share>", "the part held out for the test (0.2)", {
        most: 1,
        aboveLeast: true,
        belowMost: true,
      }),
    )
    .addOption(namesOption("--numeric <columns>", "tables: these hold numbers; else they are missing"))
    .addOption(namesOption("--categorical <columns>", "tables: these hold categories"))
    .addOption(namesOption("--ignore <columns>", "tables: these are not used"))
    .addOption(choiceOption("--encoding <name>", "of CSV and .txt files (utf-8)", encodings))
    .option("--text <column>", "texts: the column that holds them (text, review, body, …)")
    .option("--labels <file>", "embeddings: a file with their classes, .npy or a table")
    .option("--test-labels <file>", "embeddings: the same for --test")
    .option("--vector <name>", "embeddings: the column, or the tensor, that holds them")
    .addOption(
      wholeOption("--image-size <pixels>", "images: side of what the network sees (64)", {
        least: 8,
        most: 1024,
      }),
    )
    .option("--resize <way>", "images: crop or stretch")
    .option("--no-flip", "images: a mirror image does not show the same class")
    .option("--bad-images <rule>", "images that cannot be read: stop or skip")
    .addOption(
      numberOption("--most-bad <share>", "images: the largest share that may be skipped (1)", {
        most: 1,
        aboveLeast: true,
      }),
    )
    .option("--path-column <column>", "images in a table: the column of their paths (path, file, image, …)")
    .option("--image-root <folder>", "images in a table: where the paths begin");
}

/** A data set of the catalogue by its name, or a person's own. */
export interface AskedData {
  readonly dataset: string;
  readonly source?: CustomData;
}

/**
 * What the argument DATA and its options name; undefined without an argument.
 *
 * @throws RunError with code "usage" for options that the kind of data has not
 * @throws RunError with code "data" if nothing is there
 */
export async function askedData(
  data: readonly string[],
  flags: OwnDataFlags,
): Promise<AskedData | undefined> {
  const [first] = data;
  if (first === undefined) {
    refuseWithoutData(flags);
    return undefined;
  }
  const names = datasets.map(({ name }) => name);
  const there = await stat(first).catch(() => undefined);
  if (data.length === 1 && there === undefined) {
    if (datasets.some(({ name }) => name === first)) {
      refuseReaderOptions(flags, undefined);
      return { dataset: first };
    }
    if (!/[./\\*?[]/.test(first)) {
      const advice = didYouMean(first, names) || "Give a path, or one of the names.";
      throw usageError("DATA", `a file, a folder or one of ${names.join(", ")}`, first, advice);
    }
  }
  const kind = flags.kind ?? kindSaid(flags) ?? (await detectKind(data, flags));
  refuseReaderOptions(flags, kind);
  const options = Object.fromEntries(
    Object.entries(readerOptions).flatMap(([flag, { name }]) => {
      const value = flags[flag as keyof OwnDataFlags];
      return value === undefined || (flag === "flip" && value === true) ? [] : [[name, value]];
    }),
  ) as NonNullable<CustomData["options"]>;
  const text = kind === "text" && flags.text === undefined ? await guessTextColumn(data, flags) : undefined;
  const source: CustomData = {
    kind,
    paths: data,
    ...(flags.test && { testPaths: flags.test }),
    ...(flags.label !== undefined && { label: flags.label }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(text !== undefined && { options: { ...options, text } }),
  };
  return { dataset: nameOf(first), source };
}

/** The kind that an option stands for which says where the examples are. */
function kindSaid({ text, labels, vector, pathColumn }: OwnDataFlags): InputKind | undefined {
  if (text !== undefined) return "text";
  if (labels !== undefined || vector !== undefined) return "embedding";
  return pathColumn === undefined ? undefined : "image";
}

/** What is said of data that no argument names would be left out in silence. */
function refuseWithoutData(flags: OwnDataFlags): void {
  const said = ["kind", "label", "test", ...Object.keys(readerOptions)] as (keyof OwnDataFlags)[];
  const stray = said.find((flag) => flags[flag] !== undefined && flags[flag] !== true);
  if (stray === undefined) return;
  const advice = "Name the data, or say it in the configuration file under source.";
  throw usageError(flagOf(stray), "the argument DATA, of which it speaks", "none", advice);
}

/** An option of another kind of data would be left out in silence. */
function refuseReaderOptions(flags: OwnDataFlags, kind: InputKind | undefined): void {
  for (const [flag, { kinds }] of Object.entries(readerOptions)) {
    const value = flags[flag as keyof OwnDataFlags];
    if (value === undefined || (flag === "flip" && value === true)) continue;
    if (kind !== undefined && kinds.includes(kind)) continue;
    throw usageError(
      flagOf(flag),
      `data of kind ${kinds.join(" or ")}`,
      kind ?? "a data set of the catalogue",
      "--kind says what yours is.",
    );
  }
}
