import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What a program of `programs/` prints, run in a process of its own. */
export async function outputOf(
  program: string,
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = start(program, given, environment);
  const [output] = await Promise.all([text(child.stdout!), once(child, "close")]);
  return output;
}

/** Starts a program, waits for its first words and some milliseconds more, and kills it. */
export async function killAfterFirstWords(
  program: string,
  given: readonly string[],
  milliseconds: number,
): Promise<void> {
  const child = start(program, given);
  const ended = once(child, "close");
  await once(child.stdout!, "data");
  await setTimeout(milliseconds);
  child.kill("SIGKILL");
  await ended;
}

function start(
  program: string,
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const path = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
  return spawn(process.execPath, [path("run-typescript.mjs"), path(program), ...given], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
}
