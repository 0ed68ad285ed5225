// npm run bench:op [-- --json] [--rounds N]: what one call of an operator costs, ours against PyTorch eager's on the same
// libtorch, in turns; one thread, tensors so small that little else is measured. Results are freed on both sides.
import { parseArgs } from "node:util";
import {
  Generator,
  libtorch,
  linear,
  ones,
  op,
  randn,
  relu,
  reshape,
  scope,
  setThreads,
  sum,
} from "@leeway/torch";
import { median } from "./median.mjs";
import { wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";

const callsPerRound = 4000;
const callsPerScope = 40; // about as many as a step of a small network

const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "15" } },
});
const rounds = wholeNumber(options, "rounds", { min: 2 });
setThreads(1);

const generator = new Generator(0);
const one = ones([1]);
const learned = ones([1]);
learned.requiresGrad = true;
const rows = randn([64, 128], { generator });
const [weight, bias] = [randn([16, 128], { generator }), randn([16], { generator })];
const addmm = op("aten::addmm");
const transposed = weight.transpose(0, 1);
const calls = {
  "add of [1] to [1]": () => one.add(one),
  "the same, recorded": () => learned.add(one),
  "view of [64, 128]": () => reshape(rows, [128, 64]),
  "sum of [1]": () => sum(one),
  "relu of [64, 128]": () => relu(rows),
  "addmm of [64, 128]": () => addmm(bias, rows, transposed),
  "linear of [64, 128]": () => linear(rows, weight, bias),
};
const alone = { "shape of a tensor": () => rows.shape };

const peer = await startPeer({
  script: "op-peer.py",
  ...{ threads: 1, lr: 0, weights: { weight, bias }, batches: { rows } },
});
const names = [...Object.keys(calls), ...Object.keys(alone)];
const times = Object.fromEntries(names.map((name) => [name, { ours: [], theirs: [] }]));
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    const ours = microseconds(calls[name] ?? alone[name]);
    const { time } = await peer.run(callsPerRound, { name });
    if (round === 0) continue; // warms up
    times[name].ours.push(ours);
    times[name].theirs.push(time);
  }
}
peer.end();

const results = names.map((name) => ({
  name,
  ours: median(times[name].ours),
  theirs: median(times[name].theirs),
}));
const versions = { pytorch: peer.facts.torch, libtorch: libtorch().version, node: process.versions.node };
if (options.json) console.log(JSON.stringify({ rounds, callsPerRound, results, versions }));
else print();

function microseconds(call) {
  const began = performance.now();
  for (let done = 0; done < callsPerRound; done += callsPerScope) {
    scope(() => {
      for (let i = 0; i < callsPerScope; i++) call();
    });
  }
  return ((performance.now() - began) * 1000) / callsPerRound;
}

function print() {
  const row = (...cells) =>
    console.log(cells.map((cell, i) => cell[i === 0 ? "padEnd" : "padStart"](i === 0 ? 24 : 12)).join(""));
  row("µs a call, medians", "PyTorch", "Leeway", "ratio");
  for (const { name, ours, theirs } of results) {
    row(name, theirs.toFixed(2), ours.toFixed(2), `${(theirs / ours).toFixed(2)}x`);
  }
  console.log(`PyTorch ${versions.pytorch}, libtorch ${versions.libtorch}, Node ${versions.node}`);
}
