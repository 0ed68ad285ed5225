// node bench/golden.mjs record|check FILE [--checkout DIR] [--only PATTERN] [--jobs N] [--keep]: keeps the bits of
// small runs of all methods and kinds of data, forks, resumed runs, predictions and comparisons, as a checkout's
// command line computes them, or compares them with those of a file. Exit code 1 if any differs.
//
// Bits hold for one processor and one set of libraries: elsewhere the check says so and compares nothing.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bitsOfOutput, bitsOfRuns, differences } from "./golden-bits.mjs";
import { goldenCases, LATEST, RUN } from "./golden-cases.mjs";
import { writeGoldenData } from "./golden-data.mjs";
import { machine } from "./machine.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    checkout: { type: "string", default: resolve(import.meta.dirname, "..") },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const [verb, file] = positionals;
const jobs = Number(options.jobs);
if (!["record", "check"].includes(verb) || file === undefined || !(jobs >= 1)) {
  console.error("golden: expected record or check, a file, and a number of jobs.");
  process.exit(2);
}

const program = resolve(options.checkout, "packages/leeway/bin/leeway.js");
const root = realpathSync(mkdtempSync(join(tmpdir(), "leeway-golden-")));
const wanted = goldenCases.filter(({ name }) => new RegExp(options.only).test(name));
try {
  await writeGoldenData(root);
  const fingerprint = await fingerprintOf();
  if (verb === "record") await record(fingerprint);
  else await check(fingerprint);
} finally {
  if (options.keep) console.log(`Runs and data: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}

async function record(fingerprint) {
  const bits = {};
  const faults = [];
  await inParallel(async (each) => {
    bits[each.name] = await bitsOfCase(each).catch(({ message }) => faults.push(`${each.name}: ${message}`));
  });
  if (faults.length > 0) throw new Error(`golden: nothing recorded\n${faults.join("\n")}`);
  const cases = wanted.map(({ name }) => `  ${JSON.stringify(name)}: ${JSON.stringify(bits[name])}`);
  const head = JSON.stringify({
    date: new Date().toISOString().slice(0, 10),
    command: commandLine(),
    fingerprint,
  });
  writeFileSync(file, `${head.slice(0, -1)},\n"cases": {\n${cases.join(",\n")}\n}}\n`);
  console.log(`${wanted.length} cases in ${file}`);
}

async function check(fingerprint) {
  const golden = JSON.parse(readFileSync(file, "utf8"));
  const other = differences(golden.fingerprint, fingerprint);
  if (other.length > 0) {
    console.log(`Nothing compared: the file is of another machine or library.\n  ${other.join("\n  ")}`);
    return;
  }
  let different = 0;
  await inParallel(async (each) => {
    const found = await differencesOf(each, golden.cases[each.name]);
    if (found.length === 0) return;
    different++;
    console.log(`${each.name}\n  ${found.slice(0, 12).join("\n  ")}`);
  });
  const gone = Object.keys(golden.cases).filter((name) => !goldenCases.some((each) => each.name === name));
  if (gone.length > 0) console.log(`No longer run: ${gone.join(", ")}`);
  console.log(`${wanted.length - different} of ${wanted.length} cases as recorded on ${golden.date}`);
  process.exitCode = different + gone.length > 0 ? 1 : 0;
}

async function differencesOf(each, before) {
  if (before === undefined) return ["not in the file"];
  try {
    return differences(before, await bitsOfCase(each));
  } catch (error) {
    return [error.message];
  }
}

/** Runs a case's commands in a folder of its own. @throws Error where one does not end as it should */
async function bitsOfCase({ name, commands }) {
  const runsDir = join("runs", name.replaceAll("/", "-"));
  mkdirSync(join(root, runsDir), { recursive: true });
  const printed = [];
  for (const [i, command] of commands.entries()) {
    const ended = await leeway(argumentsOf(command, runsDir, i), { ...command, runsDir });
    if (
      command.killedAt !== undefined
        ? ended.signal !== "SIGKILL"
        : ended.code !== (command.stopAfter ? 143 : 0)
    ) {
      const how = `ended with ${ended.code ?? ended.signal}`;
      throw new Error(`leeway ${command.join(" ")}: ${how}\n${ended.stderr.slice(-1500)}`);
    }
    if (["predict", "compare"].includes(command[0])) printed.push(bitsOfOutput(ended.stdout));
  }
  const bits = { ...(printed.length > 0 && { printed }), runs: bitsOfRuns(join(root, runsDir), root) };
  if (!options.keep) rmSync(join(root, runsDir), { recursive: true });
  return bits;
}

function argumentsOf(command, runsDir, i) {
  const folders = { [RUN]: join(runsDir, "run"), [LATEST]: join(runsDir, "latest") };
  const args = command.map((word) => word.replace(RUN, folders[RUN]).replace(LATEST, folders[LATEST]));
  const place = ["--runs-dir", runsDir];
  if (command[0] === "train")
    args.push(...place, ...["--threads", "1"], ...(i === 0 ? ["--name", "run"] : []));
  if (command[0] === "compare") args.push(...place, ...["--threads", "1", "--json"]);
  if (command[0] === "fork") args.push(...place);
  return args;
}

/** Runs the checkout's command line, as far as it is let. */
function leeway(args, { killedAt, stopAfter, runsDir }) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^LEEWAY_|COLOR/.test(name)),
  );
  Object.assign(env, {
    OMP_NUM_THREADS: "1",
    LEEWAY_DATA: "data",
    LEEWAY_IMAGE_CACHE: join(root, "image-cache"),
  });
  if (killedAt !== undefined) env.LEEWAY_FAILPOINTS = killedAt;
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const looking = setInterval(() => {
      if (stopAfter === undefined || epochsIn(runsDir) < stopAfter) return;
      clearInterval(looking); // a second signal would end it at once
      child.kill("SIGTERM");
    }, 10);
    child.on("error", failed);
    child.on("close", (code, signal) => {
      clearInterval(looking);
      done({ code, signal, stdout, stderr });
    });
  });
}

function epochsIn(runsDir) {
  const path = join(root, runsDir, "run", "metrics.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

/** Where the checkout computes: processor, libtorch, BLAS, Node's major version. */
async function fingerprintOf() {
  const runsDir = join("runs", "fingerprint");
  const [{ commands }] = goldenCases;
  const { code, stderr } = await leeway([...argumentsOf(commands[0], runsDir, 0), "--epochs", "1"], {
    runsDir,
  });
  if (code !== 0) throw new Error(`golden: the first case fails\n${stderr}`);
  const { environment } = JSON.parse(readFileSync(join(root, runsDir, "run", "run.json"), "utf8"));
  const { libtorch, blas } = environment;
  return { ...machine(), libtorch, blas };
}

/** Does something with every case, `jobs` of them at a time. */
async function inParallel(work) {
  const left = [...wanted];
  const worker = async () => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) await work(each);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function commandLine() {
  return ["node bench/golden.mjs record", ...(options.only && ["--only", options.only])].join(" ");
}
