export { rarestClass, type ScarceSplits, scoresOfClass } from "./compared-classes.ts";
export {
  type ComparedCell,
  type ComparedMeasure,
  comparedMeasures,
  type ComparedMethod,
  type Judge,
  comparedMethods,
  type RarestClass,
} from "./compared-methods.ts";
export { finishedRun, unfinishedRuns } from "./find-run.ts";
export { missedDeferral, unseenStage, unseenStageNotes } from "./unseen-stage.ts";
export { compareWithPaper, type Comparison } from "./compare.ts";
export {
  type PaperMeasure,
  type PaperNumber,
  paperNumber,
  paperNumbers,
  paperRows,
  paperSource,
  type PaperTable,
} from "./paper.ts";
export { type ScarceClass, scarceClasses, testCountsOf } from "./scarce-classes.ts";
export { studentQuantile } from "./student-t.ts";
export { type RecordedRun, type Setting, summarize, type SummaryRow } from "./summarize.ts";
export { type NumberSummary, summaryOf } from "./summary.ts";
