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

// What the kernels of a step choose by, the plainest first.
const telling = ["avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16"];

/** The processor as a person names it, and which of the instructions it has that decide how fast a step is. */
export function processor() {
  const flags = cpuLines().find((line) => /^(flags|Features)/.test(line)) ?? "";
  const known = new Set(flags.split(/\s+/));
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    kernels: telling.filter((each) => known.has(each)),
    capability: process.env.ATEN_CPU_CAPABILITY ?? "default",
  };
}

function cpuLines() {
  const path = "/proc/cpuinfo";
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
}

function instructionSet() {
  const lines = cpuLines();
  if (lines.length === 0) return "";
  const named = ["cpu family", "model\t", "flags", "Features"].map((name) =>
    lines.find((line) => line.startsWith(name)),
  );
  return `, ${createHash("sha256").update(named.join("\n")).digest("hex").slice(0, 8)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(JSON.stringify(machine()));
