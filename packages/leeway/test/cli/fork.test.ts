import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import type { RunRecord } from "../../src/records/index.ts";
import { leeway } from "./leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-fork-"));
const data = join(folder, "rows.csv");
const runsDir = join(folder, "runs");
writeFileSync(
  data,
  `x,kind\n${Array.from({ length: 800 }, (_, i) => `${i % 7},${i % 5 ? "a" : "b"}`).join("\n")}\n`,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

suite("leeway fork", () => {
  test("trains second stages, and says where the chosen epoch came before them", async () => {
    const place = ["--runs-dir", runsDir, "--threads", "1", "--label", "kind", "--no-progress"];
    const trunk = [
      "train",
      data,
      "--no-report",
      "--method",
      "erm",
      "--epochs",
      "5",
      "--name",
      "whole",
      "--seed",
      "1",
    ];
    expect((await leeway([...trunk, ...place])).code).toBe(0);
    const forks = join(folder, "forks");
    const asked = ["fork", join(runsDir, "whole"), "--methods", "erm-drw,erm-drs", "--runs-dir", forks];
    const { code, stdout, stderr } = await leeway([...asked, "--json"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const results = JSON.parse(stdout) as {
      method: string;
      unseenStage: number | null;
      best: { epoch: number };
    }[];
    expect(results.map(({ method }) => method)).toEqual(["erm-drw", "erm-drs"]);
    for (const { unseenStage, best } of results) expect(unseenStage).toBe(best.epoch < 4 ? 4 : null);
    const shown = await leeway([...asked, "--no-progress"]);
    expect(shown.stdout).toMatch(/^ERM-DRS +[\d.]+ %/m);
    const early = results.filter(({ unseenStage }) => unseenStage !== null).length;
    expect(shown.stdout.match(/an epoch before its last stage was chosen/g) ?? []).toHaveLength(early);
  });

  test("is refused among ranks, each of which would train all of it", async () => {
    const environment = {
      ...{ RANK: "1", WORLD_SIZE: "2", LOCAL_RANK: "1", LOCAL_WORLD_SIZE: "2" },
      ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: "29500" },
    };
    const { code, stderr } = await leeway(["fork", join(runsDir, "whole"), "--methods", "erm-drw"], {
      environment,
    });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: rank 1: fork: expected one process, got "rank 1 of 2 by torchrun". ' +
        "Start it without a launcher: a run that ranks have trained is forked by one process.\n",
    );
  });

  test("goes on with other parameters and parts, and what they do not say is as in the run", async () => {
    const place = ["--runs-dir", runsDir, "--threads", "1", "--no-progress"];
    const parts = ["--loss", "ldam", "--scale", "20", "--weights", "inverse", "--defer-at", "3"];
    const trunk = [
      "train",
      data,
      "--no-report",
      "--label",
      "kind",
      "--epochs",
      "5",
      "--name",
      "parts",
      ...parts,
    ];
    expect((await leeway([...trunk, ...place])).code).toBe(0);
    const fork = (...asked: string[]) =>
      leeway(["fork", join(runsDir, "parts"), "--runs-dir", join(folder, "parts"), "--json", ...asked]);
    const optionsOf = ({ stdout }: { readonly stdout: string }): object => {
      const [result] = JSON.parse(stdout) as [{ run: string }];
      const record = JSON.parse(readFileSync(join(result.run, "run.json"), "utf8")) as RunRecord;
      return record.recipe.methodOptions;
    };
    const own = { loss: "ldam", scale: 20, weights: "inverse", sampler: "none", deferAt: 0.6 };
    expect(optionsOf(await fork("--sampler", "sqrt"))).toMatchObject({ ...own, sampler: "sqrt" });
    const posthoc = ["--posthoc", "logit-adjustment", "--tau", "0.5"];
    expect(optionsOf(await fork("--defer-at", "4", ...posthoc))).toMatchObject({
      ...own,
      ...{ deferAt: 0.8, posthoc: "logit-adjustment", tau: 0.5 },
    });
    const named = optionsOf(await fork("--method", "ldam-drw", "--beta", "0.9"));
    expect(named).toEqual({ maxMargin: 0.5, scale: 20, beta: 0.9, deferAt: 0.8 });

    expect((await fork("--loss", "focal")).stderr).toContain(
      "the first stage of LDAM, inverse weights, deferred up to epoch 3, got Focal, ",
    );
    expect((await fork("--method", "ldam-drs", "--beta", "0.9")).stderr).toContain(
      "--beta: expected to go with a method that has it",
    );
    expect((await fork("--methods", "ldam-drs", "--weights", "sqrt")).stderr).toContain(
      '--methods: expected none beside --method and the parts of one, got "ldam-drs"',
    );
    expect((await fork()).stderr).toContain("--methods: expected names among erm");
  });

  test("says what classes weigh in the stage that it trains, and what the stage throws away", async () => {
    const trunk = [
      "train",
      data,
      "--no-report",
      "--label",
      "kind",
      "--epochs",
      "5",
      "--name",
      "weighed",
      "--model",
      "linear",
    ];
    const weights = ["--method", "erm-drw", "--class-weight", "b=4", "--threads", "1", "--runs-dir", runsDir];
    expect((await leeway([...trunk, ...weights])).code).toBe(0);
    const forked = [
      "fork",
      join(runsDir, "weighed"),
      "--methods",
      "erm-drs,crt",
      "--runs-dir",
      join(folder, "weighed"),
    ];
    const { stderr } = await leeway(forked);
    expect(stderr).toMatch(/^Class weights: b=1\.6, a=0\.4, from epoch 5$/m); // 4 : 1, mean 1
    expect(stderr.match(/^Warning: .*$/gm)).toEqual([
      expect.stringMatching(
        /^Warning: cRT begins a new last layer after epoch 4 of 5, and linear has no other/,
      ),
    ]);
  });

  test("trains nothing where one of the methods has another first stage", async () => {
    const place = ["--runs-dir", runsDir, "--threads", "1"];
    const trunk = [
      "train",
      data,
      "--no-report",
      "--label",
      "kind",
      "--method",
      "erm",
      "--epochs",
      "5",
      "--name",
      "trunk",
    ];
    expect((await leeway([...trunk, ...place])).code).toBe(0);
    const { code, stdout, stderr } = await leeway([
      ...["fork", join(runsDir, "trunk"), "--methods", "erm-drw,ldam-drw"],
      ...place,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("expected a method with the first stage of erm up to epoch 4, got ldam-drw");
    expect(readdirSync(runsDir).filter((name) => name.includes("erm-drw"))).toEqual([]);
  });
});
