import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Arguments of `leeway` that train for a second: an MLP on a table of three classes, 200, 60 and 20 rows.
 *
 * @param folder where the table is written, and the run goes
 */
export function smallTraining(folder) {
  const rows = [200, 60, 20].flatMap((count, kind) =>
    Array.from({ length: count }, (_, i) => `${kind + Math.sin(i)},${Math.cos(i * kind)},k${kind}`),
  );
  const table = join(folder, "small.csv");
  writeFileSync(table, `x,y,kind\n${rows.join("\n")}\n`);
  return ["train", table, "--label", "kind", "--epochs", "2", "--runs-dir", join(folder, "runs")];
}
