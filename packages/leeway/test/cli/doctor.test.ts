import { describe as suite, expect, test } from "vitest";
import pc from "picocolors";
import { renderFindings } from "../../src/cli/commands/doctor.ts";

const plain = { colors: pc.createColors(false) };

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
