import type { RecipeRecord } from "../../records/index.ts";
import { exampleNoun, lengthWords } from "../recipe-words.ts";
import { count, counted } from "../words.ts";

/** How fast a training step is, and how one knows. */
export interface PlannedSpeed {
  readonly examplesPerSecond: number;
  /** Earlier runs that it was measured by; 0 where steps were measured for the purpose. */
  readonly runs: number;
  /** Threads of those runs; null where they differ. */
  readonly threads: number | null;
}

/** Runs that are to be done, and what they cost. */
export interface PlannedRuns {
  /** Runs that are done. */
  readonly finished: number;
  readonly todo: readonly { readonly method: string; readonly recipe: RecipeRecord }[];
  /** How many of those to do were begun before. */
  readonly begun: number;
  /** Examples trained on and evaluated, over all epochs. */
  readonly images: number;
  readonly evaluated: number;
  /** All of it, as examples of a plain training step, and what sharing first stages saves of it. */
  readonly work: number;
  readonly saved: number;
  /** Runs that share the first stage of another, named by id or method. */
  readonly forks: readonly { readonly from: string; readonly cell: { readonly method: string } }[];
}

/** What a plan comes to: runs, images and time. `speed` is null where it is not known. */
export function renderPlan(plan: PlannedRuns, speed: PlannedSpeed | null): string[] {
  const { finished, todo, begun, images, evaluated, work, forks, saved } = plan;
  const all = counted(finished + todo.length, "run", "runs");
  const [first] = todo;
  if (first === undefined) return [`All of ${all} done: nothing to run.`];
  const examples = exampleNoun(first.recipe);
  return [
    `${count(finished)} of ${all} done, ${count(todo.length)} to do${epochsWords(todo)}: ${count(images)} training ${examples} and ` +
      `${count(evaluated)} evaluated, ${timeWords(work, speed, examples)}.`,
    ...(begun === 0
      ? []
      : [
          `${count(begun)} of them ${begun === 1 ? "was" : "were"} begun before: still running elsewhere, or broken off and going on where it stood.`,
        ]),
    ...(forks.length === 0
      ? []
      : [
          `${counted(forks.length, "run shares", "runs share")} a first stage, which saves ` +
            `${((100 * saved) / (saved + work)).toFixed(0)} % of the work: ${forkWords(forks)}.`,
        ]),
  ];
}

/** ", of 200 epochs", where all are of as many. */
function epochsWords(todo: PlannedRuns["todo"]): string {
  const lengths = [...new Set(todo.map(({ recipe }) => lengthWords(recipe)))];
  return lengths.length === 1 ? `, of ${lengths.join("")}` : "";
}

/** "erm-drw and crt forked from erm; ldam-drw forked from ldam". */
function forkWords(forks: PlannedRuns["forks"]): string {
  const trunks = [...new Set(forks.map(({ from }) => from))];
  return trunks
    .map((trunk) => {
      const own = forks.filter(({ from }) => from === trunk).map(({ cell }) => cell.method);
      return `${listed([...new Set(own)])} forked from ${trunk}`;
    })
    .join("; ");
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}

function timeWords(work: number, speed: PlannedSpeed | null, examples: string): string {
  if (speed === null)
    return "for how long is not known: no earlier run tells, and no step can be measured here";
  const { examplesPerSecond, runs, threads } = speed;
  const each = threads === null ? "" : `, ${counted(threads, "thread", "threads")}`;
  const source = runs === 0 ? "measured now" : `as in ${counted(runs, "earlier run", "earlier runs")}${each}`;
  return `about ${duration(work / examplesPerSecond)} at ${rateWords(examplesPerSecond)} ${examples}/s (${source})`;
}

function rateWords(examplesPerSecond: number): string {
  return examplesPerSecond < 10 ? examplesPerSecond.toFixed(1) : count(examplesPerSecond);
}

/** "40 minutes", "6.2 hours", "12 days". */
function duration(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 2) return counted(Math.max(1, Math.round(seconds / 60)), "minute", "minutes");
  return hours < 100 ? `${hours.toFixed(1)} hours` : `${count(hours / 24)} days`;
}
