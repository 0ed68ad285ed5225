import {
  type Cell,
  cifarColumns,
  sweep,
  type SweepEvent,
  type SweepOptions,
} from "../../src/experiments/index.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

/** Runs of a second on 42 images: each method with each seed. */
export function tinyCells(
  methods: readonly string[] = ["erm", "ldam-drw"],
  seeds: readonly number[] = [0, 1],
): Cell[] {
  const column = cifarColumns[0]!; // eight columns
  return seeds.flatMap((seed) =>
    methods.map((method) => ({ column, method, seed, recipe: tinyRecipe({ method, seed, epochs: 1 }) })),
  );
}

/** What a sweep says, but for what its runs say between their begin and end. */
export async function sweepTiny(
  cells: readonly Cell[],
  options: Partial<SweepOptions> & Pick<SweepOptions, "runsDir">,
): Promise<SweepEvent[]> {
  const events: SweepEvent[] = [];
  const load: SweepOptions["load"] = (recipe) => Promise.resolve(tinyData(recipe));
  for await (const event of sweep(cells, { load, ...options })) events.push(event);
  return events.filter((event) => event.kind !== "run" || ["begin", "end"].includes(event.event.kind));
}

/** A sweep in short: "run erm 0", "skipped ldam-drw 1". */
export function inShort(events: readonly SweepEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.kind === "run" && event.event.kind !== "end") return [];
    return [`${event.kind} ${event.cell.method} ${event.cell.seed}`];
  });
}
