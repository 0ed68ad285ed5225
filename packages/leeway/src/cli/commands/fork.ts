import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { methodOf } from "../../methods/index.ts";
import { readRun, type StoredRun } from "../../storage/index.ts";
import {
  type ForkMethod,
  type ForkOptions,
  forkRun,
  recipeOf,
  recordedPreparation,
  requireForkable,
} from "../../runs/index.ts";
import { type Protocol, recipeFields } from "../../recipe/index.ts";
import { type ForkMethodFlags, requestedForks } from "../requested-forks.ts";
import { type Interruption, interruptible } from "../interruption.ts";
import { addMethodOptions } from "../method-options.ts";
import { addFields } from "../options/field-option.ts";
import { asUsage, namesOption } from "../options.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { readData } from "../read-data.ts";
import { requireByItself } from "../require-by-itself.ts";
import { requestedDevice } from "../requested-device.ts";
import { withShortHelp } from "../short-help.ts";
import { type EndedRun, runDisplay, withProgress } from "../run-with-progress.ts";
import { classWeightWords, methodWarnings, renderForks, resultOf } from "../../report/index.ts";
import { colorsFor, progressMode, type ProgressMode } from "../terminal.ts";

/** `leeway fork`: other second stages for a run whose first stage is done, at the cost of the second alone. */
export function forkCommand(): Command {
  const command = new Command("fork")
    .argument("<run>", "folder of a run that has come past its first stage")
    .optionsGroup("What:")
    .addOption(namesOption("--methods <names>", "methods to go on with, divided by commas"));
  const method = { help: "one method, with options or parts of its own", default: "several, by --methods" };
  addMethodOptions(command, { method });
  const machine = ["threads", "device", "allowChange", "dataDir", "cacheDir", "runsDir"] as const;
  const asTheRun = { default: "as the run" };
  const protocol = { help: "what chooses the epoch, of those after the fork", default: "as the run" };
  addFields(command, { protocol: recipeFields.protocol }, { change: { protocol } });
  addMachine(command, machine, { threads: asTheRun, device: asTheRun });
  const json = { help: "print one JSON array, and nothing else, to stdout" };
  addOutput(command, ["json", "progress"], { json });
  return withShortHelp(command, { examples, more }).action(fork);
}

const examples = `
Examples:
  $ leeway train cifar10 --method erm --epochs 40 --name trunk
  $ leeway fork runs/trunk --methods erm-drw,erm-drs,crt,logit-adjustment-post-hoc
  $ leeway fork runs/trunk --method erm-drw --beta 0.999
  $ leeway fork runs/trunk --weights sqrt --sampler sqrt
  $ leeway fork runs/trunk --methods erm --protocol paper
`;

const more = `
Methods whose first stage is the run's own (the same loss, last layer, weights and odds) share it: the result is
that of training each from the start, to the bit. Options and regularisers are those of the run by default, and
weights and odds of your own begin at the fork. One that reads its logits in another way (post-hoc) chooses its
epoch among those after the fork, and so does another protocol: with --protocol paper a run that read the test set
once also says what its best epoch after the fork would have been.
`;

interface ForkFlags extends ForkMethodFlags, MachineFlags, OutputFlags {
  readonly protocol?: Protocol;
}

async function fork(path: string, flags: ForkFlags): Promise<void> {
  const advice = "Start it without a launcher: a run that ranks have trained is forked by one process.";
  requireByItself("fork", advice);
  const trunk = readRun(path);
  const methods = requestedForks(trunk, flags);
  const { environment, recipe } = trunk.record;
  const { threads = environment.threads, device = environment.device, allowChange, protocol } = flags;
  requestedDevice({ device }, recipe.precision);
  setThreads(threads);
  // All of them before the first is trained, which would else be for nothing.
  await asUsage(() => {
    requireForkable(trunk, methods, { allowChange, protocol, device });
  });
  const mode = flags.progress ? progressMode(process.stderr) : "silent";
  await interruptible(async (interruption) => {
    const { signal, exitCode } = interruption;
    const data = await readData(
      recipeOf(trunk),
      { mode, dataDir: flags.dataDir, cacheDir: flags.cacheDir, recorded: recordedPreparation(trunk) },
      interruption,
    );
    if (data === undefined) return;
    const runs: EndedRun[] = [];
    for (const method of methods) {
      if (signal.aborted) break;
      const how = { data, runsDir: flags.runsDir, allowChange, protocol, device };
      const what = { path, trunk, method, mode, ...how };
      runs.push(await forked(what, interruption));
    }
    console.log(
      flags.json ? JSON.stringify(runs.map(resultOf)) : renderForks(trunk, runs, colorsFor(process.stdout)),
    );
    if (runs.some(({ summary }) => summary.status === "interrupted")) process.exitCode = exitCode();
  });
}

interface Fork extends Omit<ForkOptions, "signal" | "command"> {
  readonly path: string;
  readonly trunk: StoredRun;
  readonly method: ForkMethod;
  readonly mode: ProgressMode;
}

async function forked(
  { path, trunk, method, mode, ...how }: Fork,
  { signal, onDisplay }: Interruption,
): Promise<EndedRun> {
  const display = runDisplay({
    mode,
    title: methodOf(method.name, method.options).title,
    epochs: trunk.record.recipe.epochs,
    announce: (record) => [
      `Forking ${record.id} from ${trunk.record.id}`,
      ...classWeightWords(record.recipe, record.data),
      ...methodWarnings(record.recipe),
    ],
    onDisplay,
  });
  const options = { ...how, signal, command: process.argv.slice(2) };
  return withProgress(forkRun(path, method, options), display);
}
