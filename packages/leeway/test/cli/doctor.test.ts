import { describe as suite, expect, test } from "vitest";
import pc from "picocolors";
import { loadFinding, renderFindings } from "../../src/cli/commands/doctor.ts";

const plain = { colors: pc.createColors(false) };

suite("loadFinding", () => {
  test("advises the threads that find a processor each beside other programs", () => {
    expect(loadFinding({ others: 2.97, processors: 8 }, 8)).toEqual({
      name: "load",
      state: "warn",
      found: "other programs keep 3.0 of 8 processors busy: a step may take many times longer",
      cure: "Wait for them to end, or train with --threads 5",
    });
  });

  test("has nothing against a machine with room", () => {
    expect(loadFinding({ others: 0.1, processors: 2 }, 2)).toMatchObject({
      state: "ok",
      found: "other programs keep 0.1 of 2 processors busy",
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
