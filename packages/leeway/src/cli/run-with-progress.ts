import { constants } from "node:os";
import { blasCure } from "@leeway/torch/setup";
import { ArgumentError, RunError } from "../errors.ts";
import type { RunRecord } from "../records/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { placementFrom, resumeWords } from "../ranks/index.ts";
import { type ResumeEvent, type RunEvent, type RunOptions, runRecipe } from "../runs/index.ts";
import type { Interruption } from "./interruption.ts";
import { keepLine } from "./kept-lines.ts";
import { type Progress, type ProgressOptions, progressOn } from "./progress.ts";
import { renderResult, resultOf, sentence, shellWord } from "../report/index.ts";
import { colorsFor, type ProgressMode } from "./terminal.ts";

/** A run that has ended: its folder and its records. */
export type EndedRun = Extract<RunEvent, { kind: "end" }>;

/** What is shown of a run while it goes on. */
export interface Shown extends ProgressOptions {
  /** Lines for a person before the first step. */
  readonly announce: (record: RunRecord, folder: string) => readonly string[];
  /** Hears whoever prints lines between the progress, while there is one. */
  readonly onDisplay: Interruption["onDisplay"];
}

/** What shows one run, event by event. */
export interface RunDisplay {
  show(event: RunEvent): void;
  /** Leaves the last state on the screen; also where the run broke off. */
  end(): void;
}

/** A display on stderr. */
export function runDisplay(shown: Shown): RunDisplay {
  let progress: Progress | undefined;
  return {
    show: (event) => {
      if (event.kind === "begin") {
        for (const line of [...shown.announce(event.record, event.folder), ...event.warnings])
          console.error(line);
        progress = progressOn(process.stderr, shown);
        shown.onDisplay(progress);
      } else if (event.kind === "bad-step") {
        progress?.log(`Not taken: ${event.step.fault}`);
      } else if (event.kind === "end") {
        keepLine(event.folder);
      } else if (event.kind !== "saved") {
        progress?.show(event);
      }
    },
    end: () => {
      progress?.end();
      shown.onDisplay(undefined);
    },
  };
}

/** Runs a recipe, showing on stderr how far it is. */
export async function runWithProgress(recipe: Recipe, shown: Shown, options: RunOptions): Promise<EndedRun> {
  return withProgress(runRecipe(recipe, options), runDisplay(shown));
}

/** Follows a run to its end, showing what it says. */
export async function withProgress(events: AsyncIterable<RunEvent>, display: RunDisplay): Promise<EndedRun> {
  try {
    for await (const event of events) {
      display.show(event);
      if (event.kind === "end") return event;
    }
  } catch (cause) {
    // Arguments were checked before: what is out of range now are numbers that came out of the training.
    if (cause instanceof ArgumentError) throw new RunError("run", cause.message, { cause });
    throw cause;
  } finally {
    display.end();
  }
  throw new Error("the run ended without saying how");
}

/** Prints a run's result; of an interrupted run also how it goes on, with the exit code set. */
export function printRun(
  run: EndedRun,
  {
    mode,
    json,
    quiet,
    exitCode,
  }: {
    readonly mode: ProgressMode;
    readonly json: boolean;
    readonly quiet: boolean;
    readonly exitCode: Interruption["exitCode"];
  },
): void {
  if (mode === "live") console.error();
  console.log(json ? JSON.stringify(resultOf(run)) : renderResult(run, colorsFor(process.stdout)));
  exitAs(run, exitCode);
  if (run.summary.status === "interrupted" && !quiet)
    console.error(resumeWords(`resume ${shellWord(run.folder)}`, placementFrom(process.env)));
}

/** Sets the exit code of an interrupted run; of ranks, all have that of the one that was to stop. */
export function exitAs({ summary }: EndedRun, exitCode: Interruption["exitCode"]): void {
  if (summary.status === "interrupted") process.exitCode = exitCode() ?? 128 + constants.signals.SIGTERM;
}

/** Of a rank that leaves it to rank 0 to say what goes on. */
export const noDisplay: RunDisplay = { show: () => undefined, end: () => undefined };

/** What was odd in a run's data, a line each. */
export function dataNotes({ data }: RunRecord): string[] {
  return (data.notes ?? []).map((note) => `Note: ${sentence(note)}`);
}

/** What slows this run down, and the cure; nothing where all is well. */
export function slowness({ environment }: RunRecord): string[] {
  const kind = environment.blas as Parameters<typeof blasCure>[0]["kind"];
  const cure = blasCure({ kind, file: null });
  return cure === null ? [] : [`Slow: matrix products run on BLAS ${kind}. ${cure}`];
}

type Resuming = Extract<ResumeEvent, { kind: "resuming" }>;

/** Which checkpoints are lost, in sentences. */
export function describeDamage({ damaged }: Resuming): string[] {
  return damaged.map(({ name, fault }) => `Checkpoint ${name} is damaged and left out: ${fault}.`);
}

/** What is otherwise than before, and where the run goes on. */
export function describeResumption({ position: { step, epoch, batch }, changes }: Resuming): string[] {
  return [
    ...changes.map((change) => `Changed: ${change}`),
    `Resuming at step ${step}, epoch ${epoch + 1}, after ${batch} of its batches`,
  ];
}
