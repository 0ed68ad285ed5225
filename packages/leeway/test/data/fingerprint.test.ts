import { createHash } from "node:crypto";
import { describe as suite, expect, test } from "vitest";
import { fingerprint } from "../../src/data/index.ts";
import { tinyDataset } from "./tiny-dataset.ts";

suite("fingerprint", () => {
  const dataset = tinyDataset([0, 1, 1]);

  test("is the SHA-256 of name, length, ids and labels, little-endian", () => {
    const bytes = Buffer.concat([
      Buffer.from("tiny\n3\n"),
      Buffer.from([0xe8, 3, 0, 0, 0xe9, 3, 0, 0, 0xea, 3, 0, 0]), // 1000, 1001, 1002
      Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),
    ]);
    expect(fingerprint(dataset)).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  test("changes with the examples, their order, their labels and the name", () => {
    const others = [
      dataset.select([0, 1]),
      dataset.select([0, 2, 1]),
      { ...dataset, labels: Int32Array.of(0, 1, 0) },
      { ...dataset, name: "other" },
    ];
    expect(new Set([dataset, ...others].map(fingerprint)).size).toBe(5);
  });
});
