import { describe as suite, expect, test } from "vitest";
import { defaultLength } from "../../src/recipe/index.ts";

suite("defaultLength of images", () => {
  test("takes small batches and many epochs of few images", () => {
    expect(
      [53, 2000, 12_800, 1_000_000].map((images) => defaultLength("image", { examples: images })),
    ).toEqual([
      { batchSize: 16, epochs: 200 },
      { batchSize: 32, epochs: 96 },
      { batchSize: 64, epochs: 30 },
      { batchSize: 128, epochs: 30 },
    ]);
  });
});

suite("defaultLength of texts", () => {
  test("takes more epochs of fewer texts, and more of the baseline than of a network", () => {
    expect(
      [100, 12_375, 1_000_000].map((rows) => defaultLength("text", { examples: rows, model: "bilstm" })),
    ).toEqual([
      { batchSize: 64, epochs: 60 },
      { batchSize: 64, epochs: 11 }, // 1950 · 64 / 12375 = 10.1
      { batchSize: 64, epochs: 5 },
    ]);
    expect([100, 12_375].map((rows) => defaultLength("text", { examples: rows, model: "tfidf" }))).toEqual([
      { batchSize: 64, epochs: 200 },
      { batchSize: 256, epochs: 30 },
    ]);
  });

  test("takes few steps on n-grams, the default", () => {
    expect([100, 5574, 1_000_000].map((rows) => defaultLength("text", { examples: rows }))).toEqual([
      { batchSize: 32, epochs: 30 },
      { batchSize: 128, epochs: 14 }, // 600 · 128 / 5574 = 13.8
      { batchSize: 256, epochs: 5 },
    ]);
  });
});

suite("defaultLength of rows", () => {
  test("takes small batches and many epochs of few rows, large batches and few epochs of many", () => {
    expect([
      defaultLength("table", { examples: 1000 }),
      defaultLength("table", { examples: 5_000_000 }),
    ]).toEqual([
      { batchSize: 64, epochs: 60 },
      { batchSize: 4096, epochs: 5 },
    ]);
  });

  test("takes fewer epochs of an ensemble, whose members all learn from every row", () => {
    const lengths = [1000, 40_000].map((examples) => defaultLength("table", { examples, model: "tabm" }));
    expect(lengths).toEqual([
      { batchSize: 64, epochs: 30 },
      { batchSize: 256, epochs: 16 },
    ]);
  });
});
