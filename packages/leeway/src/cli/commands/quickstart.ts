import { gpuAt, setThreads } from "@leeway/torch";
import { Command } from "commander";
import { type ShotGroup, shotGroups } from "../../imbalance/index.ts";
import type { RunRecord } from "../../records/index.ts";
import { type Precision, type Recipe, recipeFields, recipeFor } from "../../recipe/index.ts";
import { type Interruption, interruptible } from "../interruption.ts";
import { asUsage } from "../options.ts";
import { addFields } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { readData } from "../read-data.ts";
import { requestedDevice } from "../requested-device.ts";
import { type EndedRun, runWithProgress, slowness } from "../run-with-progress.ts";
import {
  clock,
  type Colors,
  count,
  counted,
  exampleNoun,
  methodTitle,
  percent,
  pointsBetween,
  renderTable,
  resultOf,
  worstClassOf,
} from "../../report/index.ts";
import { processorFlags } from "../../runs/index.ts";
import { colorsFor, progressMode } from "../terminal.ts";

/** Long enough for the rare classes to be learned, short enough for two to three minutes on two processors. */
const defaultEpochs = 60;

/** `leeway quickstart`: the baseline and LDAM-DRW side by side, in the time of a cup of tea. */
export function quickstartCommand(): Command {
  const { epochs, seed } = recipeFields;
  const change = { epochs: { help: "length of each run", default: String(defaultEpochs) } };
  const command = addFields(new Command("quickstart"), { epochs, seed }, { change });
  addOutput(addMachine(command, ["threads", "device", "dataDir", "runsDir"]), ["json", "progress"]);
  return command.addHelpText("after", examples).action(runQuickstart);
}

const examples = `
Trains twice on 2,478 images of Fashion-MNIST whose classes shrink from 1,000 images to 10, and measures both on
the whole, balanced test set, which is read once at the end of each run.

Examples:
  $ leeway quickstart
  $ leeway quickstart --epochs 5 --seed 1
`;

interface QuickstartFlags extends MachineFlags, OutputFlags {
  readonly epochs?: number;
  readonly seed?: number;
}

async function runQuickstart(flags: QuickstartFlags): Promise<void> {
  const { threads, json = false } = flags;
  const precision = fastPrecision(requestedDevice(flags, "fp32").device);
  const recipes = await asUsage(() => quickstartRecipes(flags, precision));
  console.error(
    "Ten kinds of clothes, 1,000 images of the commonest and 10 of the rarest. First plain training (ERM), then\n" +
      "LDAM-DRW: wider margins for rare classes, and, in the last fifth, more weight. The test set is balanced.",
  );
  if (threads !== undefined) setThreads(threads);
  await interruptible(async (interruption) => {
    const runs = await runBoth(recipes, flags, interruption);
    if (runs.some(({ summary }) => summary.status === "interrupted"))
      process.exitCode = interruption.exitCode();
    console.log(
      json ? JSON.stringify(comparisonOf(runs)) : renderComparison(runs, colorsFor(process.stdout)),
    );
  });
}

/** The two runs differ in the method alone. */
function quickstartRecipes(
  { epochs = defaultEpochs, seed = 0 }: QuickstartFlags,
  precision: Precision,
): Recipe[] {
  return ["erm", "ldam-drw"].map((method) =>
    recipeFor("fashion-mnist", {
      profile: "longtail",
      ratio: 100,
      maxPerClass: 1000, // so that the rarest classes are few-shot: 16 and 10 images
      method,
      model: "resnet8",
      epochs,
      precision,
      seed,
      protocol: "honest",
      validationFraction: 0, // the last epoch counts: ten images are too few to give any away
    }),
  );
}

/** bf16 where the device multiplies it in hardware; elsewhere it would be slower than fp32. */
function fastPrecision(device: string): Precision {
  if (device !== "cpu") return gpuAt(device)?.bf16 ? "bf16" : "fp32";
  const flags = processorFlags();
  return flags?.has("avx512_bf16") || flags?.has("amx_bf16") ? "bf16" : "fp32";
}

async function runBoth(
  recipes: readonly Recipe[],
  { dataDir, runsDir, device, progress: live }: QuickstartFlags,
  interruption: Interruption,
): Promise<EndedRun[]> {
  const { signal, onDisplay } = interruption;
  const mode = live ? progressMode(process.stderr) : "silent";
  const runs: EndedRun[] = [];
  const width = Math.max(...recipes.map((recipe) => methodTitle(recipe).length));
  for (const recipe of recipes) {
    if (signal.aborted) break;
    const data = await readData(recipe, { mode, dataDir }, interruption);
    if (data === undefined) break;
    const shown = {
      mode,
      title: methodTitle(recipe).padEnd(width),
      epochs: recipe.epochs,
      linesEvery: Math.ceil(recipe.epochs / 10),
      announce: runs.length === 0 ? slowness : () => [],
      onDisplay,
    } as const;
    runs.push(
      await runWithProgress(recipe, shown, { runsDir, data, device, signal, command: process.argv.slice(2) }),
    );
  }
  return runs;
}

/** The results, and what the second method gains over the first: differences of fractions, null where one is missing. */
function comparisonOf(runs: readonly EndedRun[]): Record<string, unknown> {
  const results = runs.map(resultOf);
  const [plain, rival] = results;
  const gain = (of: (result: (typeof results)[number]) => number | null | undefined): number | null => {
    const [from, to] = [plain && of(plain), rival && of(rival)];
    return from == null || to == null ? null : to - from;
  };
  return {
    runs: results,
    gain: {
      topOne: gain(({ topOne }) => topOne),
      many: gain(({ shotGroups }) => shotGroups?.many),
      medium: gain(({ shotGroups }) => shotGroups?.medium),
      few: gain(({ shotGroups }) => shotGroups?.few),
      worstClass: gain(({ worstClass }) => worstClass),
    },
  };
}

/** "many-shot  (5 classes of 129 to 1,000 images)"; "few-shot  (2 classes of 10 and 16 images)". */
function groupHeading({ data, recipe }: RunRecord, group: ShotGroup): string {
  const groups = shotGroups(data.trainCounts);
  const sizes = data.trainCounts.filter((_, j) => groups[j] === group).sort((a, b) => a - b);
  const [first, last] = [count(sizes[0] ?? 0), count(sizes.at(-1) ?? 0)];
  const range = sizes.length < 2 ? first : `${first} ${sizes.length === 2 ? "and" : "to"} ${last}`;
  const classes = counted(sizes.length, "class", "classes");
  return `${group}-shot  (${classes}${sizes.length === 0 ? "" : ` of ${range} ${exampleNoun(recipe)}`})`;
}

function renderComparison(runs: readonly EndedRun[], colors: Colors): string {
  const [plain, rival] = runs;
  const folders = ["Runs:", ...runs.map(({ folder }) => `  ${folder}`)];
  if (plain?.summary.test == null || rival?.summary.test == null) {
    return [colors.yellow("Interrupted: there is nothing to compare yet."), ...folders].join("\n");
  }
  const [before, after] = [plain.summary.test, rival.summary.test];
  const [worstBefore, worstAfter] = [plain, rival].map(({ record, summary }) =>
    worstClassOf(record, summary),
  );
  const row = (name: string, from: number | null, to: number | null): string[] => {
    const gain = pointsBetween(from, to);
    return [name, percent(from), percent(to), gain.startsWith("+") ? colors.green(gain) : gain];
  };
  const head = ["", methodTitle(plain.record.recipe), methodTitle(rival.record.recipe), "gain"];
  const table = renderTable(
    [
      head.map((text) => colors.bold(text)),
      row("overall accuracy", before.topOne, after.topOne),
      ...(["many", "medium", "few"] as const).map((group) =>
        row(groupHeading(plain.record, group), before.shotGroups[group], after.shotGroups[group]),
      ),
      row(`worst class  (${worstBefore!.name}; ${worstAfter!.name})`, before.worstClass, after.worstClass),
    ],
    { right: [1, 2, 3] },
  );
  const seconds = plain.summary.seconds + rival.summary.seconds;
  return [
    table,
    "",
    `One seed, ${clock(seconds)} of training: a first look, not a comparison of methods.`,
    ...folders,
    "Next: npx leeway quickstart --seed 1        how far does chance go?",
    "      npx leeway train fashion-mnist --method ldam --epochs 20 --precision bf16",
  ].join("\n");
}
