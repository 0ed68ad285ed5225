import { paperSource } from "../../analysis/index.ts";
import {
  cellRecipe,
  type Choice,
  type Column,
  type FigureExperiment,
  findRuns,
  finishedRun,
  type MethodRuns,
  sharing,
} from "../../experiments/index.ts";
import { methodOf } from "../../methods/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { loadRunData, recipeOf } from "../../training/index.ts";
import { type FigureFiles, writeFigure } from "../figure-files.ts";
import { interruptible } from "../interruption.ts";
import { colorsFor, counted } from "../terminal.ts";
import { askedJson, endWords, runAsked, type RunFlags } from "./run-asked.ts";
import { planWords } from "./words.ts";

/** How a figure is drawn and where it goes. */
export interface DrawFlags extends RunFlags {
  /** The folder of pictures. */
  readonly out: string;
}

/** A picture of one column: where it is, and what is in it. */
interface Drawn extends FigureFiles {
  readonly column: string;
  readonly methods: readonly { readonly method: string; readonly runs: readonly string[] }[];
}

/** Runs what is missing of a figure, or says what that is, and draws it, a picture a column, from finished runs. */
export async function drawFigure(
  experiment: FigureExperiment,
  choice: Choice,
  flags: DrawFlags,
): Promise<void> {
  const asked = await runAsked(choice, flags);
  const stopped = process.exitCode !== undefined && Number(process.exitCode) > 1;
  const drawn = flags.dryRun || stopped ? [] : await drawAll(experiment, choice, flags);
  const notes = [...experiment.notes, ...missingWords(choice, drawn, flags), ...endWords(asked.end)];
  if (flags.json) {
    const { name } = experiment;
    const { settings, seeds } = choice;
    const what = { figure: name, source: paperSource, settings, seeds, dryRun: flags.dryRun ?? false };
    console.log(JSON.stringify({ ...what, ...askedJson(asked), drawn, caveats: notes }));
    return;
  }
  const { bold } = colorsFor(process.stdout);
  const files = drawn.flatMap(({ svg, png, spec }) => [svg, png, spec]);
  const blocks = [
    [bold(`${experiment.name}: ${experiment.summary}`)],
    flags.dryRun ? [...planWords(asked.plan, asked.speed), ...asked.absent] : [],
    files.map((file) => `  ${file}`),
    notes,
  ];
  console.log(
    blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"))
      .join("\n\n"),
  );
}

async function drawAll(
  experiment: FigureExperiment,
  choice: Choice,
  { runsDir, dataDir, out }: DrawFlags,
): Promise<Drawn[]> {
  const { runs } = findRuns(runsDir);
  const load = sharing((recipe) => loadRunData(recipe, { dataDir }));
  return interruptible(async ({ signal, exitCode, say }) => {
    const drawn: Drawn[] = [];
    for (const column of new Set(choice.places.map((place) => place.column))) {
      const methods = methodRuns(column, choice, runs);
      if (methods.length === 0) continue;
      const subtitle = subtitleOf(column, choice, methods);
      const { title } = experiment;
      const request = { title, subtitle, methods, say, signal };
      const spec = await unlessAborted(signal, () =>
        experiment.draw({ ...request, load: (run) => load(recipeOf(run)) }),
      );
      if (spec === "aborted") {
        process.exitCode = exitCode();
        break;
      }
      const files = await writeFigure(spec, out, `${experiment.name}-${column.name}`);
      drawn.push({
        column: column.name,
        ...files,
        methods: methods.map((each) => ({
          method: each.title,
          runs: each.runs.map(({ path }) => path),
        })),
      });
    }
    return drawn;
  });
}

async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | "aborted"> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return "aborted";
    throw error;
  }
}

/** Each wanted method that has finished runs on a column's data. */
function methodRuns(
  column: Column,
  { places, seeds, settings }: Choice,
  runs: readonly StoredRun[],
): MethodRuns[] {
  return places
    .filter((place) => place.column === column)
    .flatMap((place) => {
      const found = seeds.flatMap((seed) => finishedRun(runs, cellRecipe(place, seed, settings)) ?? []);
      return found.length === 0 ? [] : [{ title: methodOf(place.method).title, runs: found }];
    });
}

/** "CIFAR-10, step, ratio 100; resnet32, 40 epochs, bf16, protocol paper; mean of seeds 0 and 1". */
function subtitleOf(column: Column, { settings }: Choice, methods: readonly MethodRuns[]): string {
  const { model, epochs, precision, protocol } = settings;
  const seeds = [...new Set(methods.flatMap(({ runs }) => runs.map(({ record }) => record.recipe.seed)))];
  const words = seeds.length === 1 ? `seed ${seeds.join()}` : `mean of seeds ${seeds.join(", ")}`;
  return `${column.title}; ${model}, ${counted(epochs, "epoch", "epochs")}, ${precision}, protocol ${protocol}; ${words}`;
}

/** What is not in the pictures for want of a finished run. */
function missingWords({ places }: Choice, drawn: readonly Drawn[], { dryRun = false }: DrawFlags): string[] {
  if (dryRun) return [];
  return places.flatMap(({ column, method }) => {
    const { title } = methodOf(method);
    const shown = drawn.find((each) => each.column === column.name)?.methods ?? [];
    return shown.some((each) => each.method === title)
      ? []
      : [`Not drawn: ${title} on ${column.name}, which has no finished run.`];
  });
}
