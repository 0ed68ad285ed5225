import { imbalanceRatio } from "../../imbalance/index.ts";
import { calibrationName } from "../calibration-words.ts";
import { datasetTitle, describeProfile, exampleNoun, lengthWords, methodTitle } from "../recipe-words.ts";
import { metricText, metricWords } from "../selection-words.ts";
import { clock, count } from "../words.ts";
import type { MeasuredRun } from "./measured-run.ts";
import type { Fact } from "./report-data.ts";

/** "LDAM-DRW on CIFAR-10 (long-tailed, ratio 100), seed 0". */
export function runTitle({ record: { recipe } }: Pick<MeasuredRun, "record">): string {
  return `${methodTitle(recipe)} on ${datasetTitle(recipe)} (${describeProfile(recipe)}), seed ${recipe.seed}`;
}

/** How a run was trained and chosen, in a few lines. */
export function runFacts({ record, summary }: MeasuredRun): Fact[] {
  const { recipe, data, environment } = record;
  const noun = exampleNoun(recipe);
  const present = data.trainCounts.filter((each) => each > 0);
  const ratio = present.length < 2 ? 1 : imbalanceRatio(present);
  return [
    { label: "Data", value: `${datasetTitle(recipe)}, ${describeProfile(recipe)}` },
    { label: "Classes", value: `${data.classNames.length}, imbalance ratio ${Number(ratio.toPrecision(3))}` },
    {
      label: noun[0]!.toUpperCase() + noun.slice(1), // a word
      value: `${count(data.trainSize)} to train on, ${count(data.validationSize)} validation, ${count(data.testSize)} test`,
    },
    { label: "Method", value: methodTitle(recipe) },
    { label: "Network", value: recipe.model },
    { label: "Length", value: `${lengthWords(recipe)}, ${clock(summary.seconds)}` },
    { label: "Chosen", value: chosenBy(summary) },
    {
      label: "Probabilities",
      value:
        summary.calibration === undefined
          ? "not calibrated: too little was held out"
          : `by ${calibrationName(summary.calibration)}, fitted on ${count(summary.calibration.examples)} validation ${noun}`,
    },
    { label: "Seed", value: String(recipe.seed) },
    { label: "Made by", value: `Leeway ${environment.leeway}, libtorch ${environment.libtorch}` },
    { label: "Date", value: record.createdAt.slice(0, 10) },
  ];
}

function chosenBy({ best, selectedBy, epochs }: MeasuredRun["summary"]): string {
  const epoch = `epoch ${(best?.epoch ?? epochs - 1) + 1}`;
  if (selectedBy === "last" || best === null) return `${epoch}, the last`;
  const metric = best.metric ?? "balancedAccuracy";
  const value = best.score === undefined ? "" : `, ${metricText(metric, best.score)}`;
  const where = selectedBy === "test" ? "ON THE TEST SET (optimistic)" : "on the validation split";
  return `${epoch}, ${where} by ${metricWords(metric)}${value}`;
}
