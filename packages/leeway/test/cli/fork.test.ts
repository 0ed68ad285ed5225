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
