import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { precisions } from "../../src/recipe/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { outcome, shortRecipe, tinyRecipe, tinyRun } from "./tiny-run.ts";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The digest that another process gets. */
function digestElsewhere(runsDir: string, precision: string): string {
  const loader = path("../storage/programs/run-typescript.mjs");
  const program = [loader, path("programs/print-outcome.ts"), runsDir, precision];
  return execFileSync(process.execPath, program, { encoding: "utf8" }).trim();
}

suite("the same seed", () => {
  for (const precision of precisions) {
    test(`gives the same metrics and weights bit for bit, here and in another process, in ${precision}`, async () => {
      const runsDir = temporaryFolder();
      const recipe = shortRecipe(precision);
      const first = outcome(await tinyRun(recipe, { runsDir }));
      expect(outcome(await tinyRun(recipe, { runsDir }))).toEqual(first);
      const digest = createHash("sha256").update(JSON.stringify(first)).digest("hex");
      expect(digestElsewhere(runsDir, precision)).toBe(digest);
    });
  }
});

suite("another seed", () => {
  beforeAll(() => {
    setThreads(1);
  });
  test("gives other weights", async () => {
    const runsDir = temporaryFolder();
    const first = await tinyRun(tinyRecipe({ seed: 0 }), { runsDir });
    const second = await tinyRun(tinyRecipe({ seed: 1 }), { runsDir });
    expect(second.weights["conv1.weight"]).not.toEqual(first.weights["conv1.weight"]);
  });
  test("shows the images in another order from the same weights on", async () => {
    const runsDir = temporaryFolder();
    const orders = await Promise.all(
      [0, 1].map(async (seed) => {
        const { events } = await tinyRun(tinyRecipe({ seed, epochs: 1 }), { runsDir });
        return events.flatMap((event) => (event.kind === "progress" ? [event.loss] : []));
      }),
    );
    expect(orders[0]).not.toEqual(orders[1]);
  });
});
