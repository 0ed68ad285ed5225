// npm run bench:serve [-- RUN|MODEL] [--seconds 60] [--clients 64] [--rows 1] [--threads N]: leeway serve in a process of its own under
// clients that ask again as soon as they are answered. Prints requests a second, latencies, errors, and the memory of the
// service after a fifth of the time and at the end; exits with 1 after an error or growth of more than a tenth.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { recipeForData, runRecipe } from "../packages/leeway/dist/index.js";
import { processor } from "./machine.mjs";
import { wholeNumber } from "./options.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    clients: { type: "string", default: "64" },
    rows: { type: "string", default: "1" },
    threads: { type: "string" },
  },
});
const [seconds, clients, rows] = ["seconds", "clients", "rows"].map((name) => wholeNumber(values, name));
const leeway = fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "leeway-bench-serve-"));
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const latencies = [];
const errors = new Map();

const path = positionals[0] ?? (await trainedRun());
const { child, url, columns } = await serve(path);
const body = JSON.stringify(rows === 1 ? columns : Array.from({ length: rows }, () => columns));
const end = performance.now() + seconds * 1000;
const sampled = new Promise((resolve) => setTimeout(() => resolve(residentMB()), seconds * 200));
await Promise.all(Array.from({ length: clients }, client));
const [early, late] = [await sampled, residentMB()];
const { passes } = await (await fetch(`${url}/health`)).json();
child.kill("SIGTERM");
agent.destroy();
rmSync(folder, { recursive: true });
report();

/** A run of transactions, as small as bench:predict's. */
async function trainedRun() {
  const table = join(folder, "transactions.csv");
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const fraud = i % 20 === 0;
    const cells = [(fraud ? 900 : 10) + (i % 97), i % 24, ["NL", "US", "CH"][i % 3], ["web", "shop"][i % 2]];
    return `${cells.join(",")},${fraud ? "fraud" : "ok"}`;
  });
  writeFileSync(table, `${["amount,hour,country,channel,label", ...lines].join("\n")}\n`);
  const recipe = await recipeForData(table, { label: "label", epochs: 2 });
  for await (const event of runRecipe(recipe, { runsDir: folder, name: "run" }))
    if (event.kind === "end") return event.folder;
}

/** Starts the service, and gives a typical row of its model by its own description. */
async function serve(path) {
  const threads = values.threads === undefined ? [] : ["--threads", values.threads];
  const words = [leeway, "serve", path, "--port", "0", "--json", "--quiet", ...threads];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await new Promise((resolve, reject) => {
    child.stdout.once("data", (text) => resolve(String(text).split("\n")));
    child.once("exit", (code) => reject(new Error(`leeway serve ended with ${code}`)));
  });
  const { url } = JSON.parse(line);
  const { components } = await (await fetch(`${url}/openapi.json`)).json();
  const columns = Object.entries(components.schemas.Example.properties);
  return {
    child,
    url,
    columns: Object.fromEntries(columns.map(([name, { examples }]) => [name, examples[0]])),
  };
}

async function client() {
  while (performance.now() < end) {
    const start = performance.now();
    const outcome = await post();
    latencies.push(performance.now() - start);
    if (outcome !== 200) errors.set(outcome, (errors.get(outcome) ?? 0) + 1);
  }
}

/** The status of an answer, or what went wrong. */
function post() {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(`${url}/predict`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    sent.on("error", (error) => resolve(error.code)).end(body);
  });
}

function residentMB() {
  const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return Math.round(Number(kB) / 1024);
}

function report() {
  latencies.sort((a, b) => a - b);
  const at = (share) => `${latencies[Math.floor(share * (latencies.length - 1))].toFixed(1)} ms`;
  const failed = [...errors.values()].reduce((a, b) => a + b, 0);
  const perSecond = Math.round(latencies.length / seconds);
  const { cpu } = processor();
  console.log(`${clients} clients for ${seconds} s, ${rows} ${rows === 1 ? "row" : "rows"} a request`);
  console.log(`${perSecond} requests/s   p50 ${at(0.5)}   p99 ${at(0.99)}   longest ${at(1)}`);
  console.log(
    `${latencies.length} requests in ${passes} passes, ${failed} errors ${JSON.stringify([...errors])}`,
  );
  console.log(`memory ${early} MB after ${seconds / 5} s, ${late} MB at the end`);
  console.log(`${cpu}, Node ${process.versions.node}`);
  if (failed > 0 || late > 1.1 * early) process.exitCode = 1;
}
