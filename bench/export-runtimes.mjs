// What runs exported graphs, each as `predict(folder, examples)`: predictions as a program has them, and the largest
// distance between the graph's own probabilities and those that follow from its logits.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { calibratedProbabilities } from "../packages/leeway/dist/metrics/index.js";
import { load } from "../packages/leeway/dist/exported/index.js";
import { chromiumRuntime } from "./export-chromium.mjs";

/** The runtimes that this machine has. */
export async function runtimes({ python }) {
  const node = await import("onnxruntime-node");
  const web = await import("onnxruntime-web");
  web.env.wasm.numThreads = 1;
  const all = [
    runtime("node", `onnxruntime-node ${versionOf("onnxruntime-node")}`, node.default ?? node),
    runtime("web", `onnxruntime-web ${versionOf("onnxruntime-web")} in Node`, web.default ?? web),
  ];
  const version = await pythonVersion(python);
  if (version === null)
    console.error(`${python} has no onnxruntime: it is left out (--python names another).`);
  else all.push(runtime("python", `onnxruntime ${version} in Python`, pythonRuntime(python)));
  const browser = await chromiumRuntime();
  if (browser === null) console.error("There is no Chromium: it is left out.");
  else all.push(browser);
  return all;
}

function versionOf(name) {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url); // which not all of them export
  return JSON.parse(readFileSync(path, "utf8")).version;
}

function runtime(name, title, onnxruntime) {
  return {
    ...{ name, title, version: title },
    predict: async (folder, examples) => {
      const manifest = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
      const { classNames, calibration, scale } = manifest;
      let inGraph = 0;
      const seen = ({ logits, probabilities }) => {
        const classes = classNames.length;
        const expected = calibratedProbabilities(logits.data, calibration, { classes, scale });
        expected.forEach((p, i) => (inGraph = Math.max(inGraph, Math.abs(p - probabilities.data[i]))));
      };
      const model = await load(folder, { runtime: watched(onnxruntime, seen) });
      const predictions = await model.predict(examples, { decision: "none" });
      await model.close();
      return { predictions, inGraph };
    },
  };
}

/** The runtime, whose results are also shown to `seen`. */
function watched({ InferenceSession, Tensor }, seen) {
  const create = async (graph, options) => {
    const session = await InferenceSession.create(graph, options);
    const run = async (feeds) => {
      const results = await session.run(feeds);
      seen(results);
      return results;
    };
    return { inputNames: session.inputNames, run, release: () => session.release() };
  };
  return { Tensor, InferenceSession: { create } };
}

function pythonVersion(python) {
  return new Promise((resolve) => {
    const child = spawn(python, ["-c", "import onnxruntime; print(onnxruntime.__version__)"]);
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code === 0 ? text.trim() : null));
  });
}

/** onnxruntime of a Python, behind the same face: the graph and the inputs go to export-peer.py, the outputs come back. */
function pythonRuntime(python) {
  class Tensor {
    constructor(type, data, dims) {
      Object.assign(this, { type, data, dims });
    }
  }
  const create = async (graph) => {
    const script = fileURLToPath(new URL("export-peer.py", import.meta.url));
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const read = reader(child.stdout);
    const send = (header, parts) => {
      child.stdin.write(`${JSON.stringify(header)}\n`);
      for (const part of parts) child.stdin.write(part);
    };
    send({ graph: graph.length }, [graph]);
    const { inputs } = JSON.parse(await read.line());
    return {
      inputNames: inputs,
      run: async (feeds) => {
        const named = Object.entries(feeds).map(([name, { type, data, dims }]) => ({
          name,
          type,
          data,
          dims,
        }));
        const bytes = named.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        send(
          { feeds: named.map(({ name, type, dims }, i) => ({ name, type, dims, bytes: bytes[i].length })) },
          bytes,
        );
        const { outputs } = JSON.parse(await read.line());
        const results = {};
        for (const [name, size] of outputs) {
          const data = await read.bytes(size);
          results[name] = {
            data: new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + size)),
          };
        }
        return results;
      },
      release: async () => void child.stdin.end(),
    };
  };
  return { Tensor, InferenceSession: { create } };
}

/** Reads lines and counted bytes of one stream. */
function reader(stream) {
  const chunks = stream[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await chunks.next();
    if (done) throw new Error("Python ended early.");
    held = Buffer.concat([held, value]);
  };
  const taken = (size) => {
    const part = held.subarray(0, size);
    held = held.subarray(size);
    return part;
  };
  return {
    line: async () => {
      while (!held.includes(10)) await more();
      return taken(held.indexOf(10) + 1).toString();
    },
    bytes: async (size) => {
      while (held.length < size) await more();
      return taken(size);
    },
  };
}
