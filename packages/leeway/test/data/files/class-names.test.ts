import { describe as suite, expect, test } from "vitest";
import { classFinder } from "../../../src/data/files/class-names.ts";

suite("classFinder", () => {
  test("finds equal numbers and truth values, however they are spelt", () => {
    const find = classFinder(["0", "1", "2.5"]);
    expect(["1", "1.0", "1e0", " +1 ", "01", "2.50", "-0.0"].map(find)).toEqual([1, 1, 1, 1, 1, 2, 0]);
    expect(["True", "false"].map(classFinder(["False", "True"]))).toEqual([1, 0]);
  });

  test("finds no other name", () => {
    const find = classFinder(["1", "x", "9007199254740993"]);
    expect(["X", "", "0x1", "1 0", "true", "9007199254740992"].map(find)).toEqual([-1, -1, -1, -1, -1, -1]);
  });

  test("tells classes apart that are equal numbers by their spelling alone", () => {
    const find = classFinder(["1", "1.0", "2"]);
    expect(["1", "1.0", "1.00", "2.0"].map(find)).toEqual([0, 1, -1, 2]);
  });
});
