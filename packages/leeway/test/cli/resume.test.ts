import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { readRun } from "../../src/storage/index.ts";
import { type Ended, leeway } from "./leeway-process.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-resume-"));
const runsDir = join(root, "runs");
const table = join(root, "table.csv");

beforeAll(() => {
  const rows = Array.from(
    { length: 200 },
    (_, i) => `${(i * 7919) % 101},${(i * 31) % 17},${"aaab"[i % 4]!}`,
  );
  writeFileSync(table, ["first,second,class", ...rows, ""].join("\n"));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A run of a table: its steps take so little time that a signal comes between any two of them. */
const train = [
  ...["train", table, "--label", "class", "--runs-dir", runsDir, "--threads", "1"],
  ...["--batch-size", "8", "--epochs", "60", "--checkpoint-steps", "10", "--no-report"],
];
const folder = (name: string): string => join(runsDir, name);
const weights = (name: string): string =>
  readFileSync(join(folder(name), "model.safetensors")).toString("base64");

/** A run that gets a signal after its second epoch. */
function stopped(name: string, signal: NodeJS.Signals): Promise<Ended> {
  let sent = false;
  return leeway([...train, "--name", name], {
    onStderr: (text, child) => {
      if (sent || !text.includes("epoch  2/60")) return;
      sent = true;
      child.kill(signal);
    },
  });
}

suite("leeway resume", () => {
  test("goes on after SIGTERM and SIGKILL to the weights of a run that was never stopped", async () => {
    expect((await leeway([...train, "--name", "whole"])).code).toBe(0);
    for (const [signal, code] of [
      ["SIGTERM", 143],
      ["SIGKILL", null],
    ] as const) {
      expect((await stopped(signal, signal)).code).toBe(code);
      const isKill = signal === "SIGKILL";
      const went = await leeway(
        isKill ? [...train, "--name", signal, "--continue"] : ["resume", folder(signal)],
      );
      // A SIGKILL in the middle of a checkpoint is told of first.
      const unfinished =
        "Checkpoint \\d{6} is damaged and left out: manifest.json is missing: it was not finished.\n";
      const first = isKill ? `Going on with .*SIGKILL\n(${unfinished})?` : "";
      expect(went.stderr).toMatch(
        new RegExp(`^${first}Resuming at step \\d+, epoch \\d+, after \\d+ of its batches\n`),
      );
      expect(went.code).toBe(0);
      expect(weights(signal) === weights("whole")).toBe(true);
    }
  });
  test("prints the result of a run that has finished, and leaves it alone", async () => {
    const files = readdirSync(folder("whole"));
    const { code, stdout, stderr } = await leeway(["resume", folder("whole"), "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "The run has finished: nothing is left to do.\n" });
    expect(JSON.parse(stdout)).toMatchObject({ run: folder("whole"), status: "finished", epochs: 60 });
    expect(readdirSync(folder("whole"))).toEqual(files);
  });
  test("train --continue prints the result of a finished run, and refuses another recipe of its name", async () => {
    const again = await leeway([...train, "--name", "whole", "--continue", "--json", "-q"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ run: folder("whole"), status: "finished" });
    const other = await leeway([...train, "--name", "whole", "--continue", "--seed", "9"]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("--continue: expected whole to be a run of this recipe, got ");
  });
  test("goes on by itself where a launcher starts ranks anew of which one was killed", async () => {
    const launch = ["launch", "--ranks", "2", "--restarts", "1", "--", ...train];
    let killed = false;
    const { code, stderr } = await leeway([...launch, "--epochs", "10", "--name", "ranks"], {
      onStderr: (text, child) => {
        if (killed || !text.includes("epoch  2/10")) return;
        killed = true;
        const ranks = readFileSync(`/proc/${child.pid!}/task/${child.pid!}/children`, "utf8"); // it has begun
        process.kill(Number(ranks.trim().split(" ").at(-1)), "SIGKILL");
      },
    });
    expect(stderr).toContain("Starting all ranks anew: restart 1 of 1\n");
    expect(stderr).toContain("Resuming at step ");
    expect(code).toBe(0);
    expect(readRun(folder("ranks"))).toMatchObject({
      record: { resumed: [{}] },
      summary: { status: "finished" },
    });
    expect(readdirSync(runsDir).filter((name) => name.startsWith("ranks"))).toEqual(["ranks"]);
  });
  test("names a damaged checkpoint; says of each why where all are", async () => {
    await stopped("damaged", "SIGKILL");
    const checkpoints = join(folder("damaged"), "checkpoints");
    const states = readdirSync(checkpoints).map((name) => join(checkpoints, name, "state.json"));
    // The kill may have left one that was not finished, or half removed.
    for (const state of states.filter((path) => existsSync(path))) truncateSync(state, 7);
    const { code, stderr } = await leeway(["resume", folder("damaged")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /expected a whole checkpoint to go on from, got only damaged ones: .*\d{6} \(state.json is cut off: 7 of/,
    );
  });
  test("is refused while another process is at the run", async () => {
    let second: Promise<Ended> | undefined;
    let first = 0;
    await leeway([...train, "--epochs", "10000", "--name", "held"], {
      onStderr: (text, child) => {
        if (second !== undefined || !text.includes("epoch     1/10000")) return;
        first = child.pid!;
        second = leeway(["resume", folder("held")]);
        void second.then(() => child.kill("SIGTERM"));
      },
    });
    const { code, stderr } = await second!;
    expect(code).toBe(1);
    expect(stderr).toContain(`expected a run that nobody works on, got one held by process ${first} on`);
    expect(readRun(folder("held")).summary).toMatchObject({ status: "interrupted" });
  });
  test("of what is no run says so", async () => {
    const { code, stderr } = await leeway(["resume", join(root, "nowhere")]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "nowhere: expected the folder of a run, got none there. A run is a folder that leeway train made",
    );
  });
});
