import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe as suite, expect, test } from "vitest";
import { countMemoryNodes, ranksHere, threadsHere } from "../../src/cli/launch/shares.ts";

const program = fileURLToPath(new URL("programs/rank-or-launcher.mjs", import.meta.url));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-launch-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A launcher whose ranks do what the scenario says. */
function launcher(options: string[], scenario: string, environment: Record<string, string> = {}) {
  const launched = /^(RANK|WORLD_SIZE|LOCAL_|MASTER_|PET_|SLURM_|OMP_|TORCHELASTIC_)/;
  const kept = Object.entries(process.env).filter(([name]) => !launched.test(name));
  const child = spawn(process.execPath, [program, ...options, "--", "train", scenario, folder], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(kept), ...environment },
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
  );
  return { child, ended };
}

/** What ranks left, `RANK.ATTEMPT.PID`, once there are so many. */
async function ranks(count: number): Promise<string[]> {
  while (readdirSync(folder).length < count) await setTimeout(20);
  return readdirSync(folder).sort();
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
const pidsOf = (names: readonly string[]): number[] => names.map((name) => Number(name.split(".")[2]));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

suite("leeway launch", () => {
  test("starts ranks that know where they stand, and shows what they print", async () => {
    const { code, stdout, stderr } = await launcher(["--ranks", "2"], "succeed").ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "as 0\n" });
    expect(stderr).toContain("[rank 1] as 1\n");
    expect(stderr).toMatch(/^Launching 2 ranks, \d+ threads? each \(\d+ processors? among 2 ranks\)\n/);
    const [first, second] = (await ranks(2)).map(
      (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, string>,
    );
    expect(second).toMatchObject({
      ...{ RANK: "1", LOCAL_RANK: "1", WORLD_SIZE: "2", LOCAL_WORLD_SIZE: "2", MASTER_ADDR: "127.0.0.1" },
      TORCHELASTIC_RESTART_COUNT: "0",
    });
    expect(second!["MASTER_PORT"]).toBe(first!["MASTER_PORT"]);
  });

  test("ends all with the reason of the rank that died, in a code that schedulers start again", async () => {
    const { code, stderr } = await launcher(["--ranks", "3", "-q"], "lose").ended;
    expect(code).toBe(137);
    expect(stderr).toMatch(/^error: rank 1 \(process \d+\): killed by SIGKILL/m);
    expect(pidsOf(await ranks(3)).filter(isAlive)).toEqual([]);
  });

  test("--restarts starts all anew after a rank was lost, and not after wrong usage", async () => {
    const again = await launcher(["--ranks", "2", "--restarts", "2"], "lose").ended;
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("Starting all ranks anew: restart 1 of 2");
    expect((await ranks(4)).map((name) => name.slice(0, 3))).toEqual(["0.0", "0.1", "1.0", "1.1"]);
    const refused = await launcher(["--ranks", "2", "--restarts", "2"], "refuse").ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /error: rank 1 \(process \d+\): --ratio: expected a number, got nonsense\.\n$/,
    );
  });

  test("passes SIGTERM on, and leaves no rank when it is killed itself", async () => {
    const told = launcher(["--ranks", "2"], "wait");
    await ranks(2);
    told.child.kill("SIGTERM");
    expect((await told.ended).code).toBe(143);
    const killed = launcher(["--ranks", "2"], "wait");
    const pids = pidsOf(await ranks(4));
    killed.child.kill("SIGKILL");
    await killed.ended; // its ranks hold its streams, too
    while (pids.some(isAlive)) await setTimeout(20);
  });

  test("joins the launchers of several machines, and starts all anew where one rank is lost", async () => {
    const port = await freePort();
    const node = (index: number): Record<string, string> => ({
      ...{ PET_NNODES: "2", PET_NODE_RANK: String(index), PET_NPROC_PER_NODE: "1" },
      ...{ PET_MASTER_ADDR: "127.0.0.1", PET_MASTER_PORT: String(port) },
    });
    const options = ["--ranks-per-node", "1", "--restarts", "1"];
    const guest = launcher(options, "lose", node(1));
    await setTimeout(300); // node 0 may come later
    const host = launcher(options, "lose", node(0));
    let sent = false;
    while (!sent) {
      const stranger = createConnection(port, "127.0.0.1", () => {
        sent = true;
      });
      stranger.on("error", () => undefined).end("GET / HTTP/1.1\r\n\r\n"); // who is no launcher changes nothing
      await setTimeout(20);
    }
    const [zero, one] = await Promise.all([host.ended, guest.ended]);
    expect([zero.code, one.code]).toEqual([0, 0]);
    expect(zero.stderr).toMatch(/node 1 \(.*127\.0\.0\.1\), rank 1 \(process \d+\): killed by SIGKILL/);
    expect((await ranks(4)).map((name) => name.slice(0, 3))).toEqual(["0.0", "0.1", "1.0", "1.1"]);
  });

  test("ends the ranks of all machines where one launcher is killed, naming the machine", async () => {
    const port = String(await freePort());
    const shared = { PET_NNODES: "2", PET_MASTER_ADDR: "127.0.0.1", PET_MASTER_PORT: port };
    const host = launcher([], "wait", { ...shared, PET_NODE_RANK: "0" });
    const guest = launcher([], "wait", { ...shared, PET_NODE_RANK: "1" });
    const pids = pidsOf(await ranks(2));
    guest.child.kill("SIGKILL");
    const { code, stderr } = await host.ended;
    expect(code).toBe(138);
    expect(stderr).toMatch(/error: node 1 \(.*\) was lost: the connection was closed/);
    while (pids.some(isAlive)) await setTimeout(20);
  });

  test.for([
    [
      ["--ranks", "2", "--ranks-per-node", "2"],
      "--ranks: expected either all ranks or those of each machine",
    ],
    [["--ranks", "3"], "--ranks: expected a multiple of the 2 machines, got 3."],
  ] as const)("refuses %j", ([options, message]) => {
    const [ranks, ranksPerNode] = [Number(options[1]), options[2] === undefined ? undefined : 2];
    const place = { by: "slurm", index: 0, count: 2, address: "n1", port: 1, ranks: null } as const;
    expect(() => ranksHere(place, { ranks, ranksPerNode }, { allowed: 4 })).toThrow(message);
  });
});

suite("ranksHere", () => {
  const place = { by: "trainer", index: 0, count: 1, address: "n1", port: 1 } as const;
  const said = (ranks: number | null): unknown =>
    ranksHere({ ...place, ranks }, {}, { allowed: 16, memoryNodes: 2 }).count;
  test("is one for each memory node, or what the Trainer says unless it counts processors", () => {
    expect([said(null), said(4), said(16)]).toEqual([2, 4, 2]);
  });
});

suite("threadsHere", () => {
  test("shares processors out, and never more than there are", () => {
    expect(threadsHere(3, { allowed: 8, requested: undefined })).toEqual({
      ...{ threads: 2, why: "8 processors among 3 ranks" },
    });
    expect(threadsHere(4, { allowed: 2, requested: "" })).toMatchObject({ threads: 1 });
    expect(threadsHere(4, { allowed: 2, requested: "3" }).threads).toBe(3);
    expect(() => threadsHere(4, { allowed: 2, requested: "x" })).toThrow("OMP_NUM_THREADS: expected");
  });
});

suite("countMemoryNodes", () => {
  test("is 1 where the system does not say", () => {
    expect(countMemoryNodes("/nowhere")).toBe(1);
  });
});
