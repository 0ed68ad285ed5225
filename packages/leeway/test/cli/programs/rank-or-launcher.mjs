/**
 * `leeway launch` with ranks that train nothing: `[options] -- train SCENARIO FOLDER`. As a rank it leaves its pid and its
 * variables in the folder, and does what the scenario says.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { launchCommand } from "../../../dist/cli/commands/launch.js";
import { holdLifeline } from "../../../dist/cli/launch/lifeline.js";
import { writeErrorFile } from "../../../dist/cli/launch/error-file.js";

const { RANK: rank, TORCHELASTIC_RESTART_COUNT: attempt } = process.env;

/** What the ranks do; without an end of its own a rank waits for a signal. */
const scenarios = {
  wait: () => undefined,
  succeed: () => process.exit(0),
  /** Rank 1 is killed in the first attempt, once all are there, and the others lose it. */
  async lose(folder) {
    if (attempt !== "0") process.exit(0);
    while (readdirSync(folder).length < Number(process.env.WORLD_SIZE)) await setTimeout(10);
    if (rank === "1") process.kill(process.pid, "SIGKILL");
    await setTimeout(300);
    fail("rank 1 has gone", 138);
  },
  /** Rank 1 is told nonsense. */
  refuse: () => (rank === "1" ? fail("--ratio: expected a number, got nonsense.", 2) : undefined),
};

if (rank === undefined) {
  try {
    await launchCommand().parseAsync(process.argv.slice(2), { from: "user" });
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = error.exitCode ?? 99;
  }
} else {
  const [, scenario, folder] = process.argv.slice(2);
  holdLifeline();
  const variables = Object.entries(process.env).filter(([name]) =>
    /^(RANK|WORLD_|LOCAL_|MASTER_|OMP_|TORCHELASTIC_RE)/.test(name),
  );
  writeFileSync(
    join(folder, `${rank}.${attempt}.${process.pid}`),
    JSON.stringify(Object.fromEntries(variables)),
  );
  process.on("SIGTERM", () => process.exit(143));
  console.log(`as ${rank}`);
  const forever = setInterval(() => undefined, 1000);
  await scenarios[scenario](folder);
  if (scenario === "succeed") clearInterval(forever);
}

function fail(message, code) {
  writeErrorFile(message);
  process.exit(code);
}
