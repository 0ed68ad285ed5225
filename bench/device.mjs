// node bench/device.mjs [--device cuda] [--rounds N] [--json]: what a GPU computes beside the CPU, how fast beside PyTorch
// on the same GPU, and whether a run that is killed there goes on with the same bits. `--device cpu` runs every line here.
// Exit code 1 where the GPU computes something else or a run differs, 4 where there is no such GPU.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  allowedThreads,
  deviceMemory,
  emptyCache,
  gpuAt,
  gpus,
  libtorch,
  setReproducible,
  setThreads,
  synchronize,
} from "@leeway/torch";
import { gpuWords } from "@leeway/torch/setup";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { runRecipe } from "../packages/leeway/dist/runs/index.js";
import { readRun } from "../packages/leeway/dist/storage/index.js";
import { endSession, startSession, train } from "../packages/leeway/dist/training/index.js";
import { kinds as epochKinds } from "./epoch-data.mjs";
import { kinds } from "./kill-kinds.mjs";
import { median } from "./median.mjs";
import { wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";
import { makeBatches, makeOurs, setting } from "./setting.mjs";

const { values: options } = parseArgs({
  options: {
    device: { type: "string", default: "cuda" },
    rounds: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
  },
});
const { device, json } = options;
const rounds = wholeNumber(options, "rounds", { min: 2 });
if (device !== "cpu" && gpuAt(device) === undefined) {
  const why = gpus()?.reason ?? (gpus() === null ? "this libtorch has no CUDA" : "there are fewer");
  console.error(
    `device: expected a GPU called ${device}, got none: ${why}. --device cpu tries the script here.`,
  );
  process.exit(4);
}

const say = (line) => (json ? console.error(line) : console.log(line));
const lr = 1e-4; // small, so that losses can be compared: a last bit of a sum does not grow
setThreads(Math.min(8, allowedThreads()));
const card = device === "cpu" ? "the CPU" : gpuWords(gpus());
say(`${card}; libtorch ${libtorch().version}, Node ${process.versions.node}`);
const root = mkdtempSync(join(tmpdir(), "leeway-device-"));
const report = { device, card, libtorch: libtorch().version, node: process.versions.node };
const faults = [];
try {
  setReproducible(true);
  report.agreement = { steps: sameSteps(), runs: await sameRuns() };
  report.resumed = await killedRuns();
  report.steps = await speedOfSteps();
  report.epoch = await speedOfEpoch();
} finally {
  rmSync(root, { recursive: true, force: true });
}
for (const fault of faults) console.error(`device: ${fault}`);
if (json) console.log(JSON.stringify({ ...report, faults }));
process.exitCode = faults.length > 0 ? 1 : 0;

/** Twenty steps of the network on the CPU and on the device, from the same weights. */
function sameSteps() {
  const network = { ...setting, batchSize: 32 };
  const batches = makeBatches(4, network);
  const limits = { fp32: 1e-3, bf16: 3e-2 };
  const found = {};
  for (const precision of ["fp32", "bf16"]) {
    const [here, there] = ["cpu", device].map((each) =>
      makeOurs({ network, batches, precision, lr, device: each }).run(20),
    );
    found[precision] = largestDifference(there.losses, here.losses);
    say(`20 steps of ${network.model}, ${precision}: losses within ${found[precision].toExponential(1)}`);
    if (!(found[precision] <= limits[precision])) faults.push(`${precision} losses differ from the CPU's`);
  }
  return found;
}

/** A run of each kind of data, on the CPU and on the device, twice there. */
async function sameRuns() {
  const found = {};
  for (const kind of Object.keys(kinds)) {
    const folder = join(root, `same-${kind}`);
    mkdirSync(folder);
    const { recipe, data: read } = kinds[kind](folder);
    const data = await read();
    const losses = async (name, on) => {
      const run = { runsDir: join(folder, "runs"), name, data, device: on };
      for await (const event of runRecipe(recipe, run)) void event;
      return readRun(join(run.runsDir, name)).epochs.map((epoch) => epoch.train.loss);
    };
    const [here, there, again] = [
      await losses("cpu", "cpu"),
      await losses("first", device),
      await losses("again", device),
    ];
    const repeats = JSON.stringify(there) === JSON.stringify(again);
    found[kind] = { difference: largestDifference(there, here), repeats };
    say(
      `a run of kind ${kind}: losses within ${found[kind].difference.toExponential(1)} of the CPU's, ` +
        `${repeats ? "the same bits again" : "OTHER BITS AGAIN"}`,
    );
    if (!(found[kind].difference < 0.05))
      faults.push(`a run of kind ${kind} trains otherwise than on the CPU`);
    if (!repeats) faults.push(`a run of kind ${kind} gives other bits again`);
  }
  return found;
}

/** A run of each kind that is killed after its fifth step, and resumed, against one that nobody kills. */
async function killedRuns() {
  const found = {};
  for (const kind of Object.keys(kinds)) {
    const whole = await child(kind, join(root, `${kind}-whole`));
    const killed = await child(kind, join(root, `${kind}-killed`), "saved 5");
    const resumed = await child(kind, join(root, `${kind}-killed`));
    const same = whole.done !== undefined && whole.done === resumed.done;
    found[kind] = { killed: killed.signal === "SIGKILL", resumedAt: Number(resumed.resuming), same };
    say(
      `a run of kind ${kind}, killed and resumed at step ${resumed.resuming}: ${same ? "the same bits" : "OTHER BITS"}`,
    );
    if (!same) faults.push(`a killed run of kind ${kind} differs: ${resumed.stderr || whole.stderr}`);
  }
  return found;
}

/** What a child says, by its first words; killed once it has said `until`. */
function child(kind, folder, until) {
  return new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL("kill-run.mjs", import.meta.url));
    const started = spawn(process.execPath, [program, kind, folder, device]);
    const said = { stderr: "" };
    let text = "";
    started.stdout.on("data", (bytes) => {
      text += bytes;
      for (const line of text.split("\n").slice(0, -1)) {
        said[line.split(" ")[0]] = line.slice(line.indexOf(" ") + 1);
        if (line === until) started.kill("SIGKILL");
      }
    });
    started.stderr.on("data", (bytes) => (said.stderr += bytes));
    started.on("error", reject);
    started.on("close", (code, signal) => {
      resolve({ ...said, code, signal });
    });
  });
}

/** Steps of the paper's network in turns with PyTorch's on the same device, in batches of two sizes. */
async function speedOfSteps() {
  const found = [];
  for (const batchSize of device === "cpu" ? [setting.batchSize] : [setting.batchSize, 1024]) {
    const network = { ...setting, batchSize };
    const batches = makeBatches(4, network);
    const first = makeOurs({ network, batches, precision: "fp32", lr, device });
    const weights = first.model.stateDict();
    const half = makeOurs({ network, weights, batches, precision: "bf16", lr, device });
    const peer = await startPeer({ network: network.model, threads: 1, lr, weights, batches, device });
    const sides = {
      "PyTorch fp32": (steps) => peer.run(steps, { precision: "fp32" }),
      "PyTorch bf16": (steps) => peer.run(steps, { precision: "bf16" }),
      "Leeway fp32": (steps) => ours(first, true, steps),
      "Leeway bf16": (steps) => ours(half, true, steps),
      "Leeway bf16, nondeterministic": (steps) => ours(half, false, steps),
    };
    const times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
    const steps = device === "cpu" ? 2 : 20;
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of Object.entries(sides)) {
        const taken = (await run(steps)).times;
        if (round > 0) times[name].push(...taken); // the first warms up
      }
    }
    peer.end();
    say(`steps of ${network.model}, batch ${batchSize}, medians of ${rounds - 1} rounds of ${steps}`);
    const base = median(times["PyTorch fp32"]);
    const rows = Object.entries(times).map(([name, each]) => {
      const ms = median(each);
      const row = { name, milliseconds: ms, imagesPerSecond: (batchSize * 1000) / ms, ratio: base / ms };
      say(
        `  ${name.padEnd(30)} ${ms.toFixed(2).padStart(8)} ms ${row.imagesPerSecond.toFixed(0).padStart(8)} images/s ` +
          `${row.ratio.toFixed(2)}x`,
      );
      return row;
    });
    found.push({ batchSize, pytorch: peer.facts.torch, rows });
    emptyCache(device);
  }
  return found;
}

function ours({ run }, reproducible, steps) {
  setReproducible(reproducible);
  const taken = run(steps);
  synchronize(device);
  return taken;
}

/** Whole epochs as a run trains them: reading, augmentation and copies included. */
async function speedOfEpoch() {
  const size = (device === "cpu" ? 5 : 200) * setting.batchSize; // as many of each class
  const noise = epochKinds.cifar.make(size);
  const counts = noise.classNames.map(() => size / noise.classNames.length);
  const { batchSize } = setting;
  const length = { epochs: 3, batchSize, validationFraction: 0 };
  const recipe = recipeFor("cifar10", { method: "ldam-drw", precision: "bf16", ...length });
  const session = startSession(recipe, { train: noise, validation: null, test: noise, counts }, { device });
  const speeds = [];
  try {
    for await (const event of train(session)) {
      if (event.kind === "epoch") speeds.push(event.record.imagesPerSecond);
    }
    const memory = deviceMemory(device);
    const imagesPerSecond = Math.max(...speeds.slice(1)); // the first warms up
    say(
      `epochs of ${setting.model}, bf16, data and augmentation included: ${imagesPerSecond.toFixed(0)} images/s`,
    );
    if (memory) say(`GPU memory in use: ${((memory.total - memory.free) / 2 ** 30).toFixed(1)} GB`);
    return { imagesPerSecond, memory };
  } finally {
    endSession(session);
  }
}

function largestDifference(values, others) {
  return Math.max(...values.map((value, i) => Math.abs(value - others[i]) / Math.abs(others[i])));
}
