import { describe as suite, expect, test } from "vitest";
import { renderReading } from "../../src/cli/reading-progress.ts";

suite("renderReading", () => {
  const progress = { what: "caching images", done: 12_000, of: 50_000 };
  test("says how far it is, how fast, and how long it will take", () => {
    // 38,000 are left, at 10,000 in 20 seconds
    expect(renderReading(progress, { seconds: 20, done: 10_000 })).toBe(
      "caching images  12,000 of 50,000  500/s  1:16 left",
    );
  });
  test("says nothing of speed before there is one", () => {
    expect(renderReading(progress, { seconds: 0, done: 0 })).toBe("caching images  12,000 of 50,000");
  });
});
