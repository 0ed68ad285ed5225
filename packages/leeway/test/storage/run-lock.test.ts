import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { lockRun } from "../../src/storage/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Makes somebody else the holder of the lock that stands. */
function heldBy(run: string, holder: object): void {
  const claims = join(run, ".claims");
  const file = join(claims, readdirSync(claims)[0]!);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...holder }));
}

suite("lockRun", () => {
  test("is had by one, and leaves nothing when it is given back", () => {
    const run = temporaryFolder();
    const release = lockRun(run);
    expect(() => lockRun(run)).toThrow(
      `${run}: expected a run that nobody works on, got one held by process ${process.pid} on ${hostname()} since `,
    );
    release();
    expect(readdirSync(run)).toEqual([]);
    lockRun(run)();
  });
  test("is taken over from a process that has died", () => {
    const run = temporaryFolder();
    lockRun(run);
    heldBy(run, { pid: spawnSync(process.execPath, ["--version"]).pid });
    lockRun(run)();
    expect(readdirSync(run)).toEqual([]);
  });
  test("is taken over from another host only where somebody says so", () => {
    const run = temporaryFolder();
    lockRun(run);
    heldBy(run, { host: "elsewhere" });
    expect(() => lockRun(run)).toThrow("on elsewhere since");
    lockRun(run, { takeOver: true })();
  });
  test("is not taken over from a process of this host that lives", () => {
    const run = temporaryFolder();
    lockRun(run);
    expect(() => lockRun(run, { takeOver: true })).toThrow("expected a run that nobody works on");
  });
});
