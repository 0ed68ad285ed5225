import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import { decisionOf } from "../../decisions/index.ts";
import type { Field } from "../../field.ts";
import { decide } from "../../probes/index.ts";
import { renderDecision } from "../../report/index.ts";
import { type DataRecord, priorCounts } from "../../records/index.ts";
import { decisionFile, readRun } from "../../storage/index.ts";
import { requestedAim } from "../decide/requested-decision.ts";
import { asUsage, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { parsePrior } from "../predict/parse-prior.ts";
import { requestedDevice } from "../requested-device.ts";
import { colorsFor } from "../terminal.ts";

const text = z.string().min(1);
const aim = { group: "Aim, one of", type: text, affects: "nothing" } as const;
const detail = { group: "Options", affects: "nothing" } as const;

/** The options of `leeway decide` of its own. */
const decideFields = {
  minRecall: { ...aim, help: "find at least that share: 0.95, or class=share,…", value: "<share>" },
  minPrecision: { ...aim, help: "be right in at least that share of alerts", value: "<share>" },
  bestF1: { ...aim, type: z.boolean(), help: "the highest F1, of every class where there are more than two" },
  maxAlerts: { ...aim, help: "at most so many alerts: 50/1000 or 5%", value: "<share>" },
  cost: { ...aim, help: "the lowest cost: missed=40,alarm=1", value: "<costs>" },
  costs: { ...aim, help: "the lowest cost by a CSV matrix: rows true, columns decided", value: "<file>" },
  abstain: {
    ...aim,
    help: "leave out what is unclear; of each class at most that share is missed: 0.1; alone or beside another",
    value: "<share>",
  },
  confident: {
    ...detail,
    type: z.boolean(),
    help: "recall or precision with the whole 95 % interval, not the estimate alone",
  },
  positive: {
    ...detail,
    type: text,
    help: "the class looked for",
    default: "the rarer of two",
    value: "<class>",
  },
  prior: {
    ...detail,
    type: text,
    help: "class frequencies where it is used: class=share,… or training",
    default: "as in the validation split",
    value: "<shares>",
  },
} as const satisfies Record<string, Field>;

/** `leeway decide`: how a run's probabilities become decisions, and what these come to. */
export function decideCommand(): Command {
  const command = new Command("decide").argument("<run>", "the run's folder, or runs/latest");
  addFields(command, decideFields);
  addMachine(command, ["threads", "device", "dataDir", "cacheDir"]);
  return addOutput(command, ["json"]).addHelpText("after", examples).action(printDecision);
}

const examples = `
Chosen on the validation split by the probabilities that predict shows, counted once on the test split, and stored as
decision.json in the run's folder: leeway predict then adds a column "decision". Shares are also written 95%.

Examples:
  $ leeway decide runs/latest --min-recall 0.95
  $ leeway decide runs/latest --min-recall 0.95 --confident
  $ leeway decide runs/latest --max-alerts 50/1000
  $ leeway decide runs/latest --cost missed=40,alarm=1 --prior fraud=0.001,fine=0.999
  $ leeway decide runs/latest --min-recall fraud=0.9,scam=0.8
  $ leeway decide runs/latest --abstain 0.1
  $ leeway decide runs/latest --min-recall 0.95 --abstain 0.02
  $ leeway decide runs/latest --costs costs.csv --json
`;

type DecideFlags = FlagsOf<typeof decideFields> &
  Pick<MachineFlags, "threads" | "device" | "dataDir" | "cacheDir"> &
  Pick<OutputFlags, "json">;

async function printDecision(path: string, flags: DecideFlags): Promise<void> {
  const { threads, device, dataDir, cacheDir, json = false } = flags;
  const { record } = readRun(path);
  const aim = requestedAim(flags, record.data.classNames);
  const { request, positive } = await asUsage(() => decisionOf(aim, record.data));
  const prior = requestedPrior(flags.prior, record.data);
  requestedDevice({ device }, record.recipe.precision);
  if (threads !== undefined) setThreads(threads);
  const decision = await asUsage(() =>
    decide(path, request, {
      ...{ positive, prior, device, dataDir, cacheDir, abstain: aim.abstain },
      command: ["leeway", ...process.argv.slice(2)],
    }),
  );
  if (json) console.log(JSON.stringify({ run: path, file: `${path}/${decisionFile}`, ...decision }));
  else console.log(renderDecision(decision, { path, colors: colorsFor(process.stdout) }));
}

/** The class frequencies at use; those of new input are known where it is predicted alone. */
function requestedPrior(text: string | undefined, data: DataRecord): readonly number[] | undefined {
  const prior = text === undefined ? undefined : parsePrior(text, data.classNames);
  if (prior === "training") return priorCounts(data);
  if (prior !== "auto") return prior;
  const advice = "leeway predict estimates the frequencies of new input with --prior auto: name these.";
  throw usageError("--prior", "training, or class=share, …", prior, advice);
}
