// node bench/ranks-kill.mjs [KILLS] [--launcher torchrun|leeway] [--signal KILL|TERM] [--ranks N]: trains with ranks under a
// launcher that starts them anew, ends a random one of them at random moments, and compares what the runs leave with a run
// that was never stopped. Exit code 1 where one differs, or a process is left.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort, isAlive, leeway, ranksBelow, started, trainingIn } from "./ranks-job.mjs";
import { runDigest } from "./run-digest.mjs";
import { seeded } from "./seeded.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    launcher: { type: "string", default: "torchrun" },
    signal: { type: "string", default: "KILL" },
    ranks: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
  },
});
const kills = Number(positionals[0] ?? 10);
const random = seeded(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "leeway-ranks-kill-"));
const training = [...trainingIn(folder), "--threads", "1"];
const tally = { launcher: values.launcher, signal: values.signal, ranks: Number(values.ranks) };
const found = { kills: 0, runs: 0, different: 0, failed: 0, left: 0 };

/** The launcher with a run's name. */
async function launched(name) {
  const args = [leeway, ...training, "--name", name];
  if (values.launcher === "leeway") {
    return started(process.execPath, [
      leeway,
      "launch",
      "--ranks",
      values.ranks,
      "--restarts",
      "1000",
      "--",
      ...args.slice(1),
    ]);
  }
  const how = ["--nproc_per_node", values.ranks, "--max_restarts", "1000", "--monitor_interval", "0.2"];
  const debian = ["-r", "1", "-t", "1", "--log_dir", join(folder, "logs"), "--no_python"]; // else it fails under Python 3.11
  const place = ["--master_addr", "127.0.0.1", "--master_port", String(await freePort())];
  return started("torchrun", [...how, ...debian, ...place, process.execPath, ...args]);
}

/** The folder of a run, which is counted up where the first was killed before there was a run in it. */
function finished(name) {
  const isOf = (each) => each === name || each.startsWith(`${name}-`);
  const folders = readdirSync(join(folder, "runs")).filter(isOf);
  const path = folders
    .map((each) => join(folder, "runs", each))
    .find((each) => existsSync(join(each, "summary.json")));
  return path ?? join(folder, "runs", name);
}

const began = performance.now();
const whole = await (await launched("whole")).ended;
if (whole.code !== 0) {
  console.error(whole.text);
  process.exit(1);
}
const took = performance.now() - began;
const expected = runDigest(join(folder, "runs", "whole"));
console.error(`never stopped: ${(took / 1000).toFixed(1)} s, ${expected.slice(0, 12)}`);

while (found.kills < kills) {
  const name = `killed-${++found.runs}`;
  const { child, ended } = await launched(name);
  const seen = new Set();
  let over = false;
  void ended.then(() => (over = true));
  for (let here = 0; !over && here < 8 && found.kills < kills;) {
    await setTimeout(200 + random() * Math.min(took, 8000));
    const ranks = ranksBelow(child.pid);
    for (const pid of ranks) seen.add(pid);
    const pid = ranks[Math.floor(random() * ranks.length)];
    if (over || pid === undefined) continue;
    process.kill(pid, `SIG${values.signal}`);
    found.kills++;
    here++;
  }
  const { code, text } = await ended;
  await setTimeout(1000);
  found.left += [...seen].filter(isAlive).length;
  if (code !== 0) {
    found.failed++;
    console.error(`${name}: exit code ${code}\n${text.slice(-3000)}`);
  } else if (runDigest(finished(name)) !== expected) {
    found.different++;
    console.error(`${name} differs`);
  }
  console.error(`${found.kills} of ${kills}, ${found.runs} runs`);
}
const bad = found.different + found.failed + found.left;
console.log(JSON.stringify({ ...tally, ...found, seconds: Math.round((performance.now() - began) / 1000) }));
if (bad === 0) rmSync(folder, { recursive: true, force: true });
else console.error(`left to look at: ${folder}`);
process.exitCode = bad === 0 ? 0 : 1;
