// npm run test:fuzz -- [FILES] [--readers csv,png] [--seed N] [--json]: mutates right files and reads them, FILES in
// all over every reader. Exit code 1 where a reader crashes the process, takes longer than a second, takes more than
// 512 MB, or ends with an error that is not one of ours.
import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seeded } from "./seeded.mjs";

const patience = 1000; // ms of processor time
const mostMegabytes = 512;
const names = [
  "csv",
  "jsonl",
  "parquet",
  "text",
  "npy",
  "npz",
  "safetensors",
  "idx",
  "cifar",
  "png",
  "bmp",
  "jpeg",
  "zip",
  "run",
  "checkpoint",
];

if (process.send) await readAll();
else await watchAll();

/** The parent: one process a reader, which is begun anew after the file that it did not survive. */
async function watchAll() {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      readers: { type: "string", default: names.join(",") },
      seed: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
    },
  });
  const readers = options.readers.split(",");
  const files = Number(positionals[0] ?? 600);
  const unknown = readers.find((reader) => !names.includes(reader));
  if (unknown !== undefined || !Number.isSafeInteger(files) || files < 1) {
    console.error(
      `fuzz: expected a number of files and readers among ${names.join(", ")}, got ${process.argv.slice(2).join(" ")}.`,
    );
    process.exit(2);
  }
  const tally = { files: 0, read: 0, refused: 0, crashed: 0, slow: 0, unexplained: 0, megabytes: 0 };
  for (const reader of readers) {
    const until = Math.ceil(files / readers.length);
    for (let from = 0; from < until;)
      from = await watch({ reader, from, until, seed: Number(options.seed) }, tally);
  }
  console.log(
    options.json
      ? JSON.stringify(tally)
      : `${tally.files} files: ${tally.read} read, ${tally.refused} refused; ${tally.crashed} crashes, ` +
          `${tally.slow} slower than a second, ${tally.unexplained} errors that are not ours; ${tally.megabytes} MB at most`,
  );
  process.exitCode =
    tally.crashed + tally.slow + tally.unexplained > 0 || tally.megabytes > mostMegabytes ? 1 : 0;
}

/** Watches one process until it has done its share or died; gives the file to begin with next. */
function watch(work, tally) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(work)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let at = work.from;
    let last = performance.now();
    // Far beyond what a busy machine takes for a file: the process is in a loop without an end.
    const timer = setInterval(
      () => performance.now() - last > 60 * patience && child.kill("SIGKILL"),
      patience,
    );
    child.on("message", ({ index, outcome, took, megabytes, message }) => {
      at = index + 1;
      last = performance.now();
      tally.files++;
      tally[outcome]++;
      if (took > patience) tally.slow++;
      tally.megabytes = Math.max(tally.megabytes, megabytes);
      if (outcome === "unexplained") console.error(`${work.reader} file ${index}: ${message}`);
    });
    child.on("exit", (code) => {
      clearInterval(timer);
      if (code === 0) return resolve(work.until);
      console.error(`${work.reader} file ${at}: the process died (seed ${work.seed})`);
      tally.files++;
      tally.crashed++;
      resolve(at + 1);
    });
  });
}

/** The child: mutates and reads. */
async function readAll() {
  const { reader, from, until, seed } = JSON.parse(process.argv[2]);
  const { seeds } = await import("./fuzz-seeds.mjs");
  const folder = mkdtempSync(join(tmpdir(), "leeway-fuzz-"));
  const { name, bytes, read } = (await seeds(folder))[reader];
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await read(path); // right files are read, or nothing is tested
  for (let index = from; index < until; index++) {
    writeFileSync(path, mutated(bytes, seeded(seed * 1_000_003 + index)));
    const began = process.cpuUsage();
    const result = await outcomeOf(() => read(path));
    const { user, system } = process.cpuUsage(began);
    process.send({ index, ...result, took: (user + system) / 1000, megabytes: peakMegabytes() });
  }
  rmSync(folder, { recursive: true, force: true });
  process.disconnect();
}

async function outcomeOf(work) {
  try {
    await work();
    return { outcome: "read" };
  } catch (error) {
    // Ours say what was expected; sharp's are plain errors, and the readers of images say which file it was.
    const says = error instanceof RangeError && error.message.includes("expected ");
    const ours = error.name === "RunError" || says || error.constructor === Error;
    return ours ? { outcome: "refused" } : { outcome: "unexplained", message: error.stack };
  }
}

/** The most memory that this process has taken, by Linux's count; elsewhere what it takes now. */
function peakMegabytes() {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
    return Math.round(kilobytes / 1024);
  } catch {
    return Math.round(process.memoryUsage.rss() / 2 ** 20);
  }
}

/** One to four changes: flipped bits, other bytes, large numbers, parts cut off, left out, repeated or put elsewhere. */
function mutated(bytes, uniform) {
  const below = (bound) => Math.floor(uniform() * bound);
  let file = Buffer.from(bytes);
  for (let times = 1 + below(4); times > 0 && file.length > 0; times--) {
    // As often in the first bytes, where headers are, as anywhere.
    const at = below(below(2) === 0 ? Math.min(64, file.length) : file.length);
    const span = 1 + below(Math.min(200, file.length));
    const [before, part, after] = [
      file.subarray(0, at),
      file.subarray(at, at + span),
      file.subarray(at + span),
    ];
    const change = below(7);
    if (change === 0) file[at] ^= 1 << below(8);
    else if (change === 1) file[at] = below(256);
    else if (change === 2)
      file.fill([0, 255, 127, 48, 57][below(5)], at, Math.min(at + 1 + below(8), file.length));
    else if (change === 3) file = Buffer.from(before);
    else if (change === 4) file = Buffer.concat([before, after]);
    else if (change === 5) file = Buffer.concat([before, part, part, after]);
    else file = Buffer.concat([before, after, part]);
  }
  return file;
}
