// npm run bench:ui [-- --runs 10000]: how long leeway ui takes to list many runs, the first time and
// again, and after a new start; and to find one. Copies of one
// small run, in a folder of their own; the machine is to do nothing else.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { appPage, reportPage } from "@leeway/dashboard";
import { recipeFor, runRecipe } from "leeway";
import { startUi } from "../packages/leeway/dist/ui/index.js";
import { keepRow } from "../packages/leeway/dist/ui/run-index.js";
import { wholeNumber } from "./options.mjs";

const { values } = parseArgs({ options: { runs: { type: "string", default: "10000" } } });
const runs = wholeNumber(values, "runs");
const folder = mkdtempSync(join(tmpdir(), "leeway-bench-ui-"));
try {
  const files = await filesOfOne();
  const runsDir = join(folder, "many");
  for (let i = 0; i < runs; i++) {
    const path = join(runsDir, nameOf(i));
    mkdirSync(path, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
  }
  const [kept, rowsFile] = ["kept.jsonl", "rows.jsonl"].map((name) => join(folder, name));
  for (let i = 0; i < runs; i++) keepRow(kept, join(runsDir, nameOf(i))); // as commands that train do
  const starts = [
    { start: "the first start where runs were trained", rowsFile: kept },
    { start: "the first start elsewhere", rowsFile },
    { start: "the next start", rowsFile },
  ];
  for (const { start, rowsFile } of starts) {
    const page = appPage();
    const ui = await startUi({ runsDir, rowsFile, port: 0, page, reportPage, onFault: console.error });
    for (const time of ["first", "again"]) {
      const from = performance.now();
      const lines = (await (await fetch(`${ui.url}/api/runs`)).text()).split("\n").length - 1;
      const seconds = ((performance.now() - from) / 1000).toFixed(2);
      console.log(`${start}, ${time}: ${lines} runs in ${seconds} s`);
    }
    const from = performance.now();
    for (let i = 0; i < 100; i++) await (await fetch(`${ui.url}/api/runs/${nameOf(i)}`)).text();
    console.log(`${start}: one run in ${((performance.now() - from) / 100).toFixed(1)} ms`);
    await ui.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

function nameOf(i) {
  return `2026-01-01T00-00-00-run-${String(i).padStart(6, "0")}`;
}

/** The records of a run of a small table. */
async function filesOfOne() {
  const table = join(folder, "table.csv");
  const rows = Array.from({ length: 400 }, (_, i) => `${(i * 7) % 31},${i % 4 === 0 ? "rare" : "common"}`);
  writeFileSync(table, ["a,class", ...rows, ""].join("\n"));
  const source = { kind: "table", paths: [table], label: "class" };
  for await (const event of runRecipe(recipeFor("table", { source, epochs: 10 }), {
    runsDir: folder,
    name: "one",
  })) {
    if (event.kind === "end") break;
  }
  return ["run.json", "summary.json", "metrics.jsonl"].map((name) => [
    name,
    readFileSync(join(folder, "one", name)),
  ]);
}
