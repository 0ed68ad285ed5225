import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this file lies in. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Makes a checkout ready to run: npm packages, compiled TypeScript, the page of reports, libtorch, the native part. What is there is left
 * alone, so a second call takes a few seconds. Ends the process where a step fails.
 *
 * Nothing here depends on npm's install scripts: several package managers no longer run them.
 *
 * @param setupOptions options for `leeway setup`
 */
export function prepare(setupOptions = []) {
  requireNode();
  if (!packagesAreCurrent()) {
    console.error("Installing npm packages …");
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
    quietly("npm ci", [...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  }
  quietly("tsc -b", [process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-b"]);
  for (const bundle of ["bundle.mjs", "bundle-predict.mjs"])
    quietly(bundle, [process.execPath, join(root, "tools", bundle)]);
  pass(leeway(["setup", ...setupOptions]));
}

/** Runs the command line of this checkout, on this terminal; its exit status. */
export function leeway(args) {
  return run([join(root, "packages/leeway/bin/leeway.js"), ...args]);
}

/** Runs Node with `args` in the checkout, on this terminal; its exit status, as a shell would give it. */
export function run(args) {
  // A Ctrl-C goes to the child as well: it ends in its own way, and only then do we.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  const child = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  process.off("SIGINT", ignore);
  return child.status ?? 128 + (constants.signals[child.signal] ?? 0);
}

/** Ends the process unless `status` is 0. */
function pass(status) {
  if (status !== 0) process.exit(status);
}

/** Runs a command whose output matters only when it fails. */
function quietly(name, [command, ...args]) {
  const child = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1e8 });
  if (child.status === 0) return;
  console.error(`${child.stdout ?? ""}${child.stderr ?? ""}`.trimEnd());
  console.error(`${name} failed${child.error === undefined ? "" : `: ${child.error.message}`}.`);
  process.exit(1);
}

/** npm writes the hidden lock file last: one that is as new as ours means a complete installation of it. */
function packagesAreCurrent() {
  const installed = join(root, "node_modules/.package-lock.json");
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs
  );
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Expected Node 20.19 or later, got ${process.versions.node}. See https://nodejs.org.`);
  process.exit(4);
}
