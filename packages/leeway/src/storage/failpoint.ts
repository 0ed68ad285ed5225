import { constants } from "node:os";
import { didYouMean, expected, RunError } from "../errors.ts";

/** The places where what is written passes: one for each kind of call to the system. */
const failpointNames = [
  "open",
  "write",
  "append",
  "sync",
  "rename",
  "sync-folder",
  "make-folder",
  "link",
  "remove",
  "claim",
] as const;

export type FailpointName = (typeof failpointNames)[number];

/** What can happen at a failpoint, the process is killed, a call fails, or the disk is lost from there on; and its error. */
const actions = {
  kill: "EIO",
  error: "EIO",
  enospc: "ENOSPC",
  edquot: "EDQUOT",
  erofs: "EROFS",
  eacces: "EACCES",
  lost: "EIO",
} as const satisfies Readonly<Record<string, keyof typeof constants.errno>>;

interface Armed {
  readonly name: FailpointName;
  /** The how-manieth passing, counted from 1. */
  readonly occurrence: number;
  readonly action: keyof typeof actions;
}

interface Plan {
  readonly armed: readonly Armed[];
  readonly passed: string[];
  readonly counts: Map<FailpointName, number>;
  lost: boolean;
}

/** Undefined until the environment has been read; null where nothing is armed. */
let plan: Plan | null | undefined;

/**
 * Stands before every call that writes a run's folder or file whole. Does nothing unless the environment variable
 * `LEEWAY_FAILPOINTS` names it: `name:occurrence:action`, several divided by commas.
 *
 * `rename:3:kill` kills the process before its third rename; `write:1:enospc` lets the first write fail as on a
 * full disk; `sync:2:lost` lets everything fail from the second sync on, as where a disk is pulled out.
 *
 * @throws an error as the system's own, with `code`, where the action says so
 * @throws RunError with code "usage" where the variable cannot be read
 */
export function failpoint(name: FailpointName): void {
  if (plan === undefined) armFailpoints(process.env["LEEWAY_FAILPOINTS"]);
  if (plan) pass(plan, name);
}

/**
 * Arms failpoints as the environment variable would, and counts from 1 again; `undefined` disarms all, and "" only
 * counts.
 *
 * @throws RunError with code "usage" where the text cannot be read
 */
export function armFailpoints(text: string | undefined): void {
  plan =
    text === undefined
      ? null
      : { armed: text.split(",").filter(Boolean).map(parsed), passed: [], counts: new Map(), lost: false };
}

/** The places passed since they were armed, in order: `open:1`, `write:1`, `sync:1`, … */
export function passedFailpoints(): readonly string[] {
  return plan?.passed ?? [];
}

function pass(here: Plan, name: FailpointName): void {
  const occurrence = (here.counts.get(name) ?? 0) + 1;
  here.counts.set(name, occurrence);
  here.passed.push(`${name}:${occurrence}`);
  if (here.lost) throw systemError("EIO", name);
  const found = here.armed.find((each) => each.name === name && each.occurrence === occurrence);
  if (found === undefined) return;
  if (found.action === "kill") process.kill(process.pid, "SIGKILL");
  here.lost = found.action === "lost";
  throw systemError(actions[found.action], name);
}

function systemError(code: keyof typeof constants.errno, syscall: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${code}: failpoint, ${syscall}`);
  return Object.assign(error, { code, errno: -constants.errno[code], syscall });
}

function parsed(text: string): Armed {
  const [name = "", digits = "", action = ""] = text.split(":");
  const occurrence = Number(digits);
  requireAmong("a place", name, failpointNames);
  requireAmong("an action", action, Object.keys(actions));
  if (!Number.isSafeInteger(occurrence) || occurrence < 1) {
    throw unreadable("an occurrence of at least 1", digits);
  }
  return { name: name as FailpointName, occurrence, action: action as keyof typeof actions };
}

function requireAmong(what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name))
    throw unreadable(`${what} among ${known.join(", ")}`, name, didYouMean(name, known));
}

function unreadable(what: string, got: string, advice = ""): RunError {
  return new RunError("usage", expected("LEEWAY_FAILPOINTS", "", what, got, advice).message);
}
