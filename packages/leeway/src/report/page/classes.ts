import { shotGroups } from "../../imbalance/index.ts";
import { clopperPearson } from "../../metrics/index.ts";
import { classResults } from "../class-results.ts";
import { confusionOf, type MeasuredRun } from "./measured-run.ts";
import type { ReportClass } from "./report-data.ts";

/** Classes that one is taken for, at most. */
const maxTaken = 5;

/** Every class and how well it is recognised, in label order. */
export function reportClasses(run: MeasuredRun): ReportClass[] {
  const { record, summary } = run;
  const confusion = confusionOf(run);
  const groups = shotGroups(record.data.trainCounts);
  return classResults(record, summary).map((own, j) => {
    const row = confusion[j]!; // a row a class
    const testCount = row.reduce((sum, count) => sum + count, 0);
    return {
      ...{ name: own.name, group: groups[j]!, trainCount: own.count, testCount },
      ...{ recall: testCount === 0 ? null : row[j]! / testCount, precision: own.precision, f1: own.f1 },
      recallInterval: testCount === 0 ? null : clopperPearson(row[j]!, testCount),
      ...{ calibrationError: own.calibrationError, calibrationErrorByChance: own.calibrationErrorByChance },
      takenFor: row
        .map((count, label) => ({ label, count }))
        .filter(({ label, count }) => label !== j && count > 0)
        .sort((a, b) => b.count - a.count || a.label - b.label)
        .slice(0, maxTaken),
    };
  });
}
