import { describe as suite, expect, test } from "vitest";
import { usualImageLength, usualLength, usualTextLength } from "../../src/cli/own-data.ts";

suite("usualImageLength", () => {
  test("takes small batches and many epochs of few images", () => {
    expect([53, 2000, 12_800, 1_000_000].map((images) => usualImageLength(images))).toEqual([
      { batchSize: 16, epochs: 200 },
      { batchSize: 32, epochs: 96 },
      { batchSize: 64, epochs: 30 },
      { batchSize: 128, epochs: 30 },
    ]);
  });
});

suite("usualTextLength", () => {
  test("takes more epochs of fewer texts, and more of the baseline than of a network", () => {
    expect([100, 12_375, 1_000_000].map((rows) => usualTextLength(rows))).toEqual([
      { batchSize: 64, epochs: 60 },
      { batchSize: 64, epochs: 11 }, // 1950 · 64 / 12375 = 10.1
      { batchSize: 64, epochs: 5 },
    ]);
    expect([100, 12_375].map((rows) => usualTextLength(rows, "tfidf"))).toEqual([
      { batchSize: 64, epochs: 200 },
      { batchSize: 256, epochs: 30 },
    ]);
  });
});

suite("usualLength", () => {
  test("takes small batches and many epochs of few rows, large batches and few epochs of many", () => {
    expect([usualLength(1000), usualLength(5_000_000)]).toEqual([
      { batchSize: 64, epochs: 60 },
      { batchSize: 4096, epochs: 5 },
    ]);
  });
});
