// npm run bench:transfer-heads -- RUN FOLDER [--seeds 0,1,2] [--json]
// Which last layer to put on features of a backbone that has not seen their classes: RUN is a run of images, FOLDER a folder
// of train and test with a folder a class. A long tail of ratio 100 from 500 images down is drawn by the seed, 1,000 other
// images of each class choose the epoch and rank the heads, and the test set is read once. Printed are balanced
// accuracy on the validation split, on the test set, and there of the shot groups; means over the seeds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setThreads } from "@leeway/torch";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { beginFrom } from "../packages/leeway/dist/runs/begin-from.js";
import { loadRunData, recipeForData, runRecipe } from "../packages/leeway/dist/runs/index.js";
import { endSession, readSplit, startSession } from "../packages/leeway/dist/training/index.js";
import { seeded } from "./seeded.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "0,1,2" }, json: { type: "boolean" } },
});
const [run, folder] = positionals;
if (folder === undefined) {
  console.error("bench: expected a run and a folder of images, got fewer. -- runs/source photos/target");
  process.exit(2);
}
/** Images of the largest class, and those of each that are held out. */
const [largest, ratio, held] = [500, 100, 1000];

const adjusted = { method: "composed", methodOptions: { loss: "logit-adjustment", classifier: "cosine" } };
const cosine = (scale) => ({ ...adjusted, methodOptions: { ...adjusted.methodOptions, scale } });
const means = { headInit: "class-means" };
/** What is compared: a network, a method, and what is done to the numbers. */
const heads = {
  "linear, cross entropy": { model: "linear", method: "erm" },
  "linear, logit adjustment": { model: "linear", method: "logit-adjustment" },
  "linear, balanced softmax": { model: "linear", method: "balanced-softmax" },
  "linear, LDAM-DRW (cosine)": { model: "linear", method: "ldam-drw" },
  "linear, cRT": { model: "linear", method: "crt" },
  "linear, τ-norm": { model: "linear", method: "tau-norm" },
  "cosine, logit adjustment": { model: "linear", ...cosine(25) },
  "cosine from class means, logit adjustment": { model: "linear", ...cosine(25), ...means },
  "cosine from class means, LDAM-DRW": { model: "linear", method: "ldam-drw", ...means },
  "adapter, logit adjustment": { model: "adapter", method: "logit-adjustment" },
  "adapter, cosine from class means, logit adjustment": { model: "adapter", ...cosine(25), ...means },
  "MLP, logit adjustment": { model: "mlp", method: "logit-adjustment" },
};
const ways = ["standardize", "l2"];

setThreads(1);
const place = mkdtempSync(join(tmpdir(), "leeway-heads-"));
try {
  const { train, test, size, classNames } = await features();
  const results = [];
  for (const seed of options.seeds.split(",").map(Number)) {
    const files = writeSplits(train, test, { seed, size, classNames });
    for (const normalize of ways) {
      for (const [head, recipe] of Object.entries(heads)) {
        results.push({ head, normalize, seed, ...(await measured(files, { ...recipe, seed }, normalize)) });
      }
    }
  }
  const table = ranked(results);
  console.log(options.json ? JSON.stringify(table) : table.map(line).join("\n"));
} finally {
  rmSync(place, { recursive: true });
}

/** The features of the folder's images: of 1,500 a class to train on and to choose by, and of the test set. */
async function features() {
  const common = { init: run, readerOptions: { size: 32 }, method: "erm", epochs: 1 };
  const recipe = await recipeForData(folder, {
    ...common,
    ...{ profile: "balanced", maxPerClass: largest + held, validationFraction: 0 },
  });
  const data = await loadRunData(recipe);
  const session = startSession(recipe, data);
  beginFrom(session, recipe.init);
  const of = async (dataset) => {
    const rows = [];
    await readSplit(session, dataset, {
      see: ({ features, positions }) => {
        const [, size] = features.shape;
        const values = features.data();
        positions.forEach((position, i) => {
          rows.push({ label: dataset.labels[position], vector: values.slice(i * size, (i + 1) * size) });
        });
      },
    });
    return rows;
  };
  const [train, test] = [await of(data.train), await of(data.test)];
  endSession(session);
  return { train, test, size: train[0].vector.length, classNames: data.train.classNames };
}

function writeSplits(train, test, { seed, size, classNames }) {
  const uniform = seeded(seed + 1);
  const classes = classNames.map((_, label) => {
    const rows = train.filter((row) => row.label === label).map((row) => [uniform(), row]);
    return rows.sort(([a], [b]) => a - b).map(([, row]) => row);
  });
  const counts = classes.map((_, j) => Math.round(largest * ratio ** (-j / (classes.length - 1))));
  const write = (name, rows) => {
    const [vectors, labels] = [join(place, `${name}-${seed}.npy`), join(place, `${name}-${seed}.csv`)];
    writeFileSync(vectors, npy(rows, size));
    writeFileSync(labels, `label\n${rows.map(({ label }) => classNames[label]).join("\n")}\n`);
    return [vectors, labels];
  };
  return {
    train: write(
      "train",
      classes.flatMap((rows, j) => rows.slice(0, counts[j])),
    ),
    validation: write(
      "validation",
      classes.flatMap((rows) => rows.slice(largest)),
    ),
    test: write("test", test),
  };
}

/** A matrix as NumPy saves it. */
function npy(rows, size) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${size}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  const values = Float32Array.from(rows.flatMap(({ vector }) => [...vector]));
  return Buffer.concat([start, Buffer.from(padded), Buffer.from(values.buffer)]);
}

async function measured({ train, validation, test }, recipe, normalize) {
  const source = {
    ...{ kind: "embedding", paths: [train[0]], testPaths: [test[0]], validationPaths: [validation[0]] },
    options: { labels: train[1], testLabels: test[1], validationLabels: validation[1] },
  };
  const whole = recipeFor("features", {
    source,
    normalize,
    examples: largest,
    validationFraction: 0,
    ...recipe,
  });
  let summary;
  for await (const event of runRecipe(whole, { runsDir: join(place, "runs") })) {
    if (event.kind === "end") ({ summary } = event);
  }
  const { balancedAccuracy, shotGroups } = summary.test;
  return { validation: summary.best.score, test: balancedAccuracy, ...shotGroups };
}

/** Means over the seeds, the best on the validation split first. */
function ranked(results) {
  const groups = grouped(results);
  const columns = ["validation", "test", "many", "medium", "few"];
  const mean = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length;
  return [...groups]
    .map(([name, rows]) => ({
      name,
      seeds: rows.length,
      ...Object.fromEntries(columns.map((column) => [column, mean(rows, column)])),
      spread: Math.max(...rows.map(({ test }) => test)) - Math.min(...rows.map(({ test }) => test)),
    }))
    .sort((a, b) => b.validation - a.validation);
}

function grouped(results) {
  const groups = new Map();
  for (const row of results) {
    const name = `${row.head} | ${row.normalize}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}

function line({ name, validation, test, many, medium, few, spread }) {
  const percent = (value) => (value === null ? "–" : (100 * value).toFixed(1)).padStart(6);
  return [name.padEnd(66), ...[validation, test, many, medium, few, spread].map(percent)].join("");
}
