import { describe as suite, expect, test } from "vitest";
import { formOf } from "../../../src/cli/predict/prediction-form.ts";
import { tinyDataset } from "../../data/tiny-dataset.ts";

suite("formOf", () => {
  const input = { dataset: tinyDataset([0]), origin: () => ({ file: "a.csv", row: 1 }), notes: [] };
  const of = (classes: number, requested?: "all" | "none"): ReturnType<typeof formOf> => {
    const classNames = Array.from({ length: classes }, (_, i) => String(i));
    return formOf(input, { classNames, top: 1, requested });
  };

  test("has a column of each of up to 100 classes, of more on request", () => {
    const every = [of(2), of(100), of(101), of(101, "all"), of(2, "none")].map(({ form }) => form.everyClass);
    expect(every).toEqual([true, true, false, true, false]);
  });

  test("says where they are left out by default", () => {
    expect(of(5000).notes).toEqual([
      "5000 classes have no columns of probabilities, as more than 100: --probabilities all writes them, --top N the first of each example",
    ]);
    expect([of(100), of(101, "none"), of(101, "all")].flatMap(({ notes }) => notes)).toEqual([]);
  });
});
