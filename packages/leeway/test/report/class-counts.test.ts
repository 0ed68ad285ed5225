import { describe as suite, expect, test } from "vitest";
import { classCountsChart, renderSvg } from "../../src/report/index.ts";

const heading = { title: "Examples", subtitle: ["own"] };

suite("classCountsChart", () => {
  test("is logarithmic where the largest class is more than 30 times the smallest", async () => {
    const svgOf = (counts: number[]): Promise<string> =>
      renderSvg(classCountsChart({ ...heading, classNames: ["a", "b"], counts }));
    expect(await svgOf([31, 1])).toContain("examples (logarithmic)");
    expect(await svgOf([30, 1])).not.toContain("logarithmic");
  });

  test("draws a class without examples", async () => {
    expect(
      await renderSvg(classCountsChart({ ...heading, classNames: ["here", "nowhere"], counts: [5, 0] })),
    ).toContain("nowhere");
  });
});
