// npm run bench:memory [-- --json] [--steps N]: resident memory after 50 training steps of ResNet-32 and after N.
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { memory } from "@leeway/torch";
import { wholeNumber } from "./options.mjs";
import { makeBatches, makeOurs, setting } from "./setting.mjs";

const warm = 50;
const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    steps: { type: "string", default: "1000" },
    precision: { type: "string", default: "fp32" },
  },
});
const steps = wholeNumber(options, "steps", { min: warm + 1 });

const ours = makeOurs({ batches: makeBatches(4), precision: options.precision, lr: 0.01 });
await take(warm);
const before = figures();
for (let done = warm; done < steps; done += 50) {
  await take(Math.min(50, steps - done));
  if (!options.json) process.stderr.write(`${Math.min(done + 50, steps)} steps, ${figures().megabytes} MB\n`);
}
const after = figures();
const report = { setting, steps, before, after, growth: after.megabytes / before.megabytes - 1 };
if (options.json) console.log(JSON.stringify(report));
else {
  console.log(`after ${warm} steps   ${before.megabytes} MB resident, ${before.tensors} tensors`);
  console.log(`after ${steps} steps ${after.megabytes} MB resident, ${after.tensors} tensors`);
  console.log(`growth ${(report.growth * 100).toFixed(1)} %`);
}

/** Steps as training takes them: the event loop turns between two, which is when Node frees wrappers. */
async function take(number) {
  for (let i = 0; i < number; i++) {
    ours.run(1);
    await setImmediate();
  }
}

function figures() {
  return { megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20), tensors: memory().tensors };
}
