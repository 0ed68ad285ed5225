import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe as suite, expect, test } from "vitest";

suite("mutated files", () => {
  test("are read or refused: no reader crashes, hangs, takes 512 MB or ends with a strange error", () => {
    const program = fileURLToPath(new URL("../../../../bench/fuzz-readers.mjs", import.meta.url));
    const readers = "csv,parquet,npy,npz,safetensors,cifar,png,bmp,run";
    const output = execFileSync(process.execPath, [program, "180", "--readers", readers, "--json"], {
      encoding: "utf8",
    });
    const tally = JSON.parse(output) as Record<string, number>;
    expect(tally).toMatchObject({ files: 180, crashed: 0, slow: 0, unexplained: 0 });
    expect(tally["refused"]).toBeGreaterThan(70);
    expect(tally["megabytes"]).toBeLessThan(512);
  }, 240_000);
});
