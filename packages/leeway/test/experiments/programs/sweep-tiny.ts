/** Sweeps the tiny cells and prints a line for each that it has run: `RUNS_DIR`. */
import { sweep } from "../../../src/experiments/index.ts";
import { tinyData } from "../../runs/tiny-run.ts";
import { inShort, tinyCells } from "../tiny-cells.ts";

const runsDir = process.argv[3]!;
for await (const event of sweep(tinyCells(), {
  runsDir,
  load: (recipe) => Promise.resolve(tinyData(recipe)),
})) {
  for (const line of inShort([event])) console.log(line);
}
