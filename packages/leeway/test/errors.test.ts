import { describe as suite, expect, test } from "vitest";
import { didYouMean, expected, expectedKind, nearest, RunError } from "../src/errors.ts";

suite("expected", () => {
  test("says where, what was wanted, what was got and what to do", () => {
    expect(expected("f", "a to be 1", 2, "Give 1.").message).toBe("f: expected a to be 1, got 2. Give 1.");
  });
  test("leaves the advice out where there is none", () => {
    expect(expected("f", "a to be 1", 2).message).toBe("f: expected a to be 1, got 2.");
  });
  test("quotes strings and shows arrays", () => {
    expect(expected("f", "a", "b").message).toBe('f: expected a, got "b".');
    expect(expected("f", "a", [5, 2]).message).toBe("f: expected a, got [5, 2].");
  });
  test("is a RangeError; expectedKind is a TypeError", () => {
    expect(expected("f", "a", 1)).toBeInstanceOf(RangeError);
    expect(expectedKind("f", "a", null)).toBeInstanceOf(TypeError);
  });
});

suite("nearest", () => {
  const names = ["erm", "ldam", "ldam-drw"];
  test("finds a name that is misspelt", () => {
    expect(nearest("ldam_drw", names)).toBe("ldam-drw");
    expect(nearest("LDAM", names)).toBe("ldam");
  });
  test("finds nothing where nothing is near", () => {
    expect(nearest("transformer", names)).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });
});

suite("didYouMean", () => {
  test("asks about the nearest name, or says nothing", () => {
    expect(didYouMean("erm-", ["erm"])).toBe('Did you mean "erm"?');
    expect(didYouMean("transformer", ["erm"])).toBe("");
    expect(didYouMean("ldam-dwr", ["ldam-drs", "ldam-drw"])).toBe('Did you mean "ldam-drw"?');
  });
});

suite("RunError", () => {
  test("carries a code, a path and a cause", () => {
    const cause = new Error("disk full");
    const error = new RunError("data", "no", { path: "a/b", cause });
    expect(error).toMatchObject({ name: "RunError", code: "data", path: "a/b", message: "no", cause });
  });
  test("has no cause of its own where none was given", () => {
    expect("cause" in new RunError("run", "no")).toBe(false);
  });
});
