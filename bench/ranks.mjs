// npm run bench:ranks [-- --equal] [--only resnet32] [--rounds N] [--steps N] [--sync] [--json]: a step of two ranks with a
// thread each against that of one process with two threads on the same processors, in turns, and what messages take. Also
// against two processes that do not know of each other, with half a batch each: on a busy machine the fairer peer.
// With --equal instead how far the losses of 200 steps of 2 and 4 ranks are from those of one process; with --float64 in
// float64, with --control also how far one process is from itself where it adds up in another order.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rankJobs } from "../packages/leeway/test/training/rank-jobs.mjs";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { listed, wholeNumber } from "./options.mjs";

const networks = {
  resnet32: { model: "resnet32", batchSize: 128, side: 32, classes: 10, steps: 8 },
  resnet50: { model: "resnet50", stem: "imagenet", batchSize: 32, side: 128, classes: 1000, steps: 3 },
};
const { values: options } = parseArgs({
  options: {
    equal: { type: "boolean" },
    float64: { type: "boolean" },
    control: { type: "boolean" },
    sync: { type: "boolean" },
    json: { type: "boolean" },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    steps: { type: "string" },
  },
});
const rounds = wholeNumber(options, "rounds");

if (options.equal) await compareLosses();
else await compareTimes();

async function compareTimes() {
  const reports = [];
  for (const name of listed(options, "only", Object.keys(networks))) {
    const network = networks[name];
    const [one, apart, two] = [[], [], []];
    const half = { ...network, batchSize: network.batchSize / 2 };
    for (let round = 0; round < rounds; round++) {
      one.push(await stepped(network, { size: 1, threads: 2 }));
      apart.push(...(await Promise.all([0, 1].map(() => stepped(half, { size: 1, threads: 1 })))));
      two.push(await stepped(network, { size: 2, threads: 1 }));
    }
    const [oneStep, apartStep, twoStep] = [one, apart, two].map((side) =>
      median(side.map(({ step }) => step)),
    );
    const [message, scalar] = ["message", "scalar"].map((what) => median(two.map((each) => each[what])));
    reports.push({
      ...{ network: name, oneStep, apartStep, twoStep, efficiency: oneStep / twoStep, message, scalar },
      bytes: two[0].bytes,
    });
    if (options.json) continue;
    const last = reports.at(-1);
    console.log(
      `${name}: one process, 2 threads ${last.oneStep.toFixed(0)} ms a step; 2 ranks, 1 thread each ` +
        `${last.twoStep.toFixed(0)} ms; 2 processes apart ${last.apartStep.toFixed(0)} ms; efficiency ${(100 * last.efficiency).toFixed(1)} %; ` +
        `${(last.bytes / 1e6).toFixed(2)} MB take ${last.message.toFixed(1)} ms, a number ${last.scalar.toFixed(2)} ms`,
    );
  }
  if (options.json)
    console.log(JSON.stringify({ rounds, sync: options.sync ?? false, reports, ...processor() }));
  else console.log(processor().cpu);
}

/** The steps of one process or of all ranks: what rank 0 tells. */
async function stepped({ steps, ...network }, { size, threads }) {
  const port = await freePort();
  const ranks = Array.from({ length: size }, (_, rank) =>
    run("ranks-step.mjs", {
      OMP_NUM_THREADS: String(threads),
      RANK_STEP: JSON.stringify({
        ...{ rank, size, port, threads, network, syncBatchNorm: options.sync ? "on" : "off" },
        steps: Number(options.steps ?? steps),
      }),
    }),
  );
  return JSON.parse((await Promise.all(ranks))[0]);
}

async function compareLosses() {
  const folder = mkdtempSync(join(tmpdir(), "bench-ranks-"));
  try {
    const { jobs, files } = rankJobs(folder, { steps: Number(options.steps ?? 200), rate: 1e-4 });
    for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
    const wanted = jobs
      .filter(({ name, whole }) => (options.only === undefined || name.includes(options.only)) && !whole)
      .map((job) => ({ ...job, float64: options.float64 }));
    const port = await freePort();
    const ranks = Array.from({ length: 4 }, (_, rank) =>
      run("../packages/leeway/test/training/ranks-job.mjs", {
        ...{ RANK: String(rank), MASTER_PORT: String(port), OMP_NUM_THREADS: "1" },
        JOBS: JSON.stringify({ jobs: wanted, control: options.control }),
        FOLDER: folder,
      }),
    );
    const lines = (await Promise.all(ranks))[0].trim().split("\n");
    if (options.json) console.log(`[${lines.join(",")}]`);
    for (const line of options.json ? [] : lines) {
      const { job, losses, norm, wrong, control = {}, ...ranks } = JSON.parse(line);
      const of = { "2 ranks": ranks[2], "4 ranks": ranks[4], ...control };
      const each = Object.entries(of).map(
        ([name, { loss, gradient }]) =>
          `${name}: loss ${loss.toExponential(1)}, gradient ${(gradient / norm).toExponential(1)}`,
      );
      console.log(
        `${job}, ${losses} steps: ${each.join("; ")}; each rank's own mean: ${(wrong / norm).toExponential(1)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program beside this one; its output. */
async function run(program, env) {
  const child = spawn(process.execPath, [join(import.meta.dirname, program)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const parts = [];
  child.stdout.on("data", (part) => parts.push(part));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program}: exit code ${code}`);
  return parts.join("");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
