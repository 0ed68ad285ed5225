// npm run bench:browser -- RUN examples.jsonl: a run exported and asked in headless Chromium, by @leeway/predict on
// onnxruntime-web, and by libtorch here; an example a line: a row, a text, a vector, or the path of an image's file. Prints
// how many classes are equal and the largest distance of a probability; exits with 1 where one is above 1e-5.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { predict } from "../packages/leeway/dist/index.js";
import { exportModel } from "../packages/leeway/dist/exporting/index.js";
import { chromiumRuntime } from "./export-chromium.mjs";

const [run, file] = process.argv.slice(2);
if (file === undefined) throw new Error("Say npm run bench:browser -- RUN examples.jsonl.");
const lines = readFileSync(file, "utf8").trim().split("\n");
const examples = lines.map((line) => JSON.parse(line));
const runtime = await chromiumRuntime();
if (runtime === null) throw new Error("Install Chromium at /usr/bin/chromium.");

const folder = mkdtempSync(join(tmpdir(), "leeway-browser-"));
try {
  const { path } = await exportModel(run, { output: join(folder, "model") });
  const own = await predict(run, examples, { decision: "none" });
  const { predictions, inGraph } = await runtime.predict(path, examples);
  const equal = own.filter((one, i) => one.class === predictions[i].class).length;
  const distances = own.map(({ probabilities }, i) => farthest(probabilities, predictions[i].probabilities));
  const distance = distances.reduce((a, b) => Math.max(a, b), inGraph);
  console.log(
    `${equal} of ${own.length} classes equal, probabilities within ${distance.toExponential(1)}, ${runtime.title}`,
  );
  if (equal < own.length || distance > 1e-5) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function farthest(own, theirs) {
  return Math.max(...Object.entries(own).map(([name, p]) => Math.abs(p - theirs[name])));
}
