// node bench/ranks-network.mjs: two ranks in two network namespaces behind a bridge that is slow and loses packets; then one is
// cut off for ever, in silence. As root on Linux. Says what the run left, how long each rank took to say that the other is gone,
// and whom it named; exit code 1 where the weights differ, it took more than 60 s, or a process is left.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAlive, leeway, started, trainingIn } from "./ranks-job.mjs";
import { runDigest } from "./run-digest.mjs";

const spaces = { a: "leeway-a", b: "leeway-b", middle: "leeway-m" };
const addresses = { a: "10.77.0.1", b: "10.77.0.2" };
const folder = mkdtempSync(join(tmpdir(), "leeway-ranks-network-"));

function run(program, ...args) {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
const ip = (...args) => run("ip", ...args);
/** Whether a command went well; where it did not, why. */
function tried(program, ...args) {
  try {
    run(program, ...args);
    return null;
  } catch (error) {
    return String(error.stderr ?? error)
      .trim()
      .split("\n")[0];
  }
}

function removeNetwork() {
  for (const name of Object.values(spaces)) tried("ip", "netns", "del", name);
}

/** Two hosts on a bridge in a third namespace, whose ports are out of their sight. */
function makeNetwork() {
  removeNetwork();
  for (const name of Object.values(spaces)) ip("netns", "add", name);
  ip("-n", spaces.middle, "link", "add", "bridge", "type", "bridge");
  ip("-n", spaces.middle, "link", "set", "bridge", "up");
  for (const host of ["a", "b"]) {
    ip("-n", spaces[host], "link", "add", "eth0", "type", "veth", "peer", "name", `port-${host}`);
    ip("-n", spaces[host], "link", "set", `port-${host}`, "netns", spaces.middle);
    ip("-n", spaces[host], "addr", "add", `${addresses[host]}/24`, "dev", "eth0");
    ip("-n", spaces[host], "link", "set", "eth0", "up");
    ip("-n", spaces[host], "link", "set", "lo", "up");
    ip("-n", spaces.middle, "link", "set", `port-${host}`, "master", "bridge", "up");
  }
}

/** Delay and loss as far as this kernel has them; what it has not is said. */
function disturb() {
  const within = ["netns", "exec", spaces.middle];
  const netem = ["qdisc", "add", "dev", "port-b", "root", "netem", "delay", "5ms", "2ms", "loss", "1%"];
  const fault = tried("ip", ...within, "tc", ...netem);
  if (fault === null) return "netem: 5 ms (± 2) delay, 1 % loss";
  const slow = tried(
    "ip",
    ...within,
    "tc",
    ...["qdisc", "add", "dev", "port-b", "root"],
    ...["tbf", "rate", "20mbit"],
    ...["burst", "16kb", "latency", "50ms"],
  );
  const rules = [
    ["add", "table", "bridge", "lossy"],
    ["add", "chain", "bridge", "lossy", "way", "{ type filter hook forward priority 0 ; }"],
    ["add", "rule", "bridge", "lossy", "way", "numgen random mod 100 < 1 drop"],
  ].map((rule) => tried("ip", ...within, "nft", ...rule));
  const lossy = rules.find((each) => each !== null);
  return [
    `netem: ${fault}`,
    slow === null ? "instead of delay 20 Mbit/s with a queue of at most 50 ms" : `tbf: ${slow}`,
    lossy === undefined ? "1 % loss by nftables" : `nftables: ${lossy}`,
  ].join("; ");
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

const report = {};
try {
  makeNetwork();
  const plain = await Promise.all(["a", "b"].map((host) => rank(host, "plain", 10).ended));
  if (plain.some(({ code }) => code !== 0)) throw new Error(plain.map(({ text }) => text).join("\n"));
  report.disturbed = disturb();
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
  ip("-n", spaces.middle, "link", "set", "port-b", "nomaster"); // both hosts still see their link up
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
  removeNetwork();
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(report, null, 2));
