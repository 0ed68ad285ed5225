import { datasets } from "../data/index.ts";
import { shotGroups, type ShotGroup } from "../imbalance/index.ts";
import { methodOf } from "../methods/index.ts";
import type { RecipeRecord, RunRecord, Summary } from "../records/index.ts";
import type { EndedRun } from "./run-with-progress.ts";
import { clock, type Colors, count, counted, percent, renderTable, shownName } from "./terminal.ts";

/** What `leeway train --json` prints: one object. The metrics are null where the run stopped before the test set. */
export interface RunResult {
  /** The run's folder. */
  readonly run: string;
  readonly method: string;
  readonly dataset: string;
  readonly profile: RecipeRecord["profile"];
  readonly ratio: number;
  readonly seed: number;
  readonly protocol: "paper" | "honest";
  readonly selectedBy: Summary["selectedBy"];
  readonly status: Summary["status"];
  /** Epochs done. */
  readonly epochs: number;
  /** Of the examples trained on. */
  readonly fingerprint: string;
  readonly topOne: number | null;
  readonly topFive: number | null;
  readonly balancedAccuracy: number | null;
  readonly perClass: readonly (number | null)[] | null;
  readonly classNames: readonly string[];
  readonly shotGroups: Readonly<Record<ShotGroup, number | null>> | null;
  readonly worstClass: number | null;
  readonly gMean: number | null;
  readonly macroF1: number | null;
  readonly expectedCalibrationError: number | null;
  /** Of two classes: how well the rarer one is found; null otherwise. */
  readonly averagePrecision: number | null;
  readonly areaUnderRoc: number | null;
  readonly imagesPerSecond: number;
  readonly seconds: number;
  readonly best: Summary["best"];
  /** How often the run went back to a checkpoint, to go on at half the rate. */
  readonly rollbacks: number;
  /** Batches that were left out because their numbers were not finite. */
  readonly skipped: number;
}

/** The result of a run for a program. */
export function resultOf({ folder, record, summary }: EndedRun): RunResult {
  const { recipe, data } = record;
  const { test } = summary;
  return {
    run: folder,
    method: recipe.method,
    dataset: recipe.dataset,
    profile: recipe.profile,
    ratio: recipe.ratio,
    seed: recipe.seed,
    protocol: recipe.protocol,
    selectedBy: summary.selectedBy,
    status: summary.status,
    epochs: summary.epochs,
    fingerprint: data.fingerprint,
    topOne: test?.topOne ?? null,
    topFive: test?.topFive ?? null,
    balancedAccuracy: test?.balancedAccuracy ?? null,
    perClass: test?.perClass ?? null,
    classNames: data.classNames,
    shotGroups: test?.shotGroups ?? null,
    worstClass: test?.worstClass ?? null,
    gMean: test?.gMean ?? null,
    macroF1: test?.macroF1 ?? null,
    expectedCalibrationError: test?.expectedCalibrationError ?? null,
    averagePrecision: test?.detection?.averagePrecision ?? null,
    areaUnderRoc: test?.detection?.areaUnderRoc ?? null,
    imagesPerSecond: summary.imagesPerSecond,
    seconds: summary.seconds,
    best: summary.best,
    rollbacks: summary.rollbacks ?? 0,
    skipped: summary.skipped ?? 0,
  };
}

/** The result of a run for a person: a headline, a small table and the folder. */
export function renderResult({ folder, record, summary }: EndedRun, colors: Colors): string {
  const { recipe } = record;
  const what = `${methodTitle(recipe)} on ${datasetTitle(recipe)} (${profileWords(recipe)}), seed ${recipe.seed}`;
  const time = clock(summary.seconds);
  const how =
    summary.status === "finished"
      ? `${counted(summary.epochs, "epoch", "epochs")} in ${time}`
      : colors.yellow(
          `interrupted after ${summary.epochs} of ${counted(recipe.epochs, "epoch", "epochs")}, ${time}`,
        );
  const rows = summary.test === null ? interruptedRows(summary) : metricRows(record, summary);
  const table = renderTable(
    rows.map(([name, value, note]) => [name, value, colors.dim(note)]),
    {
      right: [1],
      indent: 2,
    },
  );
  const trouble = troubleWords(summary).map((line) => colors.yellow(line));
  return [`${colors.bold(what)}: ${how}`, "", table, ...trouble, "", `run  ${folder}`].join("\n");
}

/** What keeps a run from being one like others: steps without finite numbers. */
function troubleWords({ rollbacks = 0, skipped = 0 }: Summary): string[] {
  return [
    ...(skipped > 0 ? [`${counted(skipped, "batch", "batches")} left out: no finite loss or gradient`] : []),
    ...(rollbacks > 0
      ? [
          `went back ${counted(rollbacks, "time", "times")}, and on at 1/${2 ** rollbacks} of the learning rate`,
        ]
      : []),
  ].map((line) => `  ${line}`);
}

/** What a recipe's method has to say before it is trained, a line each. */
export function methodWarnings({
  method,
  methodOptions,
}: Pick<RecipeRecord, "method" | "methodOptions">): string[] {
  const { warnings = [] } = methodOf(method, methodOptions); // which checks what a record leaves open
  return warnings.map((warning) => `Warning: ${warning}`);
}

/** A method's name as printed: "LDAM-DRW"; of a composed one its parts. */
export function methodTitle({
  method,
  methodOptions = {},
}: Pick<RecipeRecord, "method"> & Partial<Pick<RecipeRecord, "methodOptions">>): string {
  return methodOf(method, methodOptions).title; // methodOf checks what a record leaves open
}

/** A data set's name as printed: "CIFAR-10"; a person's own has the name it was given. */
export function datasetTitle({ dataset, source }: Pick<RecipeRecord, "dataset" | "source">): string {
  return (source === undefined && datasets.find(({ name }) => name === dataset)?.title) || dataset;
}

/** What examples are called: "images", "texts", "rows", "vectors". */
export function examplesWord({ dataset, source }: Pick<RecipeRecord, "dataset" | "source">): string {
  const kind = source?.kind ?? datasets.find(({ name }) => name === dataset)?.input.kind ?? "image";
  return { image: "images", text: "texts", table: "rows", embedding: "vectors" }[kind];
}

/** "long-tailed, ratio 100"; "neg thinned to 10.0 %". */
export function profileWords({ profile, ratio, keep = {} }: RecipeRecord): string {
  const thinned = Object.entries(keep).map(
    ([name, share]) => `${shownName(name)} thinned to ${percent(share)}`,
  );
  if (profile === "natural") return thinned.join(", ") || "as it is";
  const shape = profile === "balanced" ? profile : { longtail: "long-tailed", step: "step" }[profile];
  return [...thinned, shape, ...(profile === "balanced" ? [] : [`ratio ${ratio}`])].join(", ");
}

/** The class recognised worst: its name and accuracy. */
export function worstClassOf(
  record: RunRecord,
  { test }: Summary,
): { readonly name: string; readonly accuracy: number | null } {
  const perClass = test?.perClass ?? [];
  const accuracy = test?.worstClass ?? null;
  return { name: record.data.classNames[perClass.indexOf(accuracy)] ?? "", accuracy };
}

type Row = readonly [name: string, value: string, note: string];

function metricRows(record: RunRecord, summary: Summary): Row[] {
  const test = summary.test!; // the caller has looked
  const worst = worstClassOf(record, summary);
  return [
    [
      "overall",
      percent(test.topOne),
      `top-1 on ${count(record.data.testSize)} test ${examplesWord(record.recipe)}; ${chosenBy(summary)}`,
    ],
    ["balanced", percent(test.balancedAccuracy), "mean over the classes"],
    ...(["many", "medium", "few"] as const).map((group): Row =>
      shotRow(group, test.shotGroups[group], record),
    ),
    ["worst class", percent(worst.accuracy), shownName(worst.name)],
    ["G-mean", percent(test.gMean), ""],
    ["macro-F1", percent(test.macroF1), ""],
    ...detectionRows(record, test),
    ["ECE", percent(test.expectedCalibrationError), "expected calibration error, 15 bins"],
  ];
}

/** Of two classes: how well the rarer one is found. */
function detectionRows({ data }: RunRecord, { detection }: NonNullable<Summary["test"]>): Row[] {
  if (detection === undefined) return [];
  const { positive, positives, averagePrecision, areaUnderRoc } = detection;
  const name = shownName(data.classNames[positive] ?? "");
  const share = percent(positives / data.testSize);
  return [
    ["average precision", percent(averagePrecision), `of finding "${name}", ${share} of the test split`],
    ["AUROC", percent(areaUnderRoc), "area under the ROC curve"],
  ];
}

function interruptedRows({ best, selectedBy }: Summary): Row[] {
  const untested: Row = ["overall", "–", "the test set was not read"];
  return best === null
    ? [untested]
    : [untested, [`best ${selectedBy}`, percent(best.topOne), `top-1 after epoch ${best.epoch + 1}`]];
}

/** The accuracy on a shot group, with how many classes it has, or why there is none. */
function shotRow(group: ShotGroup, accuracy: number | null, { data, recipe }: RunRecord): Row {
  const examples = examplesWord(recipe);
  const limits = { many: "more than 100", medium: "20 to 100", few: "fewer than 20" };
  const classes = shotGroups(data.trainCounts).filter((each) => each === group).length;
  const note =
    classes === 0
      ? `no class has ${limits[group]} training ${examples}`
      : `${counted(classes, "class", "classes")} with ${limits[group]} training ${examples}`;
  return [`${group}-shot`, percent(accuracy), note];
}

function chosenBy({ best, selectedBy, epochs }: Summary): string {
  const epoch = (best?.epoch ?? epochs - 1) + 1;
  switch (selectedBy) {
    case "test":
      return `epoch ${epoch}, chosen ON THE TEST SET (protocol paper): optimistic`;
    case "validation":
      return `epoch ${epoch}, chosen on the validation split`;
    case "last":
      return "the last epoch";
  }
}
