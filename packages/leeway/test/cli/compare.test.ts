import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { listRuns, readRun } from "../../src/storage/index.ts";
import { type Ended, leeway } from "./leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-compare-"));
const data = join(folder, "t.csv");
const runsDir = join(folder, "runs");
beforeAll(() => {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const rare = i % 8 === 0;
    return `${(rare ? 4 : 0) + ((i * 7) % 5)},${["u", "v"][i % 2]!},${rare ? "rare" : "common"},${i}`;
  });
  writeFileSync(data, `x,c,kind,id\n${rows.join("\n")}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const asked = ["compare", data, "--label", "kind", "--epochs", "5", "--threads", "1", "--runs-dir", runsDir];
const methods = ["--methods", "erm,ldam,ldam-drw", "--scale", "10"];

suite("leeway compare", { timeout: 120_000 }, () => {
  test("trains every method with every seed, sharing first stages, and shows one table", async () => {
    const { code, stdout, stderr } = await leeway([...asked, ...methods, "--seeds", "0,1"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr.match(/^Note: column "id" is ignored: .*\.$/gm)).toHaveLength(1);
    expect(stdout).toMatch(/^ +ERM +2 +[\d.]+ ± [\d.]+/m);
    expect(stdout).toMatch(/^ +LDAM-DRW +2 .* [+−]?[\d.]+ ± [\d.]+$/m);
    expect(stdout).toContain("average precision");
    expect(stdout).toMatch(/, tabm, 5 epochs$/m);
    const runs = listRuns(runsDir).map(readRun);
    expect(runs).toHaveLength(6);
    const scales = runs.map(({ record: { recipe } }) => [recipe.method, recipe.methodOptions["scale"]]);
    expect(scales).toContainEqual(["ldam", 10]);
    expect(scales).toContainEqual(["erm", undefined]);
    expect(runs.filter(({ record }) => record.forkedFrom !== undefined)).toHaveLength(2);
  });

  test("runs nothing twice, and refuses runs of a file that has changed since", async () => {
    const again = [...asked, ...methods, "--seeds", "0", "--json"];
    const { stdout } = await leeway(again);
    const { rows } = JSON.parse(stdout) as { rows: { method: string; seeds: number[]; gain: unknown }[] };
    expect(rows).toMatchObject([
      { method: "erm", seeds: [0], gain: null },
      { method: "ldam", seeds: [0], gain: { n: 1 } },
      { method: "ldam-drw", seeds: [0], gain: { n: 1 } },
    ]);
    expect(listRuns(runsDir)).toHaveLength(6);
    writeFileSync(data, readFileSync(data, "utf8").replace("0,u,", "1,u,"));
    const changed = await leeway(again);
    expect([changed.code, changed.stdout]).toEqual([3, ""]);
    expect(changed.stderr).toContain("got files of the same names that have changed since");
  });

  test("of folds goes on where it was interrupted, to the table of one that was not", async () => {
    const folds = ["--methods", "erm,rw", "--seeds", "0", "--folds", "2", "--model", "mlp", "--json"];
    const command = (name: string): string[] => [
      ...["compare", data, "--label", "kind", "--epochs", "5", "--threads", "1"],
      ...["--runs-dir", join(folder, name), ...folds],
    ];
    let sent = false;
    const stopped = await leeway(command("stopped"), {
      onStderr: (text, child) => {
        // In the second of four runs.
        if (sent || (text.match(/ epoch +\d\/5 /g) ?? []).length < 7) return;
        sent = true;
        child.kill("SIGINT");
      },
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stdout).toContain("run it again to go on");
    expect(listRuns(join(folder, "stopped"))).toHaveLength(2);
    const [resumed, whole] = [await leeway(command("stopped")), await leeway(command("whole"))];
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    const rowsOf = ({ stdout }: Ended): unknown[] => {
      const { rows } = JSON.parse(stdout) as { rows: { runs: string[] }[] };
      return rows.map(({ runs, ...measured }) => ({ ...measured, count: runs.length }));
    };
    expect(rowsOf(resumed)).toEqual(rowsOf(whole));
    const runs = listRuns(join(folder, "stopped")).map(readRun);
    expect(runs.map(({ record: { recipe } }) => [recipe.method, recipe.fold?.index]).toSorted()).toEqual([
      ...[0, 1].map((index) => ["erm", index]),
      ...[0, 1].map((index) => ["rw", index]),
    ]);
  });

  test("says what classes weigh, once for each method whose weights they are", async () => {
    const weighed = ["--methods", "erm,ldam", "--seeds", "0,1", "--class-weight", "rare=3", "--model", "mlp"];
    const { stderr } = await leeway([...asked.slice(0, -1), join(folder, "weighed"), ...weighed]);
    expect(stderr.match(/^.*Class weights: .*$/gm)).toEqual([
      "ERM: Class weights: rare=1.5, common=0.5, from the first step",
      "LDAM: Class weights: rare=1.5, common=0.5, from the first step",
    ]);
  });

  test("warns once, whatever the seeds, of a method that throws away what it learned", async () => {
    const lost = ["--methods", "erm,crt", "--seeds", "0,1", "--model", "linear"];
    const { stderr } = await leeway([...asked.slice(0, -1), join(folder, "lost"), ...lost]);
    expect(stderr.match(/^Warning: .*$/gm)).toEqual([
      expect.stringMatching(
        /^Warning: cRT begins a new last layer after epoch 4 of 5, and linear has no other/,
      ),
    ]);
  });

  test("says in one line what is wrong with what is asked", async () => {
    const fault = async (...args: string[]): Promise<string> => (await leeway([...asked, ...args])).stderr;
    expect(await fault()).toContain("--methods: expected two methods or more, divided by commas, got");
    expect(await fault("--methods", "erm,erm")).toContain(
      "expected two methods or more, divided by commas, got",
    );
    expect(await fault("--methods", "erm,ldm")).toContain('got "ldm". Did you mean "ldam"?');
    expect(await fault("--methods", "erm,rw", "--seed", "1")).toContain("--seed: expected none, but --seeds");
    expect(await fault("--methods", "erm,rw", "--scale", "3")).toContain(
      "--scale: expected to go with a method that has it",
    );
  });
});
