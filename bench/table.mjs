// npm run bench:table [-- --rows N] [-- --only long|wide] [-- --model NAME] [-- --json]: a long table of two classes, one of
// them rare, and wide ones, made, inspected and trained on; time and the most memory that each took. --epochs default
// trains as long as leeway train does. --program runs another checkout's.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { wholeNumber } from "./options.mjs";
import { watched } from "./watched.mjs";
import { makeWide, wideTables } from "./wide-table.mjs";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    epochs: { type: "string", default: "2" },
    method: { type: "string", default: "logit-adjustment" },
    model: { type: "string" },
    threads: { type: "string" },
    folder: { type: "string" },
    only: { type: "string" },
    columns: { type: "string" },
    program: { type: "string" },
    json: { type: "boolean" },
  },
});
const rows = wholeNumber(options, "rows", { min: 1000 });

const program =
  options.program ?? fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "leeway-bench-table-"));
const requested = [
  ...(options.threads === undefined ? [] : ["--threads", options.threads]),
  ...(options.model === undefined ? [] : ["--model", options.model]),
  ...(options.epochs === "default" ? [] : ["--epochs", options.epochs]),
];
try {
  const reports = [];
  if (options.only !== "wide") reports.push(await longTable());
  for (const table of options.only === "long" ? [] : wideTables) {
    if (options.columns === undefined || Number(options.columns) === table.columns) {
      reports.push(await wideTable(table));
    }
  }
  if (options.json) console.log(JSON.stringify(reports));
} finally {
  if (options.folder === undefined) rmSync(folder, { recursive: true });
}

async function longTable() {
  const path = join(folder, "table.parquet");
  const made = await measured(() => makeTable(path));
  const { inspect, train } = await inspectAndTrain(path, "fraud");
  const { balancedAccuracy, averagePrecision, areaUnderRoc } = JSON.parse(train.stdout);
  const summary = JSON.parse(readFileSync(join(folder, "runs", "bench", "summary.json"), "utf8"));
  const report = {
    ...{ rows, columns: 30, megabytes: Math.round(statSync(path).size / 2 ** 20), madeSeconds: made },
    inspect: figures(inspect),
    train: {
      ...figures(train),
      epochs: Number(options.epochs),
      balancedAccuracy,
      averagePrecision,
      areaUnderRoc,
    },
    curvePoints: summary.test.detection.curve.length,
  };
  show(report, `${count(rows)} rows, 30 columns, 0.5 % positive, ${report.megabytes} MB of Parquet`);
  if (!options.json)
    console.log(
      `average precision ${averagePrecision.toFixed(3)}, AUROC ${areaUnderRoc.toFixed(3)}, balanced accuracy ${balancedAccuracy.toFixed(3)}`,
    );
  return report;
}

async function wideTable({ rows, columns }) {
  const path = join(folder, `wide-${rows}-${columns}.csv`);
  await makeWide(path, { rows, columns });
  const megabytes = Math.max(1, Math.round(statSync(path).size / 2 ** 20));
  const { inspect, train } = await inspectAndTrain(path, "label");
  const report = { rows, columns, megabytes, inspect: figures(inspect), train: figures(train) };
  show(report, `${count(rows)} rows, ${count(columns)} columns, ${megabytes} MB of CSV`);
  rmSync(path);
  return report;
}

/** Prints what each of the two took. */
function show(report, title) {
  if (options.json) return;
  console.log(title);
  for (const what of ["inspect", "train"]) {
    const { seconds, processor, megabytes } = report[what];
    const times = `${seconds.toFixed(1).padStart(7)} s  ${processor.toFixed(1).padStart(7)} s of processors`;
    console.log(`${what.padEnd(8)} ${times}  ${megabytes} MB at most`);
  }
}

function count(value) {
  return value.toLocaleString("en");
}

async function inspectAndTrain(path, label) {
  rmSync(join(folder, "runs"), { recursive: true, force: true });
  const inspect = await watched(program, ["inspect", path, "--label", label, "--json"]);
  const train = await watched(program, [
    ...["train", path, "--label", label, "--method", options.method, ...requested],
    ...["--runs-dir", join(folder, "runs"), "--name", "bench", "--json", "--no-progress"],
  ]);
  return { inspect, train };
}

/** 24 columns of numbers, one with holes, 5 of categories, and the class: 1 of 200, told by a few of them. */
async function makeTable(path) {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    memory_limit: "1GB",
  });
  const connection = await instance.connect();
  await connection.run("SELECT setseed(0.5)");
  const signal = (i) => (i < 4 ? ` + ${1.2 - 0.2 * i} * fraud` : "");
  const numbers = Array.from({ length: 24 }, (_, i) => {
    const value = `(random() + random() + random() - 1.5)${signal(i)}`;
    return `CAST(${i === 7 ? `CASE WHEN random() < 0.1 THEN NULL ELSE ${value} END` : value} AS FLOAT) AS x${i}`;
  });
  const categories = [4, 12, 50, 200, 900].map(
    (count, i) => `'${"abcde"[i]}' || CAST(floor(random() * ${count}) AS INT) AS c${i}`,
  );
  const select = `SELECT ${[...numbers, ...categories].join(", ")}, fraud FROM (SELECT CASE WHEN random() < 0.005 THEN 1 ELSE 0 END AS fraud FROM generate_series(1, ${rows}))`;
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

async function measured(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function figures({ seconds, processor, megabytes }) {
  return { seconds, processor, megabytes };
}
