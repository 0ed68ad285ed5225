import { describe as suite, expect, test } from "vitest";
import { classCounts, profileCounts } from "../../src/imbalance/index.ts";
import { dataRecord } from "../../src/runs/index.ts";
import { tables } from "./kinds.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

suite("loadRunData", () => {
  test("cuts the test set to its profile where there is one, and only that", async () => {
    const testProfile = { profile: "longtail", ratio: 2, seed: 1 } as const;
    const [whole, cut] = [
      await tables.data(tables.recipe()),
      await tables.data(tables.recipe({ testProfile })),
    ];
    expect(classCounts(whole.test.labels, 3)).toEqual([6, 4, 2]); // a fifth of 30, 20 and 10
    expect(classCounts(cut.test.labels, 3).toSorted((one, other) => other - one)).toEqual(
      profileCounts("longtail", { classes: 3, max: 2, ratio: 2 }),
    );
    expect(cut.train.ids).toEqual(whole.train.ids);
  });
  test("records whether the test is a part that the seed chose", async () => {
    const data = await tables.data(tables.recipe());
    expect(dataRecord(data).testHeldOut).toBe(true);
    const { source } = tables.recipe();
    const apart = tables.recipe({ source: { ...source!, testPaths: source!.paths } });
    expect(dataRecord(await tables.data(apart)).testHeldOut).toBe(false);
    expect(dataRecord(tinyData(tinyRecipe({})))).not.toHaveProperty("testHeldOut");
  });
  test("refuses a test prior of other classes than custom data turns out to have", async () => {
    const recipe = tables.recipe({ method: "ldam", methodOptions: { testPrior: [1, 2] } });
    await expect(tables.data(recipe)).rejects.toThrow(
      "recipe: expected testPrior to be a number for each of 3 classes, got [1, 2].",
    );
  });
});

suite("dataRecord", () => {
  test("counts the splits and fingerprints the examples trained on", () => {
    const data = tinyData({ validationFraction: 0 });
    expect(dataRecord(data)).toEqual({
      trainCounts: [20, 12, 6, 4],
      trainSize: 42,
      validationSize: 0,
      testSize: 24,
      testCounts: [6, 6, 6, 6],
      classNames: ["red", "green", "blue", "white"],
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
  });
});
