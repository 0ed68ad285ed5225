// npm run bench:methods [-- --only METHODS] [--rounds N] [--threads N] [--precision NAME] [--json]: what an epoch of each
// method's first stage costs beside ERM's, with ResNet-32 on images of 32 x 32, in turns.
import { parseArgs } from "node:util";
import { allowedThreads, setThreads } from "@leeway/torch";
import { methodNames } from "../packages/leeway/dist/methods/index.js";
import { train } from "../packages/leeway/dist/training/index.js";
import { kinds, sessionOn } from "./epoch-data.mjs";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { listed, wholeNumber } from "./options.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "6" },
    only: { type: "string" },
    precision: { type: "string", default: "bf16" },
    threads: { type: "string", default: String(Math.min(2, allowedThreads())) },
  },
});
const [rounds, threads] = [wholeNumber(options, "rounds", { min: 2 }), wholeNumber(options, "threads")];
const names = new Set(["erm", ...listed(options, "only", methodNames)]);
setThreads(threads);

const setting = { ...kinds.cifar, steps: 10 };
const dataset = setting.make(setting.steps * setting.batchSize);
const runs = Array.from(names, (method) => {
  // So many epochs that those measured are of the first stage.
  const session = sessionOn(dataset, setting, { method, precision: options.precision, epochs: 100 * rounds });
  return { method, events: train(session)[Symbol.asyncIterator](), times: [] };
});
for (let round = 0; round < rounds; round++) {
  for (const { events, times } of runs) times.push(await epochOf(events));
}

const ermTimes = runs.find(({ method }) => method === "erm").times;
const report = runs.map(({ method, times }) => ({
  method,
  step: median(times.slice(1)), // the first round warms up
  ratio: median(times.map((time, round) => time / ermTimes[round]).slice(1)),
}));
if (options.json) console.log(JSON.stringify({ threads, rounds, report, ...processor() }));
else {
  const { cpu, kernels } = processor();
  console.log(
    `${setting.title}, ${options.precision}: a step of ${setting.batchSize} images, and beside ERM's`,
  );
  for (const { method, step, ratio } of report.toSorted((a, b) => a.ratio - b.ratio)) {
    console.log(`${method.padEnd(26)} ${step.toFixed(1).padStart(7)} ms   ${ratio.toFixed(2)}x`);
  }
  console.log(`${threads} threads, medians of ${rounds - 1} rounds in turns, ${cpu} (${kernels.join(", ")})`);
}

/** Milliseconds a step of the next epoch takes, batching included. */
async function epochOf(events) {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error("bench: expected an epoch, got the end of the run.");
    if (value.kind === "epoch") return (1000 * setting.batchSize) / value.record.imagesPerSecond;
  }
}
