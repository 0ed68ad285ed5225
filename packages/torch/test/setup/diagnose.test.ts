import { diagnose, installAdvice } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { scratchFolder } from "./scratch.ts";

suite("diagnose", () => {
  test("looks at each thing once, and gives a cure for each that is missing", () => {
    const findings = diagnose({ env: { PATH: "", LEEWAY_CACHE: scratchFolder() } });
    const names = findings.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const missing = findings.filter(({ state }) => state === "missing");
    expect(missing.map(({ name }) => name)).toEqual(expect.arrayContaining(["compiler", "native part"]));
    for (const { cure } of missing) expect(cure).toBeTruthy();
    expect(names).not.toContain("Node headers");
  });

  test.each(["fedora", "arch", "alpine", "macos", "other"] as const)(
    "tells on %s what setup tells",
    (family) => {
      const system = { family, title: family, asRoot: null };
      const findings = diagnose({ env: { PATH: "", LEEWAY_CACHE: scratchFolder() }, system });
      const compiler = { name: "g++", why: "the C++ compiler", optional: false };
      expect(installAdvice([compiler], system)).toContain(
        findings.find(({ name }) => name === "compiler")!.cure,
      );
    },
  );

  test("reports a LIBTORCH that is none instead of failing", () => {
    const env = { ...process.env, LIBTORCH: "/no/libtorch" };
    const libtorch = diagnose({ env }).find(({ name }) => name === "libtorch");
    expect(libtorch?.state).toBe("missing");
    expect(libtorch?.found).toContain('got "/no/libtorch"');
  });
});
