// node tools/record-run.mjs TO RUN...: copies what a run says of itself into TO, a folder of recorded runs such as
// results: run.json, metrics.jsonl and summary.json, without weights, and without the names of this machine's folders.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { readRun } from "leeway/storage";

const [to, ...runs] = process.argv.slice(2);
if (to === undefined || runs.length === 0) {
  console.error("record-run: expected a folder and runs: node tools/record-run.mjs results runs/latest");
  process.exit(2);
}
for (const path of runs) {
  const { record, summary } = readRun(path);
  if (summary?.status !== "finished") {
    console.error(`record-run: ${path} has not finished and is left out.`);
    process.exitCode = 1;
    continue;
  }
  const folder = join(to, record.id);
  if (existsSync(folder)) {
    console.error(`record-run: ${folder} is there already and is left as it is.`);
    continue;
  }
  mkdirSync(folder, { recursive: true });
  // Absolute paths are those of one machine: the last part says enough.
  const command = record.command.map((word) => (isAbsolute(word) ? word.split("/").at(-1) : word));
  writeFileSync(join(folder, "run.json"), `${JSON.stringify({ ...record, command }, null, 2)}\n`);
  for (const name of ["metrics.jsonl", "summary.json"]) {
    writeFileSync(join(folder, name), readFileSync(join(path, name)));
  }
  console.log(folder);
}
