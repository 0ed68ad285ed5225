import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recipe } from "../../src/recipe/index.ts";
import {
  type ResumeEvent,
  type ResumeOptions,
  resumeRun,
  type RunEvent,
  type RunOptions,
  runRecipe,
} from "../../src/runs/index.ts";

/** What a run leaves behind but for its clocks: equal where two runs did the same, bit by bit. */
export function leftBy(folder: string): unknown {
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  const withoutClocks = (line: string): unknown =>
    JSON.parse(line, (key, value: unknown) => (/^(seconds|imagesPerSecond)$/.test(key) ? 0 : value));
  const scores = join(folder, "scores.safetensors");
  return {
    weights: readFileSync(join(folder, "model.safetensors")).toString("base64"),
    scores: existsSync(scores) ? readFileSync(scores).toString("base64") : null,
    epochs: text("metrics.jsonl").trimEnd().split("\n").map(withoutClocks),
    summary: withoutClocks(text("summary.json")),
  };
}

/** Follows a run until `stop` is true, then leaves it as a killed process would; returns its folder. */
export async function abandoned(
  events: AsyncIterable<RunEvent | ResumeEvent>,
  stop: (event: RunEvent | ResumeEvent) => boolean = () => false,
): Promise<string> {
  let folder = "";
  for await (const event of events) {
    if (event.kind === "begin" || event.kind === "end") ({ folder } = event);
    if (stop(event)) break;
  }
  return folder;
}

/** Runs a recipe to its end; gives its folder. */
export function wholeRun(recipe: Recipe, options: RunOptions): Promise<string> {
  return abandoned(runRecipe(recipe, options));
}

/** Resumes a run to its end; returns its events. */
export async function resumed(folder: string, options: ResumeOptions): Promise<ResumeEvent[]> {
  const events: ResumeEvent[] = [];
  for await (const event of resumeRun(folder, options)) events.push(event);
  return events;
}
