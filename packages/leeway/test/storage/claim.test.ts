import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { type Claim, type ClaimHolder, takeClaim } from "../../src/storage/index.ts";
import { outputOf } from "./programs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The claims in a folder of runs, by file. */
function claimsIn(root: string): string[] {
  return readdirSync(join(root, ".claims")).map((name) => join(root, ".claims", name));
}

/** Takes a claim and makes another holder of it. */
function claimOf(root: string, holder: Partial<ClaimHolder>): string {
  takeClaim(root, "work");
  const [file] = claimsIn(root);
  const found = JSON.parse(readFileSync(file!, "utf8")) as object;
  writeFileSync(file!, JSON.stringify({ ...found, ...holder }));
  return file!;
}

/** The number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ["--version"]).pid;

function release(claim: Claim): void {
  if (!claim.taken) throw new Error("the claim is not ours");
  claim.release();
}

suite("takeClaim", () => {
  test("gives a piece of work once, and says who has it", () => {
    const root = temporaryFolder();
    expect(takeClaim(root, "work").taken).toBe(true);
    expect(takeClaim(root, "work")).toMatchObject({
      taken: false,
      holder: { pid: process.pid, host: hostname() },
      file: claimsIn(root)[0],
    });
    expect(takeClaim(root, "other work").taken).toBe(true);
  });

  test("gives it again once it was given back, and leaves no file", () => {
    const root = temporaryFolder();
    release(takeClaim(root, "work"));
    expect(claimsIn(root)).toEqual([]);
    expect(takeClaim(root, "work").taken).toBe(true);
  });

  test("takes over from a process of this host that has died", () => {
    const root = temporaryFolder();
    claimOf(root, { pid: deadPid() });
    const claim = takeClaim(root, "work");
    expect(claim.taken).toBe(true);
    expect(takeClaim(root, "work").taken).toBe(false);
    release(claim);
    expect(claimsIn(root)).toEqual([]);
  });

  test.runIf(process.platform === "linux")("takes over where the number belongs to a later process", () => {
    const root = temporaryFolder();
    claimOf(root, { pid: process.pid, started: "1" });
    expect(takeClaim(root, "work").taken).toBe(true);
  });

  test("leaves a claim of another host alone", () => {
    const root = temporaryFolder();
    claimOf(root, { pid: deadPid(), host: "elsewhere" });
    expect(takeClaim(root, "work")).toMatchObject({ taken: false, holder: { host: "elsewhere" } });
  });

  test("takes over from a process that was killed before it wrote its file", () => {
    const root = temporaryFolder();
    writeFileSync(claimOf(root, {}), "");
    const claim = takeClaim(root, "work");
    expect(claim.taken).toBe(true);
    release(claim);
    expect(claimsIn(root)).toEqual([]);
  });

  test("waits for a file that is being written, and leaves the work to its process", async () => {
    const root = temporaryFolder();
    const file = claimOf(root, {});
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, "");
    const write = "fs.writeFileSync(process.argv[1], process.argv[2]); process.exit()";
    const later = `process.stdin.once("data", () => setTimeout(() => { ${write} }, 100)); console.log("ready")`;
    const writer = spawn(process.execPath, ["-e", later, file, whole]);
    await once(writer.stdout, "data"); // its start takes longer than a claim is waited for, on a busy machine
    writer.stdin.write("now");
    expect(takeClaim(root, "work")).toMatchObject({ taken: false, holder: { pid: process.pid } });
    await once(writer, "close");
  });

  test("names the folder that cannot be written", () => {
    const root = join(temporaryFolder(), "runs");
    mkdirSync(root);
    writeFileSync(join(root, ".claims"), "");
    expect(() => takeClaim(root, "work")).toThrow(`${join(root, ".claims")}: expected to claim work there`);
  });

  test(
    "gives each piece of work to one of several processes, also where all find a dead one's claim",
    { timeout: 180_000 },
    async () => {
      const root = temporaryFolder();
      claimOf(root, { pid: deadPid() });
      const given = [root, "3", "work", "other", "third"];
      const outputs = await Promise.all([1, 2, 3].map(() => outputOf("take-claims.ts", given)));
      const taken = outputs.flatMap((output) => JSON.parse(output) as string[]);
      expect(taken.sort()).toEqual(["other", "third", "work"]);
    },
  );

  test("is held by one process at a time, however often it is given back", { timeout: 60_000 }, async () => {
    const given = [temporaryFolder(), "3", "1000"];
    const outputs = await Promise.all([1, 2, 3].map(() => outputOf("claim-again.ts", given)));
    expect(outputs.map(Number)).toEqual([0, 0, 0]);
  });
});
