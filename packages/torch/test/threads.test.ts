import { availableParallelism } from "node:os";
import { describe as suite, expect, test } from "vitest";
import { allowedThreads, libtorch, setThreads, threads } from "../src/index.ts";

suite("threads", () => {
  test("are by default what this process may use, unless OMP_NUM_THREADS says otherwise", () => {
    expect(threads()).toBe(Number(process.env["OMP_NUM_THREADS"] ?? allowedThreads()));
    expect(allowedThreads()).toBeLessThanOrEqual(availableParallelism());
    expect(allowedThreads()).toBeGreaterThanOrEqual(1);
  });

  test("can be set", () => {
    const before = threads();
    setThreads(1);
    expect(threads()).toBe(1);
    setThreads(before);
  });

  test("refuse a count that is none, or so large that the process would end", () => {
    for (const count of [0, -1, 1.5, NaN, 1e9])
      expect(() => {
        setThreads(count);
      }).toThrow(RangeError);
  });
});

suite("libtorch", () => {
  test("says its version and how it was built", () => {
    expect(libtorch().version).toMatch(/^\d+\.\d+\.\d+/);
    expect(libtorch().build).toContain("PyTorch");
  });
});
