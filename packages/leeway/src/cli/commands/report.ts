import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import { reportData } from "../../api/report-data.ts";
import type { Field } from "../../field.ts";
import { renderReport } from "../../report/index.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { requireFolder } from "../predict/new-place.ts";
import { reportFile, writePage } from "../run-report.ts";
import { colorsFor } from "../terminal.ts";

const ofReport = { group: "Report", affects: "nothing", common: true } as const;

const reportFields = {
  output: {
    ...ofReport,
    type: z.string().min(1),
    help: "write the page there",
    default: "report.html in the run's folder, of several here",
    flag: "-o, --output",
    value: "<file>",
  },
  examples: {
    ...ofReport,
    type: z.boolean(),
    help: "show no examples: the data need not be there",
    flag: "--no-examples",
  },
} as const satisfies Record<string, Field>;

/** `leeway report`: what finished runs are worth, as a page to show. */
export function reportCommand(): Command {
  const command = new Command("report").argument(
    "<run...>",
    "folders of finished runs; later ones are held against the first",
  );
  addFields(command, reportFields);
  addMachine(command, ["threads", "device", "dataDir", "cacheDir"]);
  return addOutput(command, ["json", "markdown", "quiet"]).addHelpText("after", examples).action(writeReport);
}

const examples = `
One file that opens without a network: accuracy of each class against its training count, confusions, thresholds as
alerts and costs, other class frequencies, reliability, the examples that are wrong, and what differs between runs,
with intervals. --json prints the same numbers, --markdown and a terminal their tables.

Examples:
  $ leeway report runs/latest
  $ leeway report runs/latest -o fraud.html
  $ leeway report runs/erm runs/ldam-drw -o comparison.html
  $ leeway report runs/latest --markdown > report.md
`;

interface ReportFlags
  extends
    Omit<FlagsOf<typeof reportFields>, "examples">,
    Pick<MachineFlags, "threads" | "device" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json" | "markdown" | "quiet"> {
  /** Always there: false where none are wanted. */
  readonly examples: boolean;
}

async function writeReport(paths: readonly string[], flags: ReportFlags): Promise<void> {
  const { output, threads, json = false, markdown = false, quiet = false } = flags;
  if (output !== undefined) requireFolder("--output", output);
  if (threads !== undefined) setThreads(threads);
  const { device, dataDir, cacheDir, examples: withExamples } = flags;
  const data = await reportData(paths, { device, dataDir, cacheDir, examples: withExamples });
  if (json) console.log(JSON.stringify(data));
  else if (markdown) console.log(renderReport(data, { colors: colorsFor(process.stdout), markdown }));
  if ((json || markdown) && output === undefined) return;
  const place = output ?? (paths.length === 1 ? join(paths[0]!, reportFile) : reportFile);
  const size = await writePage(data, place);
  if (quiet) return;
  const sentences = data.runs.map(({ method, sentence }) => `${method}: ${sentence}`);
  console.error([...sentences, `Report in ${place}, ${Math.ceil(size / 1000)} kB`].join("\n"));
}
