import { paperSource } from "../../analysis/index.ts";
import { type Choice, type FigureExperiment, findRuns, sharing } from "../../experiments/index.ts";
import { loadRunData, recipeOf } from "../../runs/index.ts";
import { type FigureFiles, writeFigure } from "../figure-files.ts";
import { interruptible, unlessAborted } from "../interruption.ts";
import { counted } from "../../report/index.ts";
import { colorsFor } from "../terminal.ts";
import { type Picture, picturesOf, subtitleOf } from "./pictures.ts";
import { describeEnd, planText, runChoice, type RunFlags, sweepJson, titleOf } from "./run-cells.ts";

/** How a figure is drawn and where it goes. */
export interface DrawFlags extends RunFlags {
  /** The folder of pictures. */
  readonly out: string;
}

/** What was drawn, and of what there is no picture. */
interface Drawing {
  readonly files: readonly (FigureFiles & { readonly picture: Picture })[];
  readonly notes: readonly string[];
}

/** Runs what is missing of a figure, or says what that is, and draws it, a picture a column, from finished runs. */
export async function drawFigure(
  experiment: FigureExperiment,
  choice: Choice,
  flags: DrawFlags,
): Promise<void> {
  const sweep = await runChoice(choice, flags);
  const drawing = await drawn(experiment, choice, { flags, stopped: sweep.end.interrupted });
  const notes = [...experiment.notes, ...drawing.notes, ...describeEnd(sweep.end)];
  if (flags.json) {
    const { name } = experiment;
    const { settings, seeds } = choice;
    const what = { figure: name, source: paperSource, settings, seeds, dryRun: flags.dryRun ?? false };
    const pictures = drawing.files.map(drawnJson);
    console.log(JSON.stringify({ ...what, ...sweepJson(sweep), drawn: pictures, caveats: notes }));
    return;
  }
  const { bold } = colorsFor(process.stdout);
  const blocks = [
    [bold(titleOf(experiment))],
    flags.dryRun ? [planText(sweep)] : [],
    drawing.files.flatMap(({ svg, png, spec }) => [svg, png, spec]).map((file) => `  ${file}`),
    notes,
  ];
  console.log(
    blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"))
      .join("\n\n"),
  );
}

function drawnJson({ picture, ...files }: Drawing["files"][number]): Record<string, unknown> {
  const { column, methods } = picture;
  return {
    column: column.name,
    ...files,
    methods: methods.map(({ name, runs }) => ({ method: name, runs: runs.map(({ path }) => path) })),
  };
}

async function drawn(
  experiment: FigureExperiment,
  choice: Choice,
  { flags, stopped }: { readonly flags: DrawFlags; readonly stopped: boolean },
): Promise<Drawing> {
  if (flags.dryRun) return { files: [], notes: [] };
  if (stopped) return { files: [], notes: ["Stopped: nothing is drawn. Run it again to go on."] };
  const pictures = picturesOf(experiment, choice, findRuns(flags.runsDir).runs);
  const wanted = pictures.filter(({ methods }) => methods.length > 0);
  const files = await drawAll(experiment, wanted, { choice, flags });
  const left = wanted.slice(files.length).map(({ column }) => column.name);
  const notes = [
    ...pictures.flatMap(({ lacking }) => lacking),
    ...(left.length === 0
      ? []
      : [
          `Stopped: ${counted(left.length, "picture is", "pictures are")} not drawn, ${left.join(", ")}. Run it again to go on.`,
        ]),
  ];
  return { files, notes };
}

/** Draws picture after picture, until all are there or somebody stops it: the exit code tells of that. */
async function drawAll(
  { name, title, draw }: FigureExperiment,
  pictures: readonly Picture[],
  {
    choice,
    flags: { dataDir, cacheDir, device, out },
  }: { readonly choice: Choice; readonly flags: DrawFlags },
): Promise<Drawing["files"]> {
  return interruptible(async ({ signal, exitCode, log }) => {
    const load = sharing((recipe) => loadRunData(recipe, { dataDir, cacheDir, signal }));
    const files: Drawing["files"][number][] = [];
    for (const picture of pictures) {
      const { column, methods } = picture;
      const subtitle = subtitleOf(picture, choice);
      const request = { title, subtitle, methods, device, log, signal };
      const spec = await unlessAborted(signal, () =>
        draw({ ...request, load: (run) => load(recipeOf(run)) }),
      );
      if (spec === "aborted") {
        process.exitCode = exitCode();
        break;
      }
      files.push({ picture, ...(await writeFigure(spec, out, `${name}-${column.name}`)) });
    }
    return files;
  });
}
