import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { leeway } from "./leeway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-fork-"));
const data = join(folder, "rows.csv");
const runsDir = join(folder, "runs");
writeFileSync(
  data,
  `x,kind\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5 ? "a" : "b"}`).join("\n")}\n`,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

suite("leeway fork", () => {
  test("trains second stages, and says where the chosen epoch came before them", async () => {
    const place = ["--runs-dir", runsDir, "--threads", "1", "--label", "kind", "--no-progress"];
    const trunk = ["train", data, "--method", "erm", "--epochs", "5", "--name", "whole", "--seed", "1"];
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

  test("trains nothing where one of the methods has another first stage", async () => {
    const place = ["--runs-dir", runsDir, "--threads", "1"];
    const trunk = ["train", data, "--label", "kind", "--method", "erm", "--epochs", "5", "--name", "trunk"];
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
