import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe as suite, expect, test } from "vitest";

suite("runs that are killed", () => {
  test("at random moments and writes are resumed to the bits of whole ones", () => {
    const program = fileURLToPath(new URL("../../../../bench/kill.mjs", import.meta.url));
    const output = execFileSync(process.execPath, [program, "6", "--kinds", "table", "--json"], {
      encoding: "utf8",
    });
    const tally = JSON.parse(output) as Record<string, number>;
    expect(tally).toMatchObject({ unreadable: 0, savesLost: 0, different: 0 });
    expect(tally["kills"]).toBeGreaterThanOrEqual(6);
    expect(tally["finished"]).toBeGreaterThanOrEqual(1);
  }, 240_000);
});
