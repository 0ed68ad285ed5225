// node bench/kill-run.mjs KIND FOLDER [DEVICE]: runs a small run of a kind in FOLDER/runs, or goes on with the one there.
// Says on stdout, at once and one a line: `begun`, `saved STEP`, `resuming STEP`, `places NAME:HOW_OFTEN ...`, `done DIGEST`.
import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { listRuns, passedFailpoints } from "../packages/leeway/dist/storage/index.js";
import { resumeRun, runRecipe } from "../packages/leeway/dist/runs/index.js";
import { kinds } from "./kill-kinds.mjs";
import { runDigest } from "./run-digest.mjs";

const [kind, folder, device = "cpu"] = process.argv.slice(2);
// Synchronously: what has been said was said, also where the process is killed in the next moment.
const say = (line) => writeSync(1, `${line}\n`);

if (folder === undefined || !(kind in kinds)) {
  console.error(`kill-run: expected one of ${Object.keys(kinds).join(", ")} and a folder.`);
  process.exit(2);
}
setThreads(1);
mkdirSync(folder, { recursive: true });
const runsDir = join(folder, "runs");
const { recipe, data: read } = kinds[kind](folder);
const options = { device, data: await read(), checkpoints: { steps: 1, share: 1 } };
const [there] = listRuns(runsDir);
const events = there ? resumeRun(there, options) : runRecipe(recipe, { runsDir, name: "run", ...options });
let run = "";
for await (const event of events) {
  if (event.kind === "begin" || event.kind === "end") run = event.folder;
  if (event.kind === "begin") say("begun");
  if (event.kind === "saved") say(`saved ${event.position.step}`);
  if (event.kind === "resuming") say(`resuming ${event.position.step}`);
}
const places = new Map();
for (const place of passedFailpoints()) places.set(place.split(":")[0], Number(place.split(":")[1]));
say(`places ${[...places].map((each) => each.join(":")).join(" ")}`);
say(`done ${runDigest(run)}`);
