// A small training for the checks of several ranks: its data, its command, and how processes are watched.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The compiled command line. */
export const leeway = fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));

/** The arguments of a training of a table that is made in `folder`, and saved every few steps. */
export function trainingIn(folder, { epochs = 60 } = {}) {
  const rows = Array.from(
    { length: 400 },
    (_, i) => `${(i * 7919) % 101},${(i * 31) % 17},${"aaab"[(i * 13) % 4]}`,
  );
  const table = join(folder, "table.csv");
  writeFileSync(table, ["first,second,class", ...rows, ""].join("\n"));
  return [
    ...[
      "train",
      table,
      "--label",
      "class",
      "--model",
      "mlp",
      "--batch-size",
      "32",
      "--epochs",
      String(epochs),
    ],
    ...["--checkpoint-steps", "20", "--no-report", "--runs-dir", join(folder, "runs")],
  ];
}

/** Starts a program, and keeps what it prints. */
export function started(program, args, { environment = {} } = {}) {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said.text += text));
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: String(error), text: said.text }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal, text: said.text }));
  });
  return { child, said, ended };
}

/** The processes of ranks below a process: those that have a rank and train. */
export function ranksBelow(pid) {
  return descendants(pid).filter((each) => {
    const variables = procText(each, "environ").split("\0");
    const words = procText(each, "cmdline").split("\0");
    return variables.some((line) => /^RANK=\d/.test(line)) && words.includes("train");
  });
}

function descendants(pid) {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(procText(name, "stat").split(")").at(-1).trim().split(" ")[1])]);
  const below = (of) =>
    parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function procText(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Whether a process computes or waits; one that is dead and not yet buried does not. */
export function isAlive(pid) {
  const [state] = procText(pid, "stat").split(")").at(-1).trim().split(" ");
  return state !== "" && state !== "Z";
}

export async function freePort() {
  const server = createServer().listen(0);
  while (!server.listening) await setTimeout(1);
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
