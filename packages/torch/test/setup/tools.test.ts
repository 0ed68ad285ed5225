import { buildTools } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";

suite("buildTools", () => {
  test.each(["CXX", "MAKE", "PYTHON"])("takes an empty %s for one that is not set", (name) => {
    const unset = Object.fromEntries(Object.entries(process.env).filter(([each]) => each !== name));
    for (const value of ["", " "]) {
      expect(buildTools({ env: { ...unset, [name]: value } })).toEqual(buildTools({ env: unset }));
    }
  });
});
