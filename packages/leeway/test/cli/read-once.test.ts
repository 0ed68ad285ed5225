import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe as suite, expect, test } from "vitest";
import { spawnRanks } from "../../../torch/test/distributed/ranks.ts";
import { dataHash } from "../../src/data/index.ts";
import { type RecipeOptions, recipeFor } from "../../src/recipe/index.ts";
import { loadRunData } from "../../src/runs/index.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-once-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const dist = (path: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../dist", path)).href);

/** A rank that reads RECIPE's data in turn, and tells how often it read, what, and whether it mapped a file. */
const program = `
  import { readFileSync } from "node:fs";
  import { withRanks } from ${dist("cli/with-ranks.js")};
  import { dataHash } from ${dist("data/index.js")};
  import { recipeFor } from ${dist("recipe/index.js")};
  import { loadRunData } from ${dist("runs/index.js")};
  const recipe = recipeFor("own", JSON.parse(process.env.RECIPE));
  let reads = 0;
  await withRanks({ quiet: true, log: () => undefined }, async ({ inTurn }) => {
    const data = await inTurn(recipe, (once) =>
      loadRunData(recipe, { once: once && ((read) => once(() => (reads++, read()))) }));
    const maps = readFileSync("/proc/self/maps", "utf8").includes("leeway-rows-");
    console.log(JSON.stringify({ reads, maps, hash: await dataHash(data) }));
  });`;

/** What two ranks of a machine tell. */
async function readByRanks(recipe: RecipeOptions): Promise<unknown[]> {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary, { recursive: true });
  const env = { RECIPE: JSON.stringify(recipe), TMPDIR: temporary };
  const { ended } = await spawnRanks(2, ["--input-type=module", "-e", program], { env });
  const ranks = await ended;
  expect(ranks.map(({ code, stderr }) => [code, stderr])).toEqual(ranks.map(() => [0, ""]));
  expect(readdirSync(temporary)).toEqual([]);
  return ranks.flatMap(({ told }) => told);
}

/** A matrix of so many numbers a row, as numpy writes it. */
function npy(rows: number, size: number): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${size}), }`.padEnd(117) + "\n";
  const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([118, 0])]);
  const values = Float32Array.from({ length: rows * size }, (_, i) => ((i * 7919) % 1013) / 1013);
  return Buffer.concat([start, Buffer.from(header), Buffer.from(values.buffer)]);
}

const classes = Array.from({ length: 300 }, (_, i) => ["a", "a", "b"][i % 3]!);

suite.runIf(process.platform === "linux")("ranks of one machine", () => {
  test.for<[string, () => RecipeOptions]>([
    [
      "a table",
      () => {
        const path = join(folder, "table.csv");
        const rows = classes.map((label, i) => `${i / 7},${"xyz"[i % 3]!},${label}`);
        writeFileSync(path, ["number,colour,class", ...rows, ""].join("\n"));
        return { model: "mlp", source: { kind: "table", paths: [path], label: "class" } };
      },
    ],
    [
      "vectors",
      () => {
        const [path, labels] = [join(folder, "vectors.npy"), join(folder, "labels.csv")];
        writeFileSync(path, npy(classes.length, 5));
        writeFileSync(labels, ["class", ...classes, ""].join("\n"));
        const options = { labels };
        return { model: "mlp", source: { kind: "embedding", paths: [path], label: "class", options } };
      },
    ],
  ])("read %s once, and have what one process has", async ([, write]) => {
    const recipe = write();
    const hash = await dataHash(await loadRunData(recipeFor("own", recipe)));
    expect(await readByRanks(recipe)).toEqual([
      { reads: 1, maps: true, hash },
      { reads: 0, maps: true, hash },
    ]);
  });
});
