import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeSafetensors } from "@leeway/torch";

/** The Python that has PyTorch: PYTHON, else the first of the usual places that can import it. */
function findPython() {
  const candidates = [process.env.PYTHON, "python3", "/usr/bin/python3"].filter(Boolean);
  const found = candidates.find((python) => spawnSync(python, ["-c", "import torch"]).status === 0);
  if (found === undefined) {
    console.error(
      "bench: no Python with PyTorch found, and it is the peer. On Debian and Ubuntu: apt install python3-torch. " +
        "Elsewhere: pip install torch, and PYTHON=/path/to/python3.",
    );
    process.exit(4);
  }
  return found;
}

/**
 * Starts PyTorch with the same weights and batches, in a process of its own that waits while we measure.
 *
 * @param network what the script calls the network; not looked at by scripts of one network
 * @param weights a state dictionary
 * @param batches { inputs [B, N, C, H, W] float32, targets [B, N] int64 }, or what another script takes
 * @param env more variables of its environment
 */
export async function startPeer({ script: name = "peer.py", weights, batches, env, ...what }) {
  const folder = mkdtempSync(join(tmpdir(), "leeway-bench-"));
  const files = {
    weights: join(folder, "weights.safetensors"),
    batches: join(folder, "batches.safetensors"),
  };
  writeFileSync(files.weights, encodeSafetensors(weights));
  writeFileSync(files.batches, encodeSafetensors(batches));
  const script = fileURLToPath(new URL(name, import.meta.url));
  // -B: no compiled copies beside the scripts.
  const child = spawn(findPython(), ["-B", script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("bench: PyTorch ended without an answer.");
    return JSON.parse(value);
  };
  const facts = await ask({ ...what, ...files });
  rmSync(folder, { recursive: true });
  return { facts, run: (steps, more = {}) => ask({ steps, ...more }), end: () => child.stdin.end() };
}
