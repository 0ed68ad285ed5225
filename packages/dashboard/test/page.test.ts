import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { RunReport } from "../../leeway/src/report/page/report-data.ts";
import { percent } from "../../leeway/src/report/words.ts";
import { hasBrowser, launch, opened } from "./open-page.ts";
import { reportIn } from "../src/index.ts";
import { simulatedReport } from "./simulated/report.ts";

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await launch();
});
afterAll(async () => {
  if (hasBrowser) await browser.close();
});

const ten = simulatedReport({ classes: 10, examples: 1000, compared: true });
const markup = `<img src=x onerror="document.title='owned'">`;

suite.skipIf(!hasBrowser)("the page of a report", () => {
  test("opens from a file without a complaint and asks for nothing else", async () => {
    const { page, complaints, requests } = await opened(browser, ten);
    await page.locator("#priors").waitFor();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([page.url()]);
    expect(await page.locator("section.panel").count()).toBe(13);
    await page.close();
  });

  test("holds the report as it was given, and shows its numbers", async () => {
    const { page } = await opened(browser, ten);
    expect(reportIn(readFileSync(new URL(page.url()), "utf8"))).toEqual(ten);
    const [run] = ten.runs;
    expect((await page.locator("h1").innerText()).replaceAll("\u00A0", " ")).toBe(run!.sentence);
    const shown = await page.locator("#headline .measure .value span:first-child").allInnerTexts();
    expect(shown).toEqual(run!.headline.map(({ value }) => percent(value)));
    await page.close();
  });

  test("opens tables of the same numbers and copies them", async () => {
    const { page } = await opened(browser, ten, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.locator("#classes summary").click();
    await page.locator("#classes tbody tr").first().waitFor(); // made once the table is open
    expect(await page.locator("#classes tbody tr").count()).toBe(20);
    await page.getByRole("button", { name: "Copy Vega-Lite: Recall by class size" }).click();
    await page.locator("#classes .done", { hasText: "Copied" }).waitFor();
    const spec = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(spec)).toHaveProperty("$schema");
    await page.close();
  });

  test("shows the other run as the first, and only the settings that differ", async () => {
    const { page } = await opened(browser, ten);
    expect(await page.locator("#difference .recipe tbody tr").count()).toBe(
      ten.differences[0]!.recipe.length,
    );
    await page.locator(".rail").getByText("LDAM-DRW").click();
    expect((await page.locator("h1").innerText()).replaceAll("\u00A0", " ")).toBe(ten.runs[1]!.sentence);
    await page.close();
  });

  test("begins as light or dark as the system, and turns", async () => {
    const { page } = await opened(browser, ten, { colorScheme: "dark" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await paper()).toBe("rgb(21, 23, 26)");
    await page.locator(".theme").click();
    expect(await paper()).toBe("rgb(255, 255, 255)");
    await page.close();
  });

  test("prints on two pages of A4, light, and is a page of the screen again after", async () => {
    const alone = { ...ten, runs: ten.runs.slice(0, 1), differences: [] };
    const { page } = await opened(browser, alone, { colorScheme: "dark" });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(2);
    const [, width, height] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!;
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    expect(await page.evaluate(() => document.documentElement.dataset)).toMatchObject({ theme: "dark" });
    expect(await page.evaluate(() => "paper" in document.documentElement.dataset)).toBe(false);
    await page.close();
  });

  test("shows names with markup as text, and long ones within its width", async () => {
    const names = [
      markup,
      "x".repeat(200),
      "\u202Edesrever",
      "\u0000null",
      ...ten.runs[0]!.classes.slice(4).map(({ name }) => name),
    ];
    for (const width of [1280, 380]) {
      const data = simulatedReport({ classes: 10, examples: 500, names });
      const { page, complaints } = await opened(browser, data, { viewport: { width, height: 800 } });
      await page.locator("#priors").waitFor();
      expect(complaints).toEqual([]);
      expect(await page.title()).toBe("ERM: Leeway report");
      expect(await page.locator("img[src=x]").count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  test("has pairs and groups in the place of a matrix of 1,000 classes", async () => {
    const data = simulatedReport({ classes: 1000, examples: 2000 });
    const { page, complaints } = await opened(browser, data);
    expect(complaints).toEqual([]);
    const { pairs } = data.runs[0]!.confusion;
    expect(await page.locator("#confusion .pairs li").count()).toBe(pairs.length);
    expect(await page.locator("#confusion .group-matrix tbody tr").count()).toBe(3);
    // 200,000 probabilities of 2,000 examples.
    await page.locator("#priors .words", { hasText: "Of each example the 100 likeliest classes" }).waitFor();
    await page.locator("#confusion .pair").first().click();
    await page.locator("#examples .filter").waitFor();
    await page.close();
  });

  test("shows two runs by their records alone, and how their recalls differ", async () => {
    const runs = ten.runs.map((run) => {
      const { logits, ...rest } = run;
      expect(logits).toBeDefined();
      return { ...rest, margins: null, reliability: [], detections: [], errors: [] };
    });
    const [own] = ten.differences;
    const differences = [{ ...own!, unpaired: "A run kept no weights.", classes: [] }];
    const { page, complaints } = await opened(browser, { ...ten, runs, differences });
    expect(complaints).toEqual([]);
    const panels = await page.locator("section.panel").evaluateAll((all) => all.map(({ id }) => id));
    const shown = ["headline", "difference", "classes", "confusion", "flow", "bias", "training", "next"];
    expect(panels).toEqual(shown);
    expect(await page.locator("#difference .words").innerText()).toContain("wider than those of pairs");
    expect(await page.locator("#difference .shift").count()).toBe(10);
    expect(await page.locator("#training .line.beside").count()).toBe(1);
    expect(await page.locator("#confusion .words").innerText()).not.toContain("Choose a cell");
    await page.close();
  });

  test("stands a run of which little is known", async () => {
    const [run] = ten.runs;
    const nothing = ten.runs[0]!.classes.map((own) => ({
      ...{ ...own, testCount: 0, recall: null, recallInterval: null, precision: null, f1: null },
      ...{ calibrationError: null, calibrationErrorByChance: null, takenFor: [] },
    }));
    const known = Object.fromEntries(
      Object.entries(run!).filter(([name]) => name !== "logits"),
    ) as unknown as RunReport;
    const bare = {
      ...{ ...known, classes: nothing, notes: [], facts: [], bias: null, reliability: [], detections: [] },
      ...{ errors: [], gains: [], headline: [{ name: "accuracy", value: null, interval: null, note: "" }] },
      confusion: { matrix: nothing.map(() => nothing.map(() => 0)), pairs: [] },
      groups: { groups: ["many" as const], counts: [[0]], right: [0] },
      margins: {
        edges: [0, 1],
        counts: nothing.map(() => [0]),
        medians: nothing.map(() => null),
        enforced: null,
        reached: nothing.map(() => null),
      },
      training: {
        ...run!.training,
        epochs: [],
        loss: [],
        learningRate: [],
        gradientNorm: [],
        balancedAccuracy: [],
        stages: [],
        best: null,
        groups: { many: [], medium: [], few: [] },
      },
    };
    const { page, complaints } = await opened(browser, { ...ten, runs: [bare], differences: [] });
    expect(complaints).toEqual([]);
    expect(await page.locator("#headline .value").innerText()).toBe("–");
    await page.close();
  });
});
