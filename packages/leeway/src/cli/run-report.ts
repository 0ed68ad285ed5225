import { join } from "node:path";
import { reportData } from "../api/report-data.ts";
import { RunError } from "../errors.ts";
import { type ReportData, sentence } from "../report/index.ts";
import type { RunOptions } from "../runs/index.ts";
import { writeFileAtomically } from "../storage/index.ts";
import type { EndedRun } from "./run-with-progress.ts";

/** The page of a run, in its folder. */
export const reportFile = "report.html";

/** Examples of all splits up to which a run's own report shows some, for which the data is read once more. */
const maxRead = 100_000;

/**
 * Writes a report as a page.
 *
 * @returns bytes of the page
 */
export async function writePage(data: ReportData, path: string): Promise<number> {
  const { reportPage } = await import("@leeway/dashboard");
  const page = Buffer.from(reportPage(data));
  writeFileAtomically(path, page);
  return page.length;
}

/** Writes the report of a run that has just ended into its folder, and says so; that it failed spoils no run. */
export async function writeRunReport(
  { folder, record, summary }: EndedRun,
  { quiet, ...folders }: { readonly quiet: boolean } & Pick<RunOptions, "dataDir" | "cacheDir">,
): Promise<void> {
  if (summary.status !== "finished") return;
  const { trainSize, validationSize, testSize } = record.data;
  const examples = trainSize + validationSize + testSize <= maxRead;
  const path = join(folder, reportFile);
  try {
    await writePage(await reportData([folder], { examples, ...folders }), path);
    if (!quiet) console.error(`Report: ${path}`);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    console.error(`Note: no report was written. ${sentence(error.message)}`);
  }
}
