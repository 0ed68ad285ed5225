import type { Metrics } from "../../metrics/index.ts";
import { rarestClasses } from "../class-results.ts";
import { percent, shownName } from "../words.ts";
import type { MeasuredSplit } from "./rarest.ts";

/**
 * How far probabilities are off, as rows of a table: of the predicted class, and of a class by itself, beside what
 * chance would show. Of two classes that is the rarer one, of more the one that is off by the most beyond chance.
 *
 * @param whose what the probabilities are called
 * @param how   how they came about, as far as that is not the default
 */
export function calibrationRows(
  { metrics, classNames, trainCounts }: MeasuredSplit,
  { whose, how = "" }: { readonly whose: string; readonly how?: string },
): [name: string, value: string, note: string][] {
  const all = `expected calibration error of ${whose}, 15 bins${how}`;
  const rows: [string, string, string][] = [["ECE", percent(metrics.expectedCalibrationError), all]];
  const label = classOff(metrics, trainCounts);
  const { error, byChance } = metrics.classCalibration?.[label] ?? {};
  if (error === undefined || byChance === undefined) return rows;
  const which = classNames.length === 2 ? "of" : "the class that is off by the most,";
  const note = `${which} "${shownName(classNames[label] ?? "")}"; exact probabilities would show ${percent(byChance)} by chance`;
  return [...rows, ["ECE of a class", percent(error), note]];
}

function classOff({ classCalibration = [] }: Metrics, trainCounts: readonly number[]): number {
  if (trainCounts.length === 2) return rarestClasses(trainCounts, 1)[0] ?? 1;
  const beyond = classCalibration.map(({ error, byChance }) => error - byChance);
  return beyond.indexOf(Math.max(...beyond));
}
