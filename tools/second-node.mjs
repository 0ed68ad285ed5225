// node tools/second-node.mjs: the addon that this Node built, under another major version of Node, which npm supplies:
// the tests of packages/torch and a training from the command line. Where that Node cannot be had, it says so and
// passes. The last line is "N passed, N failed, N skipped".
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";
import { smallTraining } from "./small-training.mjs";
import { runQuietly, runSteps } from "./steps.mjs";

prepare();
const major = process.versions.node.startsWith("24.") ? 22 : 24;
const folder = mkdtempSync(join(tmpdir(), "leeway-node-"));
const name = `node-${process.platform}-${process.arch}`;
const other = join(folder, "node_modules", name, "bin/node");
if (isInstalled()) {
  runSteps(`Node ${major}`, [
    ["is another version", requireVersion],
    ["needs no build of its own", requireExisting],
    [
      "passes the tests of packages/torch",
      () => run("node_modules/vitest/vitest.mjs", "run", "packages/torch"),
    ],
    ["trains from the command line", () => leeway(...smallTraining(folder))],
  ]);
}
rmSync(folder, { recursive: true });

/** Asks npm for the other Node, without its install scripts. */
function isInstalled() {
  const options = ["--prefix", folder, "--ignore-scripts", "--no-save", "--no-audit", "--no-fund"];
  try {
    runQuietly("npm", ["install", ...options, `${name}@${major}`], { timeout: 300_000 });
    return true;
  } catch (error) {
    console.log(`Node ${major} cannot be had from npm here. ${error.message}\n0 passed, 0 failed, 1 skipped`);
    return false;
  }
}

function requireVersion() {
  const version = run("-p", "process.versions.node").trim();
  if (!version.startsWith(`${major}.`)) throw new Error(`expected Node ${major}, got ${version}`);
}

function requireExisting() {
  const { built } = JSON.parse(leeway("setup", "--json"));
  if (built) throw new Error("expected the addon to be built already, got it built again");
}

function leeway(...args) {
  return run("packages/leeway/bin/leeway.js", ...args);
}

function run(...args) {
  return runQuietly(other, args, { cwd: root });
}
