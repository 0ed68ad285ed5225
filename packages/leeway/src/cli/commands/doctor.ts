import { setTimeout } from "node:timers/promises";
import { allowedThreads, libtorch } from "@leeway/torch";
import { diagnose, type Finding } from "@leeway/torch/setup";
import { Command } from "commander";
import { cpus } from "node:os";
import { datasets, findDataset } from "../../data/index.ts";
import { loadText, machineLoad, type MachineLoad, threadsBeside, watchLoad } from "../../runs/index.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway doctor`: what is there, what is missing, and the exact cure; changes nothing. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("say what is there, what is missing, and the cure for each")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExit code: 0 nothing needed is missing (there may be warnings), 4 something is.\n",
    )
    .action(examine);
}

async function examine({ json = false }: { readonly json?: boolean }): Promise<void> {
  watchLoad();
  await setTimeout(300);
  const load = machineLoad(); // before anything is started that would count as another program
  const machine = diagnose();
  const loads = machine.some(({ name, state }) => name === "loads" && state === "ok");
  const findings = [
    ...machine,
    ...(loads ? [instructionsFinding()] : []),
    threadsFinding(),
    loadFinding(load),
    ...(await dataFindings()),
  ];
  const missing = findings.filter(({ state }) => state === "missing").length;
  console.log(json ? JSON.stringify({ ready: missing === 0, findings }) : renderFindings(findings));
  if (missing > 0) process.exitCode = 4;
}

function threadsFinding(): Finding {
  const machine = cpus().length;
  const allowed = allowedThreads();
  const told = process.env["OMP_NUM_THREADS"];
  const found = `${allowed} of ${machine} processors${told === undefined ? "" : `; OMP_NUM_THREADS=${told}`}`;
  return { name: "threads", state: "ok", found, cure: null };
}

/** Which vector instructions libtorch and our kernels compute with. */
function instructionsFinding(): Finding {
  const { libtorch: theirs, kernels } = libtorch().capability;
  const told = process.env["ATEN_CPU_CAPABILITY"];
  const found = `libtorch ${theirs}, kernels ${kernels}${told === undefined ? "" : `; ATEN_CPU_CAPABILITY=${told}`}`;
  return { name: "instructions", state: "ok", found, cure: null };
}

/** Whether other programs leave each thread of training a processor. */
export function loadFinding(load: MachineLoad, count = allowedThreads()): Finding {
  const fitting = threadsBeside(load, count);
  const found = `other programs keep ${loadText(load)} busy`;
  if (fitting === count) return { name: "load", state: "ok", found, cure: null };
  const cure = `Wait for them to end, or train with --threads ${fitting}`;
  return { name: "load", state: "warn", found: `${found}: a step may take many times longer`, cure };
}

/** One line for each data set; a missing one stops nobody who does not ask for it. */
function dataFindings(): Promise<Finding[]> {
  return Promise.all(
    datasets.map(async ({ name, files }) => {
      const path = await findDataset(files);
      return path === undefined
        ? { name, state: "warn", found: "not found", cure: files.advice }
        : { name, state: "ok", found: path, cure: null };
    }),
  );
}

/** A line for each finding and, indented below it, what to do. */
export function renderFindings(
  findings: readonly Finding[],
  { colors = colorsFor(process.stdout) } = {},
): string {
  const paint = { ok: colors.green, warn: colors.yellow, missing: colors.red };
  const lines = findings.map(({ name, state, found, cure }) => {
    const head = `${paint[state](state.padEnd(7))}  ${name.padEnd(13)}  ${found}`;
    return cure === null ? head : `${head}\n${" ".repeat(24)}-> ${cure}`;
  });
  const missing = findings.filter(({ state }) => state === "missing").map(({ name }) => name);
  const verdict =
    missing.length === 0 ? colors.green("Ready to train.") : colors.red(`Not ready: ${missing.join(", ")}.`);
  return [...lines, "", verdict].join("\n");
}
