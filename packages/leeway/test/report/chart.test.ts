import { describe as suite, expect, test } from "vitest";
import { type ChartSpec, renderPng, renderSvg } from "../../src/report/index.ts";
import { fontFiles } from "./fonts.ts";

const words = (text: string): ChartSpec => ({
  data: { values: [{ x: 1 }] },
  mark: { type: "text", text, font: "Inter" },
  width: 120,
});

suite("renderSvg", () => {
  test("keeps text as text", async () => {
    expect(await renderSvg(words("leeway"))).toMatch(/^<svg[^]*>leeway<\/text>/);
  });

  test("refuses a specification that Vega-Lite warns of", async () => {
    const spec: ChartSpec = { ...words("x"), encoding: { shape: { field: "x", type: "nominal" } } };
    await expect(renderSvg(spec)).rejects.toThrow("expected specification to be drawn without a warning");
  });
});

suite("renderPng", () => {
  test("draws text with the fonts it is given", async () => {
    const draw = async (text: string): Promise<Buffer> =>
      Buffer.from(await renderPng(await renderSvg(words(text)), { fontFiles }));
    const [one, other] = [await draw("leeway"), await draw("margin")];
    expect(one.subarray(1, 4).toString()).toBe("PNG");
    expect(one.equals(other)).toBe(false); // without a font both would be white
  });

  test("is as many times larger as it is zoomed", async () => {
    const svg = await renderSvg(words("x"));
    const widths = await Promise.all(
      [1, 3].map(async (zoom) => Buffer.from(await renderPng(svg, { fontFiles, zoom })).readUInt32BE(16)),
    );
    expect(widths[1]).toBe(3 * widths[0]!);
  });

  test("refuses to draw without a font", async () => {
    await expect(renderPng("<svg/>", { fontFiles: [] })).rejects.toThrow("at least one font");
  });
});
