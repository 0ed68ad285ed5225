/** Trains a tiny run and prints what came out, but for the clock: `RUNS_DIR PRECISION`. */
import { createHash } from "node:crypto";
import type { Precision } from "../../../src/recipe/index.ts";
import { outcome, shortRecipe, tinyRun } from "../tiny-run.ts";

const [runsDir, precision] = process.argv.slice(3) as [string, Precision];
const run = await tinyRun(shortRecipe(precision), { runsDir });
console.log(
  createHash("sha256")
    .update(JSON.stringify(outcome(run)))
    .digest("hex"),
);
