import { spawnSync } from "node:child_process";

/**
 * Runs named steps one after the other; the rest is skipped once one fails, as each stands on those before. Ends with
 * the line all checks end with, `N passed, N failed, N skipped`, and sets the exit status.
 *
 * @param title what the steps check, before each of their names
 * @param steps pairs of a name and a function, which throws where the step fails; one that counts tests of its own
 *   returns what they printed
 */
export function runSteps(title, steps) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, step] of steps) {
    if (count.failed > 0) {
      count.skipped++;
      continue;
    }
    const started = performance.now();
    try {
      const own = closingLine.exec(step() ?? "")?.groups ?? { passed: 1, skipped: 0 };
      count.passed += Number(own.passed);
      count.skipped += Number(own.skipped);
      console.log(`${title}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      count.failed++;
      console.log(`${title}: FAILED: ${name}\n${error.message}`);
    }
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}

const closingLine = /^(?<passed>\d+) passed, 0 failed, (?<skipped>\d+) skipped\s*$/m;

/** Runs a command and returns its stdout; throws an error with the end of its output where it fails. */
export function runQuietly(command, args, options) {
  const child = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1e8, ...options });
  if (child.status === 0) return child.stdout;
  const reason = child.error?.message ?? `exit status ${child.status ?? child.signal}`;
  const lines = `${child.stdout ?? ""}${child.stderr ?? ""}`.trimEnd().split("\n").slice(-100);
  throw new Error(`${[command, ...args].join(" ")}: ${reason}\n${lines.join("\n")}`);
}
