import { exampleNoun, methodTitle } from "../recipe-words.ts";
import { judgementNotes } from "../judgement.ts";
import { reportClasses } from "./classes.ts";
import { groupFlow, reportConfusion } from "./confusion.ts";
import { detections } from "./detections.ts";
import { runDifference } from "./difference.ts";
import { runFacts, runTitle } from "./facts.ts";
import { headline } from "./headline.ts";
import { labelGains } from "./label-gains.ts";
import { logitBias } from "./logit-bias.ts";
import { reportMargins } from "./margins.ts";
import { confusionOf, isScored, type MeasuredRun } from "./measured-run.ts";
import { reliability } from "./reliability.ts";
import { recordsNote } from "./records-note.ts";
import type { PackedLogits, ReportData, RunReport } from "./report-data.ts";
import { mainSentence } from "./sentence.ts";
import { trainingCurve } from "./training-curve.ts";

/** A run, and its logits where they are small enough to be packed. */
interface ReportedRun {
  readonly run: MeasuredRun;
  readonly logits?: PackedLogits;
}

/**
 * What a report shows of runs: each by itself, and every later one against the first.
 *
 * @param runs at least one
 */
export function reportOf(
  runs: readonly ReportedRun[],
  { leeway, createdAt }: Pick<ReportData, "leeway" | "createdAt">,
): ReportData {
  const measured = runs.map(({ run }) => run);
  return {
    ...{ version: 1, leeway, createdAt, runs: runs.map(runReport) },
    differences: measured.slice(1).map((_, i) => runDifference(measured, i + 1)),
  };
}

function runReport({ run, logits }: ReportedRun): RunReport {
  const { record, summary } = run;
  const classes = reportClasses(run);
  return {
    ...{ id: record.id, path: run.path, title: runTitle(run), method: methodTitle(record.recipe) },
    ...{
      noun: exampleNoun(record.recipe),
      examples: record.data.testSize,
      sentence: mainSentence(record.data, { ...summary.test, confusion: confusionOf(run) }),
    },
    ...{ facts: runFacts(run), headline: headline(run) },
    notes: [...(isScored(run) ? [] : [recordsNote(run)]), ...judgementNotes(record, summary)],
    ...{ classes, confusion: reportConfusion(run), groups: groupFlow(run), bias: logitBias(run) },
    ...(isScored(run)
      ? { margins: reportMargins(run), reliability: reliability(run), detections: detections(run) }
      : { margins: null, reliability: [], detections: [] }),
    ...(logits && { logits }),
    ...{ errors: run.errors, training: trainingCurve(run), gains: labelGains(classes) },
  };
}
