// node bench/machine.mjs prints what decides the last bits of a run besides libraries: the processor and Node's version.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { pathToFileURL } from "node:url";

/**
 * The processor's model and a hash of what it can compute with, since virtual machines give many processors one name;
 * and Node's major version.
 */
export function machine() {
  const model = cpus()[0]?.model.trim() ?? process.arch;
  return { cpu: `${model}${instructionSet()}`, node: process.versions.node.split(".")[0] };
}

function instructionSet() {
  const path = "/proc/cpuinfo";
  if (!existsSync(path)) return "";
  const lines = readFileSync(path, "utf8").split("\n");
  const named = ["cpu family", "model\t", "flags", "Features"].map((name) =>
    lines.find((line) => line.startsWith(name)),
  );
  return `, ${createHash("sha256").update(named.join("\n")).digest("hex").slice(0, 8)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(JSON.stringify(machine()));
