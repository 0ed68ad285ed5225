import { describe as suite, expect, test } from "vitest";
import pc from "picocolors";
import { loadFinding, renderFindings } from "../../src/cli/commands/doctor.ts";

const plain = { colors: pc.createColors(false) };

suite("loadFinding", () => {
  test("advises one thread where more threads run than there are processors", () => {
    expect(loadFinding({ load: 5.25, processors: 2 })).toEqual({
      name: "load",
      state: "warn",
      found: "5.3 on 2 processors: a step may take many times longer",
      cure: "Wait for other programs to end, or train with --threads 1",
    });
  });

  test("has nothing against a machine that is not full", () => {
    expect(loadFinding({ load: 2, processors: 2 })).toMatchObject({
      state: "ok",
      found: "2.0 on 2 processors",
    });
  });
});

suite("renderFindings", () => {
  test("gives each thing a line, its cure below it, and a verdict", () => {
    const text = renderFindings(
      [
        { name: "Node", state: "ok", found: "20.19.0", cure: null },
        { name: "libtorch", state: "missing", found: "none", cure: "npx leeway setup" },
      ],
      plain,
    );
    expect(text.split("\n")).toEqual([
      "ok       Node           20.19.0",
      "missing  libtorch       none",
      "                        -> npx leeway setup",
      "",
      "Not ready: libtorch.",
    ]);
  });

  test("does not count a warning as missing", () => {
    const text = renderFindings([{ name: "BLAS", state: "warn", found: "reference", cure: "x" }], plain);
    expect(text).toMatch(/Ready to train\.$/);
  });
});
