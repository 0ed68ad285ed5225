// node tools/record-run.mjs TO RUN...: copies what a run says of itself into TO, a folder of recorded runs such as
// results: run.json, metrics.jsonl and summary.json, without weights, and without the names of this machine's folders.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
  const { source } = record.recipe;
  const recipe = source ? { ...record.recipe, source: withoutFolders(source) } : record.recipe;
  const command = record.command.map(withoutFolder);
  writeFileSync(join(folder, "run.json"), `${JSON.stringify({ ...record, command, recipe }, null, 2)}\n`);
  for (const name of ["metrics.jsonl", "summary.json"]) {
    writeFileSync(join(folder, name), readFileSync(join(path, name)));
  }
  console.log(folder);
}

/** An absolute path, or an option's, is that of one machine: the last part says enough. */
function withoutFolder(word) {
  return word.replace(/^(--[\w-]+=)?\/(?:.*\/)?/, "$1");
}

function withoutFolders({ paths, testPaths, ...source }) {
  return {
    ...source,
    paths: paths.map(withoutFolder),
    ...(testPaths && { testPaths: testPaths.map(withoutFolder) }),
  };
}
