// node bench/ranks-network.mjs: two ranks in two network namespaces, on a wire that delays and loses packets; then it is cut
// for ever, in silence. As root on Linux, with python3. Says what the run left, how long each rank took to say that the other is gone,
// and whom it named; exit code 1 where the weights differ, it took more than 60 s, or a process is left.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAlive, leeway, started, trainingIn } from "./ranks-job.mjs";
import { runDigest } from "./run-digest.mjs";

const spaces = { a: "leeway-a", b: "leeway-b" };
const addresses = { a: "10.77.0.1", b: "10.77.0.2" };
const folder = mkdtempSync(join(tmpdir(), "leeway-ranks-network-"));

const ip = (...args) => execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"] });

function removeNetwork() {
  for (const name of Object.values(spaces)) spawnSync("ip", ["netns", "del", name]);
}

/** Two hosts at the ends of a wire, see slow-wire.py. */
async function makeNetwork() {
  removeNetwork();
  for (const name of Object.values(spaces)) ip("netns", "add", name);
  const wire = spawn("python3", [join(import.meta.dirname, "slow-wire.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(wire.stdout, "data");
  for (const host of ["a", "b"]) {
    ip("link", "set", `wire-${host}`, "netns", spaces[host]);
    ip("-n", spaces[host], "addr", "add", `${addresses[host]}/24`, "dev", `wire-${host}`);
    ip("-n", spaces[host], "link", "set", `wire-${host}`, "up");
    ip("-n", spaces[host], "link", "set", "lo", "up");
  }
  return wire;
}

/** A rank in its namespace. */
function rank(host, name, epochs) {
  const index = host === "a" ? 0 : 1;
  const args = [...trainingIn(folder, { epochs }), "--threads", "1", "--name", name];
  const variables = {
    ...{ RANK: index, LOCAL_RANK: 0, WORLD_SIZE: 2, LOCAL_WORLD_SIZE: 1 },
    ...{ MASTER_ADDR: addresses.a, MASTER_PORT: 29500 },
  };
  const environment = Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, String(value)]),
  );
  return started("ip", ["netns", "exec", spaces[host], process.execPath, leeway, ...args], { environment });
}

const disturbed = { delay: 5, jitter: 2, loss: 0.01 };
const report = {};
let wire;
try {
  wire = await makeNetwork();
  const plain = await Promise.all(["a", "b"].map((host) => rank(host, "plain", 10).ended));
  if (plain.some(({ code }) => code !== 0)) throw new Error(plain.map(({ text }) => text).join("\n"));
  report.disturbed = disturbed;
  wire.stdin.write(`${JSON.stringify(disturbed)}\n`);
  const began = performance.now();
  const lossy = await Promise.all(["a", "b"].map((host) => rank(host, "lossy", 10).ended));
  report.lossySeconds = Math.round((performance.now() - began) / 1000);
  if (lossy.some(({ code }) => code !== 0)) throw new Error(lossy.map(({ text }) => text).join("\n"));
  const digest = (name) => runDigest(join(folder, "runs", name));
  report.sameAsUndisturbed = digest("lossy") === digest("plain");

  const ranks = ["a", "b"].map((host) => rank(host, "cut", 100_000));
  while (!/epoch +[2-9]/.test(ranks[0].said.text)) {
    await setTimeout(50);
    if (!isAlive(ranks[0].child.pid)) throw new Error(ranks.map(({ said }) => said.text).join("\n"));
  }
  wire.stdin.write(`${JSON.stringify({ ...disturbed, loss: 1 })}\n`); // both hosts still see their link up
  const cut = performance.now();
  const ends = ranks.map(({ ended }) =>
    ended.then(({ code, text }) => ({
      code,
      seconds: Math.round((performance.now() - cut) / 100) / 10,
      says: text
        .split("\n")
        .filter((line) => line.startsWith("error:"))
        .join(" "),
    })),
  );
  report.cut = await Promise.race([Promise.all(ends), setTimeout(120_000, "still running after 120 s")]);
  report.left = ranks.filter(({ child }) => isAlive(child.pid)).length;
  const good =
    Array.isArray(report.cut) &&
    report.cut.every(({ code, seconds, says }) => code === 138 && seconds <= 60 && /rank [01]/.test(says));
  process.exitCode = good && report.left === 0 && report.sameAsUndisturbed ? 0 : 1;
  for (const { child } of ranks) child.kill("SIGKILL");
} finally {
  wire?.stdin.end();
  removeNetwork();
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(report, null, 2));
