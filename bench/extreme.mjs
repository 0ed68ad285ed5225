// node bench/extreme.mjs [--rows N] [--ratio N] [-- VARIANT ...]: a simulated table whose rare class is one row in
// `ratio`, with a test split of its own, trained as each variant says (the options of leeway train in one argument).
// What the best possible ranking of the same test rows would reach stands beside the average precision.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { wholeNumber } from "./options.mjs";
import { watched } from "./watched.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "200000" },
    "test-rows": { type: "string", default: "500000" },
    ratio: { type: "string", default: "1000" },
    columns: { type: "string", default: "20" },
    seeds: { type: "string", default: "1" },
    folder: { type: "string" },
    json: { type: "boolean" },
  },
});
const [rows, testRows, ratio, columns, seeds] = ["rows", "test-rows", "ratio", "columns", "seeds"].map(
  (name) => wholeNumber(options, name),
);
const variants = positionals.length > 0 ? positionals : ["", "--keep-negatives 0.05"];
const program = fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "leeway-bench-extreme-"));
try {
  await bench();
} finally {
  if (options.folder === undefined) rmSync(folder, { recursive: true });
}

async function bench() {
  const [train, test] = [join(folder, "train.parquet"), join(folder, "test.parquet")];
  const truth = await makeTables({ train, test });
  if (!options.json) {
    const shape = `${count(rows)} training rows of ${columns} columns, ${count(truth.rare)} of them rare`;
    const tested = `${count(testRows)} test rows, ${count(truth.testRare)} rare`;
    console.log(`${shape}; ${tested}; average precision at best ${truth.averagePrecision.toFixed(3)}`);
  }
  const reports = [];
  for (const variant of variants) {
    for (let seed = 0; seed < seeds; seed++) {
      const report = {
        variant,
        seed,
        best: truth.averagePrecision,
        ...(await trained(variant, { train, test, seed })),
      };
      reports.push(report);
      if (!options.json) show(report);
    }
  }
  if (options.json) console.log(JSON.stringify(reports));
}

async function trained(variant, { train, test, seed }) {
  const runs = join(folder, "runs");
  rmSync(runs, { recursive: true, force: true });
  const { stdout, ...figures } = await watched(program, [
    ...[
      "train",
      train,
      "--test",
      test,
      "--label",
      "rare",
      "--ignore",
      "best",
      "--runs-dir",
      runs,
      "--seed",
      String(seed),
    ],
    ...["--json", "--no-progress", ...variant.split(" ").filter((word) => word !== "")],
  ]);
  const { averagePrecision, balancedAccuracy, expectedCalibrationError, classes } = JSON.parse(stdout);
  const { meanProbability, recall } = classes.find(({ name }) => name === "1");
  const share = meanProbability / (1 / ratio);
  return { averagePrecision, balancedAccuracy, expectedCalibrationError, recall, share, ...figures };
}

function show({
  variant,
  seed,
  averagePrecision,
  share,
  recall,
  balancedAccuracy,
  seconds,
  processor,
  megabytes,
}) {
  const found = `average precision ${averagePrecision.toFixed(3)}, balanced accuracy ${balancedAccuracy.toFixed(3)}, recall ${recall.toFixed(3)}`;
  const mean = `mean probability ${share.toFixed(2)} of the true share`;
  const cost = `${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processors, ${megabytes} MB`;
  console.log(`${(variant || "default").padEnd(30)} seed ${seed}: ${found}, ${mean}; ${cost}`);
}

/**
 * Normal columns. A rare row is of one of two kinds: one lies to the right in four columns, the other in four others,
 * so that no line tells them from the rest. `best` is the exact log likelihood ratio, which nothing ranks better than.
 */
async function makeTables({ train, test }) {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    memory_limit: "1GB",
    threads: "1",
  });
  const connection = await instance.connect();
  await connection.run("SELECT setseed(0.5)");
  const shift = 1.6;
  const normal = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())";
  const shifted = (i) => (i < 8 && i < columns ? ` + ${shift} * CAST(kind = ${i < 4 ? 1 : 2} AS INT)` : "");
  const xs = Array.from({ length: columns }, (_, i) => `CAST(${normal}${shifted(i)} AS FLOAT) AS x${i}`);
  const ratioOf = (from) => {
    const own = [0, 1, 2, 3].map((i) => from + i).filter((i) => i < columns);
    return `exp(${shift} * (${own.map((i) => `x${i}`).join(" + ") || "0"}) - ${(own.length * shift ** 2) / 2})`;
  };
  const best = `ln(0.5 * ${ratioOf(0)} + 0.5 * ${ratioOf(4)}) AS best`;
  for (const [path, length] of [
    [train, rows],
    [test, testRows],
  ]) {
    // As many rare rows as the ratio says, in places of no order.
    const kinds = `SELECT CASE WHEN (i * 7919) % ${ratio} = 0 THEN 1 + CAST(random() < 0.5 AS INT) ELSE 0 END AS kind FROM generate_series(1, ${length}) AS s(i)`;
    const inner = `SELECT ${xs.join(", ")}, CAST(kind > 0 AS INT) AS rare FROM (${kinds})`;
    await connection.run(`COPY (SELECT *, ${best} FROM (${inner})) TO '${path}' (FORMAT parquet)`);
  }
  const rareOf = async (path) => {
    const reader = await connection.runAndReadAll(`SELECT CAST(sum(rare) AS INT) FROM '${path}'`);
    return reader.getRows()[0][0];
  };
  // Σ over rare rows of the precision down to them, by their mean.
  const precision = await connection.runAndReadAll(
    `SELECT avg(p) FROM (SELECT rare, sum(rare) OVER (ORDER BY best DESC) / row_number() OVER (ORDER BY best DESC) AS p FROM '${test}') WHERE rare = 1`,
  );
  const truth = {
    rare: await rareOf(train),
    testRare: await rareOf(test),
    averagePrecision: precision.getRows()[0][0],
  };
  connection.closeSync();
  instance.closeSync();
  return truth;
}

function count(value) {
  return value.toLocaleString("en");
}
