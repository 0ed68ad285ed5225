import { describe as suite, expect, test } from "vitest";
import { ArgumentError, didYouMean, expected, faultText, nearest, RunError } from "../src/errors.ts";

suite("expected", () => {
  test("says where, which field, what was wanted, what was got and what to do", () => {
    expect(expected("f", "a", "to be 1", 2, "Use 1.").message).toBe("f: expected a to be 1, got 2. Use 1.");
  });
  test("leaves the advice out where there is none", () => {
    expect(expected("f", "a", "to be 1", 2).message).toBe("f: expected a to be 1, got 2.");
  });
  test("speaks of the argument as a whole where no field is named", () => {
    expect(expected("f", "", "at least one number", 0).message).toBe(
      "f: expected at least one number, got 0.",
    );
  });
  test("shows strings quoted, lists, objects and nothing, cut where they are long", () => {
    const shownAs = (got: unknown): string => /got (.*)\.$/.exec(expected("f", "a", "b", got).message)![1]!;
    expect(shownAs("b")).toBe('"b"');
    expect(shownAs([5, 2])).toBe("[5, 2]");
    expect(shownAs({ a: 1 })).toBe('{"a":1}');
    expect(shownAs(NaN)).toBe("NaN");
    expect(shownAs(undefined)).toBe("nothing");
    expect(shownAs("x".repeat(100))).toBe(`"${"x".repeat(56)}...`);
  });
  test("is an ArgumentError that holds its parts", () => {
    const error = expected("f", "a.b[1].c", "to be 1", 2, "Use 1.");
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({
      where: "f",
      path: ["a", "b", 1, "c"],
      what: "to be 1",
      got: 2,
      advice: "Use 1.",
    });
    expect(error.field).toBe("a.b[1].c");
  });
});

suite("faultText", () => {
  const fault = expected("recipe", "batchSize", "to be at least 1", 0, "Use 128.");

  test("calls place and field as whoever speaks does", () => {
    expect(faultText(fault, { where: "run.yaml:3:1" })).toBe(
      "run.yaml:3:1: expected batchSize to be at least 1, got 0. Use 128.",
    );
    expect(faultText(fault, { where: "--batch-size", field: "" })).toBe(
      "--batch-size: expected at least 1, got 0. Use 128.",
    );
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
