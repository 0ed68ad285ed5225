import { findCompiler } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { scratchFolder, writeProgram } from "./scratch.ts";

suite("findCompiler", () => {
  const unset = { ...process.env, CXX: undefined };

  test.each(["", " "])("takes an empty CXX (%j) for one that is not set", (CXX) => {
    expect(findCompiler({ env: { ...unset, CXX } })).toEqual(findCompiler({ env: unset }));
  });

  test("takes a CXX with a launcher", () => {
    const launcher = writeProgram(scratchFolder(), "ccache", 'echo "launched $*"');
    const command = `${launcher} g++ -m64`;
    expect(findCompiler({ env: { ...unset, CXX: command } })).toEqual({
      command,
      version: "launched g++ -m64 --version",
    });
  });

  test("has no version of one that does not run", () => {
    const CXX = "no-such-compiler";
    expect(findCompiler({ env: { ...unset, CXX } })).toEqual({ command: CXX, version: null });
  });
});
