// node bench/choose-epoch.mjs TABLE.csv --label COLUMN --rare CLASS [--seeds 0,1,2,3] [--json]: which epoch to keep where
// the validation split has few examples of a class. Half of a table's rows are the test; of the other half's rare rows
// 10, 20, 50 or 100 are left, so that the validation split, a tenth, has 1, 2, 5 or 10. After each epoch both are
// measured, and each rule keeps an epoch by the validation split alone. Two classes, plain CSV without quotes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setThreads } from "@leeway/torch";
import { loadRunData, recipeForData } from "../packages/leeway/dist/runs/index.js";
import { endSession, evaluate, startSession, train } from "../packages/leeway/dist/training/index.js";
import { seeded } from "./seeded.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    label: { type: "string" },
    rare: { type: "string" },
    seeds: { type: "string", default: "0,1,2,3" },
    json: { type: "boolean" },
  },
});
const methods = ["erm", "logit-adjustment", "ldam-drw"];
const rules = {
  "the other class": ({ metrics }, other) => metrics.perClass[other],
  "log loss": ({ loss }) => -loss,
  "average precision": ({ metrics }) => metrics.detection?.averagePrecision ?? 0,
  "balanced accuracy": ({ metrics }) => metrics.balancedAccuracy ?? 0,
  "last epoch": (_, __, epoch) => epoch,
};
setThreads(1);
const folder = mkdtempSync(join(tmpdir(), "leeway-choose-epoch-"));
const results = [];
try {
  for (const examples of [1, 2, 5, 10]) {
    const kept = Object.fromEntries(Object.keys(rules).map((name) => [name, []]));
    for (const seed of values.seeds.split(",").map(Number)) {
      const paths = writeHalves(positionals[0], seed, 10 * examples);
      for (const method of methods) {
        const epochs = await measuredEpochs(paths, method, seed);
        for (const [name, score] of Object.entries(rules))
          kept[name].push(epochs[chosen(epochs, score)].test);
      }
    }
    results.push({ examples, runs: kept["last epoch"].length, ...means(kept) });
    if (!values.json) console.log(line(results.at(-1)));
  }
  if (values.json) console.log(JSON.stringify(results));
} finally {
  rmSync(folder, { recursive: true });
}

/** Half of the rows as test, and the other half with so many rare ones. */
function writeHalves(path, seed, rareCount) {
  const [header, ...rows] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const column = header.split(",").indexOf(values.label);
  const isRare = (row) => row.split(",")[column] === values.rare;
  const uniform = seeded(seed + 1);
  const mixed = (part) =>
    part
      .map((row) => [uniform(), row])
      .sort(([a], [b]) => a - b)
      .map(([, row]) => row);
  const [rare, common] = [mixed(rows.filter(isRare)), mixed(rows.filter((row) => !isRare(row)))];
  const [rareHalf, commonHalf] = [rare.length >> 1, common.length >> 1];
  const write = (name, part) => {
    writeFileSync(join(folder, name), `${[header, ...part].join("\n")}\n`);
    return join(folder, name);
  };
  return {
    test: write("test.csv", [...rare.slice(0, rareHalf), ...common.slice(0, commonHalf)]),
    train: write(
      "train.csv",
      mixed([...rare.slice(rareHalf, rareHalf + rareCount), ...common.slice(commonHalf)]),
    ),
  };
}

/** What the validation and the test split say after each epoch. */
async function measuredEpochs(paths, method, seed) {
  const recipe = await recipeForData(paths.train, {
    ...{ label: values.label, testPaths: [paths.test], model: "mlp", method, seed },
  });
  const data = await loadRunData(recipe);
  const session = startSession(recipe, data);
  const epochs = [];
  try {
    for await (const event of train(session)) {
      if (event.kind !== "epoch") continue;
      const [validation, test] = [
        await evaluate(session, data.validation, { withConfusion: true }),
        await evaluate(session, data.test, { withConfusion: true }),
      ];
      epochs.push({ validation, test: test.metrics, other: data.train.classNames.findIndex(isOther) });
    }
  } finally {
    endSession(session);
  }
  return epochs;
}

function isOther(name) {
  return name !== values.rare;
}

/** The epoch with the highest score, of equal ones the later. */
function chosen(epochs, score) {
  let best = 0;
  epochs.forEach(({ validation, other }, i) => {
    const top = score(epochs[best].validation, epochs[best].other, best);
    if (score(validation, other, i) >= top) best = i;
  });
  return best;
}

function means(kept) {
  const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return Object.fromEntries(
    Object.entries(kept).map(([name, tests]) => [
      name,
      {
        balancedAccuracy: mean(tests.map((test) => test.balancedAccuracy)),
        averagePrecision: mean(tests.map((test) => test.detection.averagePrecision)),
      },
    ]),
  );
}

function line({ examples, runs, ...byRule }) {
  const cells = Object.entries(byRule).map(([name, { balancedAccuracy, averagePrecision }]) => {
    return `${name} ${(100 * balancedAccuracy).toFixed(1)} (${(100 * averagePrecision).toFixed(1)})`;
  });
  return `${examples} validation examples, ${runs} runs: ${cells.join("  ")}`;
}
