import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { compare, type CompareOptions, inspect, recipeForData } from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-api-"));
const path = join(root, "colours.csv");

beforeAll(() => {
  setThreads(1);
  const rows = Array.from(
    { length: 200 },
    (_, i) => `${i % 7},${i % 10 === 0 ? 5 : 1},${i % 10 === 0 ? "red" : "blue"}`,
  );
  writeFileSync(path, ["a,b,colour", ...rows, ""].join("\n"));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const small = { label: "colour", epochs: 2, runsDir: join(root, "runs"), seeds: [0, 1] };

suite("compare", () => {
  const compared = async (
    options: Partial<CompareOptions>,
  ): Promise<[string[], Awaited<ReturnType<typeof compare>>]> => {
    const kinds: string[] = [];
    const rows = await compare(path, {
      ...{ ...small, methods: ["erm", "ldam"], methodOptions: { scale: 20 } },
      ...options,
      onEvent: (event) => kinds.push(event.kind === "run" ? event.event.kind : event.kind),
    });
    return [kinds, rows];
  };

  test("trains every method with every seed and gives a row for each", async () => {
    const [kinds, rows] = await compared({});
    expect(kinds.filter((kind) => kind === "end")).toHaveLength(4);
    expect(rows).toMatchObject([
      { method: "erm", seeds: [0, 1], gain: null },
      { method: "ldam", seeds: [0, 1], gain: { n: 2 } },
    ]);
    expect(rows[0]!.measures.balanced!.mean).toBeGreaterThan(0);
  });

  test("does not run again what has finished", async () => {
    const [kinds, rows] = await compared({});
    expect(kinds).toEqual(["skipped", "skipped", "skipped", "skipped"]);
    expect(rows.map(({ runs }) => runs.length)).toEqual([2, 2]);
  });

  test("refuses one method, and options that no method has", async () => {
    await expect(compared({ methods: ["erm"] })).rejects.toThrow(
      "compare: expected methods to be two names or more",
    );
    await expect(compared({ methodOptions: { gamma: 1 } })).rejects.toMatchObject({
      ...{ name: "ArgumentError", field: "methodOptions.gamma" },
    });
  });
});

suite("inspect", () => {
  test("gives class counts and the recipe of a method to start with", async () => {
    const { classes, ratio, recommendation } = await inspect(path, { label: "colour" });
    expect(classes.map(({ name, count }) => [name, count])).toEqual([
      ["blue", 180],
      ["red", 20],
    ]);
    expect(ratio).toBe(9);
    const { method, recipe } = recommendation!; // the table can be trained
    expect(recipe).toEqual(await recipeForData(path, { label: "colour", method }));
  });
});
