import { gunzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { decodedScores, joinedPlanes } from "../../leeway/src/report/page/coded-scores.ts";
import { hasBrowser, launch, numberOf, opened } from "./open-page.ts";
import { simulatedReport } from "./simulated/report.ts";

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await launch();
});
afterAll(async () => {
  if (hasBrowser) await browser.close();
});

const two = simulatedReport({ classes: 2, examples: 4000, noun: "rows" });
const ten = simulatedReport({ classes: 10, examples: 1000 });

/** Presses a key on a slider until it has moved, and gives where it stands. */
async function moved(page: Page, slider: string, keys: readonly string[]): Promise<number> {
  const input = page.locator(slider);
  await input.focus();
  for (const key of keys) await page.keyboard.press(key);
  return Number(await input.inputValue());
}

suite.skipIf(!hasBrowser)("the threshold of a page", () => {
  const detection = two.runs[0]!.detections[0]!;
  const threshold = "#threshold .slider:nth-of-type(1) input";

  test("moves by keyboard, and its numbers are those that are counted", async () => {
    const { page } = await opened(browser, two);
    const at = await moved(page, threshold, ["Home", "PageUp", ...new Array<string>(9).fill("ArrowRight")]);
    expect(at).toBeGreaterThan(9);
    const [found, alarms] = [detection.found[at]!, detection.falseAlarms[at]!];
    const cases = detection.positives + detection.negatives;
    expect(await numberOf(page, "[data-number=recall]")).toBeCloseTo((100 * found) / detection.positives, 0);
    expect(await numberOf(page, "[data-number=precision]")).toBeCloseTo((100 * found) / (found + alarms), 0);
    expect(await numberOf(page, "[data-number=alerts]")).toBeCloseTo((1000 * (found + alarms)) / cases, 0);
    const cost = (1000 * (10 * (detection.positives - found) + alarms)) / cases;
    expect(await numberOf(page, "[data-number=cost]")).toBeCloseTo(cost, 0);
    await page.close();
  });

  test("has another precision where the class has another share", async () => {
    const { page } = await opened(browser, two);
    const at = Number(await page.locator(threshold).inputValue());
    const share = "#threshold .slider:nth-of-type(2) input";
    const logOdds = await moved(
      page,
      (await page.locator(share).count()) === 1 ? share : "#threshold .slider >> nth=1 >> input",
      [...new Array<string>(40).fill("ArrowLeft")],
    );
    const pi = 1 / (1 + Math.exp(-logOdds));
    const recall = detection.found[at]! / detection.positives;
    const fallOut = detection.falseAlarms[at]! / detection.negatives;
    const precision = (pi * recall) / (pi * recall + (1 - pi) * fallOut);
    expect(Math.abs((await numberOf(page, "[data-number=precision]")) - 100 * precision)).toBeLessThan(0.11);
    await page.close();
  });

  test("goes to the lowest cost, by fields, and says the command", async () => {
    const { page } = await opened(browser, two);
    await page.getByLabel("One missed costs").fill("40");
    await page.getByRole("button", { name: "Lowest cost" }).click();
    const cases = detection.positives + detection.negatives;
    const costs = detection.thresholds.map(
      (_, at) =>
        (1000 * (40 * (detection.positives - detection.found[at]!) + detection.falseAlarms[at]!)) / cases,
    );
    expect(Math.abs((await numberOf(page, "[data-number=cost]")) - Math.min(...costs))).toBeLessThan(1);
    expect(await page.locator("#threshold .command code").innerText()).toContain("--cost missed=40,alarm=1");
    await page.close();
  });
});

suite.skipIf(!hasBrowser)("the frequencies of a page", () => {
  test("move by keyboard, and accuracy is that of probabilities weighed anew", async () => {
    const { page } = await opened(browser, ten);
    await page.locator("#priors").waitFor();
    const run = ten.runs[0]!;
    await page.locator("#priors select").selectOption("9");
    const logOdds = await moved(page, "#priors .slider input", new Array<string>(60).fill("ArrowRight"));
    const share = 1 / (1 + Math.exp(-logOdds));
    const prior = run.classes.map((_, j) => (j === 9 ? share : (1 - share) / 9)); // as many test examples each
    const words = (packed: string): Uint16Array => joinedPlanes(gunzipSync(Buffer.from(packed, "base64")));
    const logs = decodedScores(words(run.logits!.logProbabilities));
    const accuracy = [...words(run.logits!.labels)].reduce((sum, label, i) => {
      const weighed = prior.map((own, j) => (Math.exp(logs[i * 10 + j]!) * own) / run.logits!.prior[j]!);
      const isRight = weighed.indexOf(Math.max(...weighed)) === label;
      return sum + (isRight ? prior[label]! / 100 : 0); // 100 test examples a class
    }, 0);
    expect(Math.abs((await numberOf(page, "#priors [data-number=accuracy]")) - 100 * accuracy)).toBeLessThan(
      0.06,
    );
    await page.close();
  });
});

suite.skipIf(!hasBrowser)("the confusion of a page", () => {
  test("shows the examples of a cell that is clicked", async () => {
    const { page } = await opened(browser, ten);
    const [worst] = ten.runs[0]!.confusion.pairs;
    const { x, y } = await cellOf(page, worst!.truth, worst!.prediction);
    await page.locator("#confusion svg").last().scrollIntoViewIfNeeded();
    await page.locator("#confusion .figure svg").click({ position: { x, y } });
    const filter = await page.locator("#examples .filter").innerText();
    expect(filter).toContain(`${ten.runs[0]!.classes[worst!.truth]!.name} taken for`);
    const labels = await page
      .locator("#examples .example dl:not(.row-view) dd:first-of-type")
      .allInnerTexts();
    expect(labels.length).toBeGreaterThan(0);
    await page.close();
  });

  test("is walked by arrow keys, and Enter shows the examples", async () => {
    const { page } = await opened(browser, ten);
    await page.locator("#confusion .figure svg").focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    expect(await page.locator("#confusion .tip strong").innerText()).toMatch(
      /automobile taken for (bird|automobile)|recognised/,
    );
    await page.keyboard.press("Enter");
    await page.locator("#examples .filter").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("examples-title");
    await page.close();
  });

  test("is put in order by name", async () => {
    const { page } = await opened(browser, ten);
    const first = () => page.locator("#confusion .names g title").allTextContents();
    expect((await first())[0]).toBe("airplane");
    await page.locator("#confusion").getByText("by name").click();
    expect(await first()).toEqual(ten.runs[0]!.classes.map(({ name }) => name).toSorted());
    await page.close();
  });
});

/** The middle of a cell, in pixels of the figure; classes are in the order of frequency, which is that of labels. */
async function cellOf(page: Page, truth: number, prediction: number): Promise<{ x: number; y: number }> {
  const cell = page.locator("#confusion rect.cell").nth(truth * 10 + prediction);
  const [x, y, side] = await Promise.all(
    ["x", "y", "width"].map(async (name) => Number(await cell.getAttribute(name))),
  );
  return { x: x! + side! / 2, y: y! + side! / 2 };
}

suite.skipIf(!hasBrowser)("the keyboard on a page", () => {
  test("reaches every control, and no figure holds it", async () => {
    const { page } = await opened(browser, ten);
    await page.locator("#priors").waitFor();
    const seen = new Set<string>();
    for (let press = 0; press < 160; press++) {
      await page.keyboard.press("Tab");
      seen.add(
        await page.evaluate(() => {
          const { activeElement } = document;
          return `${activeElement?.closest(".panel")?.id ?? "rail"} ${activeElement?.tagName.toLowerCase() ?? ""}`;
        }),
      );
    }
    for (const stop of [
      "rail a",
      "classes svg",
      "confusion svg",
      "threshold input",
      "priors input",
      "examples select",
      "next button",
    ]) {
      expect(seen).toContain(stop);
    }
    await page.close();
  });

  test("finds a class by name, and marks it", async () => {
    const { page } = await opened(browser, ten);
    await page.locator(".search input").fill("Truck");
    expect(await page.locator(".chosen-class").innerText()).toContain("truck");
    expect(await page.locator("#classes .mark-name.strong").textContent()).toBe("truck");
    expect(await page.locator("#examples select").inputValue()).toBe("9");
    await page.close();
  });
});
