import type { Fork, Plan, Speed } from "../../experiments/index.ts";
import { examplesWord } from "../recipe-words.ts";
import { count, counted } from "../../report/index.ts";

/** What a plan comes to: runs, images and time. `speed` is null where it is not known. */
export function planWords(plan: Plan, speed: Speed | null): string[] {
  const { finished, todo, begun, images, evaluated, work, forks, saved } = plan;
  const all = counted(finished + todo.length, "run", "runs");
  const [first] = todo;
  if (first === undefined) return [`All of ${all} done: nothing to run.`];
  const examples = examplesWord(first.recipe);
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
function epochsWords(todo: Plan["todo"]): string {
  const lengths = [...new Set(todo.map(({ recipe }) => recipe.epochs))];
  return lengths.length === 1 ? `, of ${counted(lengths[0]!, "epoch", "epochs")}` : "";
}

/** "erm-drw and crt forked from erm; ldam-drw forked from ldam". */
function forkWords(forks: readonly Fork[]): string {
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

function timeWords(work: number, speed: Speed | null, examples: string): string {
  if (speed === null)
    return "for how long is not known: no earlier run tells, and no step can be measured here";
  const { imagesPerSecond, runs, threads } = speed;
  const each = threads === null ? "" : `, ${counted(threads, "thread", "threads")}`;
  const source = runs === 0 ? "measured now" : `as in ${counted(runs, "earlier run", "earlier runs")}${each}`;
  return `about ${duration(work / imagesPerSecond)} at ${rateWords(imagesPerSecond)} ${examples}/s (${source})`;
}

function rateWords(imagesPerSecond: number): string {
  return imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : count(imagesPerSecond);
}

/** "40 minutes", "6.2 hours", "12 days". */
function duration(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 2) return counted(Math.max(1, Math.round(seconds / 60)), "minute", "minutes");
  return hours < 100 ? `${hours.toFixed(1)} hours` : `${count(hours / 24)} days`;
}
