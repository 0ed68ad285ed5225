// npm run bench:parity [-- --data-dir FOLDER] [--tables FOLDER] [--only a,b] [--examples 1000] [--python PATH]
// What exported models give beside what libtorch gives, on real data: each network is trained for a few steps, exported,
// and asked by the same examples as they come (rows, texts, files of images, vectors). It prints the table of
// docs/export.md: the largest distance between two probabilities of one example, those of the graph's own output among
// them, and where classes differ how many. A network whose data is not there is left out, with a word about it.
//
// Runtimes: onnxruntime-node, onnxruntime-web in Node (WebAssembly), and onnxruntime of a Python where --python has it. A
// runtime is a function of a model's folder and examples: see export-runtimes.mjs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { libtorch, setThreads } from "@leeway/torch";
import { exportModel, openPredictor, recipeFor, recipeForData, runRecipe } from "leeway";
import { parityCases } from "./export-cases.mjs";
import { runtimes } from "./export-runtimes.mjs";
import { processor } from "./machine.mjs";
import { wholeNumber } from "./options.mjs";

const { values: options } = parseArgs({
  options: {
    "data-dir": { type: "string", default: process.env.LEEWAY_DATA ?? "data" },
    tables: { type: "string", default: "tables" },
    only: { type: "string" },
    examples: { type: "string", default: "1000" },
    python: { type: "string", default: "/usr/bin/python3" },
    threads: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  },
});
setThreads(wholeNumber(options, "threads"));
const folder = mkdtempSync(join(tmpdir(), "leeway-parity-"));
const places = {
  dataDir: options["data-dir"],
  tables: options.tables,
  folder,
  examples: wholeNumber(options, "examples"),
};
const only = options.only?.split(",");

const available = await runtimes(options);
const rows = [];
try {
  for (const each of parityCases(places)) {
    if (only !== undefined && !only.some((word) => each.name.includes(word))) continue;
    const rowsOfCase = await measured(each).catch((error) => {
      console.error(`${each.name}: left out: ${error.message}`);
      return [];
    });
    rows.push(...rowsOfCase);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify({ machine: processor(), libtorch: libtorch().version, rows }));
else printTable(rows);

async function measured({ name, source, recipe: requested, kind, examplesOf }) {
  const run = await trained(name, source, { kind, ...requested });
  const { path } = await exportModel(run, { output: join(folder, `${name}-model`) });
  const examples = await examplesOf();
  const predictor = openPredictor(run);
  const own = await predictor.predict(examples);
  await predictor.close();
  const results = [];
  for (const runtime of available) {
    const { predictions, inGraph } = await runtime.predict(path, examples);
    results.push({ name, kind, runtime: runtime.name, ...compared(own, predictions), inGraph });
    console.error(JSON.stringify(results.at(-1)));
  }
  return results;
}

/** A run's folder. */
async function trained(name, source, { kind, reader, ...requested }) {
  await source.made?.();
  const recipe =
    source.path === undefined
      ? recipeFor(source.dataset, { validationFraction: 0.1, ...requested })
      : await recipeForData(source.path, { kind, label: source.label, readerOptions: reader, ...requested });
  const runsDir = join(folder, "runs");
  for await (const event of runRecipe(recipe, { runsDir, name, dataDir: places.dataDir })) {
    if (event.kind === "end") return event.folder;
  }
  throw new Error("a run ends");
}

function compared(own, theirs) {
  let [distance, equal] = [0, 0];
  own.forEach((one, i) => {
    const other = theirs[i];
    if (one.class === other.class) equal++;
    for (const [label, p] of Object.entries(one.probabilities)) {
      distance = Math.max(distance, Math.abs(p - other.probabilities[label]));
    }
  });
  return { examples: own.length, equal, distance };
}

function printTable(all) {
  const headings = ["data", "network", "method", "examples", ...available.map(({ title }) => title)];
  const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
  line(headings);
  line(headings.map((_, i) => (i < 3 ? "---" : "--:")));
  for (const name of new Set(all.map((row) => row.name))) {
    const own = all.filter((row) => row.name === name);
    const cells = available.map((runtime) => {
      const row = own.find((each) => each.runtime === runtime.name);
      if (row === undefined) return "–";
      const off = row.examples - row.equal;
      const distance = Math.max(row.distance, row.inGraph).toExponential(1);
      return off === 0 ? distance : `${distance}, ${off} other classes`;
    });
    line([...name.split("_"), own[0].examples.toLocaleString("en-US"), ...cells]);
  }
  console.log(`\nlibtorch ${libtorch().version}, Node ${process.versions.node}, ${processor().cpu}`);
}
