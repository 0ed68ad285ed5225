// onnxruntime-web in headless Chromium, behind the face of export-runtimes.mjs: the page has @leeway/predict as it is
// published, and gets a model and examples by a server of this process.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { calibratedProbabilities } from "../packages/leeway/dist/metrics/index.js";
import { chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";
const root = fileURLToPath(new URL("..", import.meta.url));
const packages = {
  "/predict/": join(root, "packages/predict/dist/"),
  "/onnxruntime/": join(root, "node_modules/onnxruntime-web/dist/"),
};
const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const page = `<!doctype html><script type="importmap">{"imports": {
  "@leeway/predict": "/predict/browser.js", "onnxruntime-web": "/onnxruntime/ort.wasm.bundle.min.mjs"
}}</script>`;

/** Chromium as a runtime; null where it is not installed. */
export async function chromiumRuntime() {
  if (!existsSync(executablePath)) return null;
  const quiet = ["background-networking", "component-update", "sync"].map((name) => `--disable-${name}`);
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet];
  const version = JSON.parse(
    readFileSync(join(root, "node_modules/onnxruntime-web/package.json"), "utf8"),
  ).version;
  const title = `onnxruntime-web ${version} in Chromium`;
  return {
    ...{ name: "chromium", title, version: title },
    predict: async (folder, examples) => {
      const browser = await chromium.launch({ executablePath, args });
      const server = await serve(folder);
      try {
        const tab = await browser.newPage();
        await tab.goto(server.url);
        const { predictions, outputs } = await tab.evaluate(predictInPage, examples.map(sent));
        return { predictions, inGraph: farthest(outputs, folder) };
      } finally {
        server.close();
        await browser.close();
      }
    },
  };
}

/** An example as a page gets it: files of images by their address, vectors as lists. */
function sent(example) {
  if (example instanceof Float32Array) return [...example];
  const isFile = typeof example === "string" && example.startsWith("/") && existsSync(example);
  return isFile ? `/file${example}` : example;
}

/** Runs in the page: predictions, and what the graph itself gave for each batch. */
async function predictInPage(examples) {
  const { load } = await import("@leeway/predict");
  const { InferenceSession, Tensor } = await import("onnxruntime-web");
  const outputs = [];
  const create = async (graph, options) => {
    const session = await InferenceSession.create(graph, options);
    const run = async (feeds) => {
      const results = await session.run(feeds);
      outputs.push([[...results.logits.data], [...results.probabilities.data]]);
      return results;
    };
    return { inputNames: session.inputNames, run, release: () => session.release() };
  };
  const model = await load("/model/", { runtime: { Tensor, InferenceSession: { create } } });
  const predictions = await model.predict(examples, { decision: "none" });
  await model.close();
  return { predictions, outputs };
}

/** The largest distance between the graph's own probabilities and those that follow from its logits. */
function farthest(outputs, folder) {
  const { classNames, calibration, scale } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  let distance = 0;
  for (const [logits, probabilities] of outputs) {
    const shape = { classes: classNames.length, scale };
    calibratedProbabilities(Float32Array.from(logits), calibration, shape).forEach((p, i) => {
      distance = Math.max(distance, Math.abs(p - probabilities[i]));
    });
  }
  return distance;
}

/** Serves the page, the packages, a model and the files of examples, on this machine alone. */
function serve(folder) {
  const places = { ...packages, "/model/": `${folder}/`, "/file/": "/" };
  const server = createServer(({ url }, answer) => {
    const path = decodeURIComponent(url);
    if (path === "/") return answer.writeHead(200, { "content-type": "text/html" }).end(page);
    const prefix = Object.keys(places).find((each) => path.startsWith(each));
    const file = prefix && join(places[prefix], path.slice(prefix.length));
    if (!file || !existsSync(file)) return answer.writeHead(404).end();
    answer.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    return answer.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}
