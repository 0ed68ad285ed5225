import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What Leeway is compared with. */
export const peers = ["hist-gradient-boosting", "xgboost", "logistic-regression", "balanced-random-forest"];

const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** The Python that has the peers: PYTHON, else the first of the usual places. */
function findPython() {
  const candidates = [process.env.PYTHON, "python3", "/usr/bin/python3"].filter(Boolean);
  const found = candidates.find(
    (python) => spawnSync(python, ["-c", "import sklearn, xgboost, imblearn, torch"]).status === 0,
  );
  if (found !== undefined) return found;
  console.error(
    "bench: no Python with scikit-learn, XGBoost, imbalanced-learn and PyTorch found, and they are the peers. " +
      "On Debian: apt install python3-sklearn python3-xgboost python3-imblearn python3-torch. Leave them out with --only leeway.",
  );
  process.exit(4);
}

/**
 * Fits peers, one after the other.
 *
 * @param columns  see `writeColumns`
 * @param onResult is shown each tool's scores and seconds
 */
export async function runPeers({ columns, tools, seed, onResult }) {
  const script = fileURLToPath(new URL("tabular-peer.py", import.meta.url));
  const child = spawn(findPython(), ["-B", script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...oneThread },
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.stdin.end(JSON.stringify({ ...columns, tools, seed }));
  let versions = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const answer = JSON.parse(line);
    if (answer.versions) ({ versions } = answer);
    else {
      const { tool, probabilities, decisions, validation, ...times } = answer;
      onResult({ tool, scores: { ranked: probabilities, probabilities, decisions, validation }, ...times });
    }
  }
  const code = await ended;
  if (code !== 0) throw new Error(`bench: the peers ended with code ${code}.`);
  return { versions };
}
