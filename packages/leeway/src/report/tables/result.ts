import { unseenStage } from "../../analysis/index.ts";
import { shotGroups, type ShotGroup } from "../../imbalance/index.ts";
import { baseRate, type Metrics } from "../../metrics/index.ts";
import type { RecipeRecord, RunRecord, Summary } from "../../records/index.ts";
import { calibrationChoice } from "../calibration-words.ts";
import { judgementNotes, overClasses } from "../judgement.ts";
import { datasetTitle, describeProfile, exampleNoun, methodTitle } from "../recipe-words.ts";
import { type EndedRun, worstClassOf } from "../result.ts";
import { metricText, metricWords, selectionText } from "../selection-words.ts";
import { type Colors, renderTable } from "../table.ts";
import { mainSentence } from "../page/sentence.ts";
import { calibrationRows } from "./calibration-rows.ts";
import { classChart, type MeasuredSplit, rarerRows } from "./rarest.ts";
import { clock, count, counted, groupCounts, percent, shownName } from "../words.ts";

/** The result of a run for a person: a headline, a small table and the folder. */
export function renderResult({ folder, record, summary }: EndedRun, colors: Colors): string {
  const { recipe } = record;
  const what = `${methodTitle(recipe)} on ${datasetTitle(recipe)} (${describeProfile(recipe)}), seed ${recipe.seed}`;
  const time = clock(summary.seconds);
  const how =
    summary.status === "finished"
      ? `${counted(summary.epochs, "epoch", "epochs")}${earlyEnd(recipe, summary)} in ${time}`
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
  const chart = summary.test === null ? [] : classChart(testSplit(record, summary.test), colors);
  const matters = summary.test?.confusion === undefined ? [] : ["", mainSentence(record.data, summary.test)];
  const notes = judgementNotes(record, summary).map((note) => `  ${note}`);
  const trouble = [...notes, ...troubleLines(summary)].map((line) => colors.yellow(line));
  const below = trouble.length === 0 ? [] : ["", ...trouble];
  return [
    `${colors.bold(what)}: ${how}`,
    ...matters,
    ...["", table, ...chart, ...below],
    ...["", `run  ${folder}`],
  ].join("\n");
}

/** How a run that patience ended came to its length. */
function earlyEnd({ epochs, patience }: RecipeRecord, { endedEarly }: Summary): string {
  if (endedEarly === undefined) return "";
  return ` of ${count(epochs)}, ended early with ${counted(patience ?? 0, "epoch", "epochs")} of patience,`;
}

/** What keeps a run from being one like others: steps without finite numbers. */
function troubleLines({ rollbacks = 0, skipped = 0 }: Summary): string[] {
  return [
    ...(skipped > 0 ? [`${counted(skipped, "batch", "batches")} left out: no finite loss or gradient`] : []),
    ...(rollbacks > 0
      ? [
          `went back ${counted(rollbacks, "time", "times")}, and on at 1/${2 ** rollbacks} of the learning rate`,
        ]
      : []),
  ].map((line) => `  ${line}`);
}

type Row = readonly [name: string, value: string, note: string];

function metricRows(record: RunRecord, summary: Summary): Row[] {
  const test = summary.test!; // the caller has looked
  const worst = worstClassOf(record, summary);
  return [
    [
      "overall",
      percent(test.topOne),
      `top-1 on ${count(record.data.testSize)} test ${exampleNoun(record.recipe)}; ${chosenBy(record, summary)}`,
    ],
    ["balanced", percent(test.balancedAccuracy), overClasses(test.perClass)],
    ...(["many", "medium", "few"] as const).map((group) => shotRow(group, test, record)),
    ["worst class", percent(worst.accuracy), worst.accuracy === null ? "" : shownName(worst.name)],
    ["G-mean", percent(test.gMean), ""],
    ["macro-F1", percent(test.macroF1), ""],
    ...rarerRows(testSplit(record, test)),
    ...detectionRows(record, test),
    ...selectionRows(test),
    ...calibrationRows(testSplit(record, test), {
      whose: calibrated(summary),
      how: calibrationChoice(summary.calibration),
    }),
  ];
}

/** Whose calibration error it is: older runs measured it before they calibrated. */
function calibrated({ calibration }: Summary): string {
  const older = calibration !== undefined && calibration.prior === undefined;
  return older
    ? "probabilities before calibration"
    : `predict's probabilities${calibrationChoice(calibration)}`;
}

function testSplit({ data, recipe }: RunRecord, metrics: Metrics): MeasuredSplit {
  return { metrics, ...data, examples: `test ${exampleNoun(recipe)}` };
}

/** Of two classes: how well the rarer one is found. */
function detectionRows({ data }: RunRecord, { detection }: NonNullable<Summary["test"]>): Row[] {
  if (detection === undefined) return [];
  const { positive, positives, averagePrecision, areaUnderRoc } = detection;
  const name = shownName(data.classNames[positive] ?? "");
  const share = percent(positives / data.testSize);
  const found = `of finding "${name}"; base rate ${share}`;
  return [
    ["average precision", percent(averagePrecision), found],
    ["AUROC", percent(areaUnderRoc), "area under the ROC curve"],
  ];
}

/** What the run was selected by, where no other row has it. */
function selectionRows(test: Metrics): Row[] {
  const text = selectionText(test);
  const { by } = test.selection ?? {};
  const hasRow = by === "macro-f1" || by === "worst-class" || (by === "average-precision" && test.detection);
  if (text === null || hasRow) return [];
  const rate = by === "average-precision" ? `; base rate ${percent(baseRate(test))}` : "";
  return [[text.words, text.value, `on the test split: the run is selected by it${rate}`]];
}

function interruptedRows({ best, selectedBy }: Summary): Row[] {
  const untested: Row = ["overall", "–", "the test set was not read"];
  return best === null
    ? [untested]
    : [
        untested,
        [
          `best ${selectedBy}`,
          metricText(best.metric ?? "topOne", best.score ?? best.topOne),
          `${metricWords(best.metric ?? "topOne")} after epoch ${best.epoch + 1}`,
        ],
      ];
}

/** The accuracy on a shot group, with how many classes it has, or why there is none. */
function shotRow(
  group: ShotGroup,
  { shotGroups: accuracies, perClass }: Metrics,
  { data, recipe }: RunRecord,
): Row {
  const examples = exampleNoun(recipe);
  const groups = shotGroups(data.trainCounts);
  const classes = groups.filter((each) => each === group).length;
  const untested = perClass.filter((recall, j) => recall === null && groups[j] === group).length;
  const without = untested === 0 ? "" : `, ${untested} of them without test ${examples}`;
  const note =
    classes === 0
      ? `no class has ${groupCounts[group]} training ${examples}`
      : `${counted(classes, "class", "classes")} with ${groupCounts[group]} training ${examples}${without}`;
  return [`${group}-shot`, percent(accuracies[group]), note];
}

function chosenBy(record: RunRecord, summary: Summary): string {
  const { best, selectedBy, epochs } = summary;
  const unseen = unseenStage(record, summary);
  const never = unseen !== null && unseen >= record.recipe.epochs;
  const stage = never ? "which this run never came to" : `which began after epoch ${unseen}`;
  const early = unseen === null ? "" : `, before the second stage, ${stage}`;
  const epoch = `epoch ${(best?.epoch ?? epochs - 1) + 1}${early}`;
  const metric = best?.metric ?? (selectedBy === "test" ? "topOne" : "balancedAccuracy");
  const score = best?.score === undefined ? "" : `, ${metricText(metric, best.score)}`;
  switch (selectedBy) {
    case "test":
      return `${epoch}, chosen ON THE TEST SET by ${metricWords(metric)} (protocol paper): optimistic`;
    case "validation":
      return `${epoch}, chosen on the validation split by ${metricWords(metric)}${score}`;
    case "last":
      return "the last epoch";
  }
}
