import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { quotaProcessors } from "../src/allowed-threads.ts";
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

suite("allowedThreads", () => {
  test.runIf(process.platform === "linux")("follows the affinity that taskset sets", () => {
    // Of all threads: a test may run in a worker's.
    const taskset = (...mask: string[]): string =>
      spawnSync("taskset", ["-a", "-p", ...mask, String(process.pid)], { encoding: "utf8" }).stdout;
    const [, before = ""] = /mask: (\w+)$/m.exec(taskset()) ?? [];
    const lowest = (BigInt(`0x${before}`) & -BigInt(`0x${before}`)).toString(16);
    try {
      taskset(lowest);
      expect(allowedThreads()).toBe(1);
    } finally {
      taskset(before);
    }
  });
});

suite("quotaProcessors", () => {
  const quotaIn = (own: string, files: Readonly<Record<string, string>>): number => {
    const folder = mkdtempSync(join(tmpdir(), "leeway-cgroup-"));
    try {
      const root = join(folder, "cgroups");
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
      writeFileSync(join(folder, "own"), own);
      return quotaProcessors({ root, own: join(folder, "own") });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("is the lowest quota from the process's cgroup up, rounded up", () => {
    const files = {
      "system.slice/cpu.max": "350000 100000\n",
      "system.slice/job.service/cpu.max": "max 100000\n",
      "other/cpu.max": "100000 100000\n",
    };
    expect(quotaIn("0::/system.slice/job.service\n", files)).toBe(4);
  });
  test("is a container's own, whose root the process sees, under a path that it does not", () => {
    expect(quotaIn("0::/\n", { "cpu.max": "200000 100000\n" })).toBe(2);
    expect(quotaIn("0::/docker/ab12\n", { "cpu.max": "200000 100000\n" })).toBe(2);
  });
  test("reads version 1, where -1 is no limit", () => {
    const own = "9:memory:/job\n4:cpu,cpuacct:/job\n";
    const limit = (quota: string): Record<string, string> => ({
      "cpu/job/cpu.cfs_quota_us": `${quota}\n`,
      "cpu/job/cpu.cfs_period_us": "100000\n",
    });
    expect(quotaIn(own, limit("150000"))).toBe(2);
    expect(quotaIn(own, limit("-1"))).toBe(Infinity);
  });
  test("is infinite where there are no cgroups", () => {
    expect(quotaIn("", {})).toBe(Infinity);
  });
});

suite("libtorch", () => {
  test("says its version and how it was built", () => {
    expect(libtorch().version).toMatch(/^\d+\.\d+\.\d+/);
    expect(libtorch().build).toContain("PyTorch");
  });

  test("says which vector instructions it and our kernels use", () => {
    expect(libtorch().capability).toEqual({
      libtorch: expect.stringMatching(/^(AVX2|AVX512|DEFAULT|NO AVX|unknown)$/) as string,
      kernels: expect.stringMatching(/^(AVX2|AVX512|DEFAULT)$/) as string,
    });
  });
});
