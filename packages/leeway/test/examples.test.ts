import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setThreads } from "@leeway/torch";
import { afterAll, afterEach, beforeAll, describe as suite, expect, test, vi } from "vitest";
import { cifar10Layout } from "../src/data/catalogue/cifar-layouts.ts";
import { root } from "./pages.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-examples-"));
const before = process.cwd();

beforeAll(() => {
  setThreads(1);
  process.chdir(folder);
  vi.stubEnv("LEEWAY_DATA", folder);
  writeFileSync("transactions.csv", transactions());
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Runs an example in the folder of the test, and gives what it prints. */
async function printed(name: string): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await import(pathToFileURL(join(root, "examples", name)).href);
  return log.mock.calls.map((words) => words.map(String).join(" ")).join("\n");
}

/** 300 rows, a tenth of them fraud, which a large amount at night tells. */
function transactions(): string {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const fraud = i % 10 === 0;
    const amount = fraud ? 900 + (i % 7) : 10 + (i % 13);
    return `${amount},${fraud ? 3 : 8 + (i % 12)},${i % 3 === 0 ? "NL" : "US"},${fraud ? "yes" : "no"}`;
  });
  return ["amount,hour,country,fraud", ...rows, ""].join("\n");
}

/** CIFAR-10 in its real size and form: label i is i mod 10, and a grey tells its class and file. */
function writeCifar(): void {
  const { batches, classNames, namesFile } = cifar10Layout;
  mkdirSync("cifar-10-batches-bin");
  for (const [b, { file, records }] of batches.entries()) {
    const bytes = Buffer.alloc(records * 3073);
    for (let i = 0; i < records; i++) {
      bytes[i * 3073] = i % 10;
      bytes.fill(25 * (i % 10) + b, i * 3073 + 1, (i + 1) * 3073);
    }
    writeFileSync(join("cifar-10-batches-bin", file), bytes);
  }
  writeFileSync(join("cifar-10-batches-bin", namesFile), `${classNames.join("\n")}\n`);
}

suite("the examples", () => {
  test("are five, of at most 40 lines each, and say in their head what they show", () => {
    const names = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const text = readFileSync(join(root, "examples", name), "utf8");
      expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
      expect(text).toMatch(/^\/\/ \S/);
    }
  });

  test("have one that README.md shows", () => {
    const [, shown] = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
    expect(readFileSync(join(root, "examples/train-table.ts"), "utf8").replace(/^(\/\/.*\n)+/, "")).toBe(
      shown,
    );
  });

  test("class-margins.ts gives the rarest class the widest margin", async () => {
    const lines = await printed("class-margins.ts");
    expect(lines).toContain("imbalance ratio 100");
    expect(lines).toMatch(/^50 medium margin 0\.500/m);
  });

  test("train-table.ts trains and reads its metrics back", async () => {
    expect(await printed("train-table.ts")).toMatch(
      /trained on 2\d\d rows for 10 epochs\nbalanced accuracy [01]\.\d{3}/,
    );
  });

  test("predict.ts predicts with the run of train-table.ts", async () => {
    expect(await printed("predict.ts")).toMatch(/^12\.5 (yes|no)[^]*^980 (yes|no)/m);
  });

  test("own-method.ts trains it beside plain training", async () => {
    expect(await printed("own-method.ts")).toMatch(/^plain [\d.,]+\nown [\d.,]+$/);
  });

  test("train-cifar.ts prints the accuracy of ten classes", async () => {
    writeCifar();
    expect(await printed("train-cifar.ts")).toMatch(/epoch 3: loss [^]*^truck, 9 images: [\d.]+ %$/m);
  });
});
