import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { Generator, scope, tensor, TorchError } from "../src/index.ts";

// An empty cache: as on a machine where the set-up has not run. This file has a process of its own.
const cache = mkdtempSync(join(tmpdir(), "leeway-no-addon-"));
process.env["LEEWAY_CACHE"] = cache;
afterAll(() => {
  rmSync(cache, { recursive: true });
});

suite("without the native part", () => {
  const uses: [string, () => unknown][] = [
    ["tensor", () => tensor([1])],
    ["scope", () => scope(() => 1)],
    ["Generator", () => new Generator(0)],
  ];
  test.each(uses)("%s says what is missing and the command that cures it", (_, use) => {
    expect(use).toThrow(TorchError);
    expect(use).toThrow(expect.objectContaining({ code: "missing" }));
    expect(use).toThrow(/expected the native part of @leeway\/torch to be built.*npx leeway setup/);
  });
});
