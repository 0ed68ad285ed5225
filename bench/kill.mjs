// npm run test:kill -- [KILLS] [--kinds image,table] [--seed N] [--json]: kills training runs, at random moments and
// at random writes, resumes them until they finish, and says what was lost. Exit code 1 unless nothing was.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { kinds } from "./kill-kinds.mjs";
import { seeded } from "./seeded.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kinds: { type: "string", default: Object.keys(kinds).join(",") },
    seed: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const wanted = Number(positionals[0] ?? 30);
const asked = options.kinds.split(",");
const unknown = asked.find((kind) => !Object.hasOwn(kinds, kind));
if (unknown !== undefined || !Number.isSafeInteger(wanted) || wanted < 1) {
  console.error(
    `kill: expected a number of kills and kinds among ${Object.keys(kinds).join(", ")}, got ${process.argv.slice(2).join(" ")}.`,
  );
  process.exit(2);
}

const uniform = seeded(Number(options.seed));
const below = (bound) => Math.floor(uniform() * bound);
const root = mkdtempSync(join(tmpdir(), "leeway-kill-"));
const tally = { kills: 0, finished: 0, unreadable: 0, savesLost: 0, different: 0 };
const faults = [];
try {
  const whole = new Map();
  for (const kind of asked) whole.set(kind, await wholeRun(kind));
  for (let run = 0; tally.kills < wanted; run++) await killedRun(run, asked[run % asked.length], whole);
} finally {
  rmSync(root, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
console.log(
  options.json
    ? JSON.stringify(tally)
    : `${tally.kills} kills, ${tally.finished} runs finished: ${tally.unreadable} unreadable states, ` +
        `${tally.savesLost} acknowledged saves lost, ${tally.different} runs that differ`,
);
process.exitCode = tally.unreadable + tally.savesLost + tally.different > 0 ? 1 : 0;

/** A run of a kind that nobody kills: its digest, how long it takes, and how often it passes each place. */
async function wholeRun(kind) {
  const began = performance.now();
  const { said, code } = await child(kind, join(root, `${kind}-whole`), { LEEWAY_FAILPOINTS: "" });
  if (code !== 0) throw new Error(`kill: a run of kind ${kind} that nobody kills fails`);
  const places = said
    .get("places")
    .split(" ")
    .map((each) => each.split(":"));
  return { digest: said.get("done"), takes: performance.now() - began, places };
}

/** One run, killed again and again until it or the kills come to their end. */
async function killedRun(run, kind, whole) {
  const { digest, takes, places } = whole.get(kind);
  const folder = join(root, `${kind}-${run}`);
  let acknowledged = -1; // not begun
  for (let tries = 0; ; tries++) {
    // Every run is let go in the end, and where there were kills enough.
    const kills = tries < 12 && tally.kills < wanted;
    const byPlace = below(2) === 0;
    const [name, often] = places[below(places.length)];
    const environment =
      kills && byPlace ? { LEEWAY_FAILPOINTS: `${name}:${1 + below(Number(often))}:kill` } : {};
    const after = kills && !byPlace ? uniform() * takes : undefined;
    const { said, code, signal, stderr } = await child(kind, folder, environment, after);
    if (signal === "SIGKILL") tally.kills++;
    const resumed = said.get("resuming");
    if (said.has("done")) {
      tally.finished++;
      if (said.get("done") !== digest) {
        tally.different++;
        faults.push(`${kind} run ${run}: other bits than those of a run that nobody kills`);
      }
    } else if (signal === null || code !== null) {
      tally.unreadable++;
      faults.push(`${kind} run ${run}: ${stderr}`);
    }
    if (resumed !== undefined && Number(resumed) < acknowledged) tally.savesLost++;
    if (said.has("begun") && resumed === undefined && acknowledged >= 0) tally.savesLost++; // it began anew
    if (said.has("begun")) acknowledged = Math.max(acknowledged, 0);
    acknowledged = Math.max(acknowledged, Number(said.get("saved") ?? -1));
    if (said.has("done") || signal === null) return;
  }
}

/** Runs a child, and kills it after some milliseconds where they are given; the last of each kind of line it said. */
function child(kind, folder, environment, after) {
  return new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL("kill-run.mjs", import.meta.url));
    const started = spawn(process.execPath, [program, kind, folder], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    started.stdout.on("data", (text) => (stdout += text));
    started.stderr.on("data", (text) => (stderr += text));
    const timer = after === undefined ? undefined : setTimeout(() => started.kill("SIGKILL"), after);
    started.on("error", reject);
    started.on("close", (code, signal) => {
      clearTimeout(timer);
      const whole = stdout
        .slice(0, stdout.lastIndexOf("\n") + 1)
        .split("\n")
        .filter(Boolean);
      const said = new Map(whole.map((line) => [line.split(" ")[0], line.slice(line.indexOf(" ") + 1)]));
      resolve({ said, code, signal, stderr });
    });
  });
}
