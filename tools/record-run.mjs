// node tools/record-run.mjs FOLDER RUN: copies the records of a finished run into FOLDER, named by what it is, such as
// results/cifar10-lt100/ldam-drw-40-seed3: run.json, metrics.jsonl and summary.json, without weights, and without the
// names of this machine's folders.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRun } from "../packages/leeway/dist/storage/index.js";

const [folder, path] = process.argv.slice(2);
if (folder === undefined || path === undefined) {
  console.error(
    "record-run: expected a folder and a run: node tools/record-run.mjs results/cifar10-lt100/erm-40-seed3 runs/latest",
  );
  process.exit(2);
}
const { record, summary } = readRun(path);
if (summary?.status !== "finished") {
  console.error(`record-run: expected a finished run, got ${path}. Resume it first.`);
  process.exit(1);
}
if (existsSync(folder)) {
  console.error(`record-run: expected a folder that does not exist, got ${folder}. Choose another name.`);
  process.exit(1);
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
