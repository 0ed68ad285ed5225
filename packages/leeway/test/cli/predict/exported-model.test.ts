import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { smallModel } from "../../exported/small-model.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { leeway } from "../leeway-process.ts";

suite("leeway predict of an exported model", () => {
  test("predicts and measures files where no libtorch was set up", async () => {
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(smallModel()))
      writeFileSync(join(folder, name), bytes as Uint8Array);
    const table = join(folder, "new.csv");
    writeFileSync(table, "a,b,c,colour,class\n3,1,0,red,x\n0,2,0,red,y\n0,0,5,blue,x\n");
    const environment = { LEEWAY_CACHE: join(folder, "none") };
    const args = ["predict", folder, table, "--keep", "a", "--prior", "training"];
    const { code, stdout, stderr } = await leeway(args, { environment });
    expect([code, stdout.split("\n").map((line) => line.split(",").slice(1, 4).join(" "))]).toEqual([
      0,
      ["row a prediction", "1 3 x", "2 0 y", "3 0 z", ""],
    ]);
    expect(stderr).toContain("exported without a calibration of its probabilities");
    expect(stderr).toContain("of 3 of 3 examples");
    expect(stderr).toContain('column "colour": 1 values that training had not, the first "blue"');
  });

  test("says what an exported model cannot be told", async () => {
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(smallModel()))
      writeFileSync(join(folder, name), bytes as Uint8Array);
    const { code, stderr } = await leeway(["predict", folder, "--device", "cuda"]);
    expect(code).toBe(2);
    expect(stderr).toContain('--device: expected cpu, where an exported model computes, got "cuda"');
  });
});
