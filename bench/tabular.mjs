// npm run bench:tabular [-- --data FILE.tar.gz|FOLDER] [--tables a,b] [--seeds 0,1,2] [--only leeway,xgboost] [--out FILE]
// Leeway's default beside gradient boosting, balanced logistic regression and a balanced random forest of scikit-learn,
// XGBoost and imbalanced-learn, on real imbalanced tables: the same training and test rows, one thread each. What is
// measured is kept in --out, so that a bench that was stopped goes on. --again measures the tools of --only anew.
//
// --leeway '{"model":"mlp"}' --as mlp adds a recipe of Leeway's under another name. --inside never looks at a test row:
// a quarter of each seed's training rows is tested on. Defaults are chosen with it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { libtorch, setThreads } from "@leeway/torch";
import { machine } from "./machine.mjs";
import { listed, refuse } from "./options.mjs";
import { findTables, readSplits, realTables, writeColumns } from "./tabular-data.mjs";
import { runLeeway } from "./tabular-leeway.mjs";
import { peers, runPeers } from "./tabular-peers.mjs";
import { printReport, readReport, writeReport } from "./tabular-report.mjs";
import { measures } from "./tabular-score.mjs";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "tables" },
    tables: { type: "string" },
    seeds: { type: "string", default: "0,1,2" },
    only: { type: "string" },
    out: { type: "string" },
    leeway: { type: "string", default: "{}" },
    as: { type: "string", default: "leeway" },
    inside: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const tables = listed(options, "tables", Object.keys(realTables));
const tools = listed(options, "only", [options.as, ...peers]);
const seeds = options.seeds.split(",").map(Number);
if (!seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)) {
  refuse("--seeds to be whole numbers from 0 on", options.seeds);
}
const out = options.out ?? (options.inside ? undefined : "results/tabular/tabular.json");

const found = findTables(options.data);
if (found === undefined) {
  console.log(
    `bench: no tables at ${options.data}, so there is nothing to measure. Name a folder or archive by --data.`,
  );
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), "leeway-bench-tabular-"));
try {
  setThreads(1);
  const report = readReport(out);
  report.command ??= [
    "npm",
    "run",
    "bench:tabular",
    ...(process.argv.length > 2 ? ["--"] : []),
    ...process.argv.slice(2),
  ];
  report.versions = {
    ...report.versions,
    ...machine(),
    node: process.versions.node,
    libtorch: libtorch().version,
  };
  for (const table of tables) for (const seed of seeds) await measure(report, { table, seed });
  if (options.json) console.log(JSON.stringify(report));
  else printReport(report);
} finally {
  rmSync(folder, { recursive: true });
  found.remove();
}

/** Measures the tools that have no cell of this table and seed yet. */
async function measure(report, { table, seed }) {
  const same = (cell) => cell.table === table && cell.seed === seed;
  const missing = tools.filter(
    (tool) => options.again || !report.cells.some((cell) => same(cell) && cell.tool === tool),
  );
  if (missing.length === 0) return;
  const { inside } = options;
  const splits = await readSplits(found.path(table), { ...realTables[table], seed, inside });
  const keep = ({ tool, scores, ...more }) => {
    const cell = { table, seed, tool, ...measures(scores, splits), ...more, date: new Date().toISOString() };
    report.cells = [...report.cells.filter((each) => !same(each) || each.tool !== tool), cell];
    writeReport(out, report);
    const { averagePrecision, balancedAccuracy, processorSeconds } = cell;
    const numbers = [averagePrecision, balancedAccuracy].map((value) => value.toFixed(3)).join(" ");
    console.error(`${table} seed ${seed} ${tool}: ${numbers}, ${processorSeconds.toFixed(1)} s`);
  };
  if (missing.includes(options.as)) {
    keep({ tool: options.as, ...(await runLeeway(splits, { recipe: JSON.parse(options.leeway), folder })) });
  }
  const others = missing.filter((tool) => peers.includes(tool));
  if (others.length === 0) return;
  const { versions } = await runPeers({
    columns: writeColumns(splits, folder),
    tools: others,
    seed,
    onResult: keep,
  });
  report.versions = { ...report.versions, ...versions };
  writeReport(out, report);
}
