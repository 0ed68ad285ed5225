import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setThreads } from "@leeway/torch";
import type { Browser, Page } from "playwright-core";
import ts from "typescript";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { Prediction } from "../../src/inference/index.ts";
import { openServed, type Service } from "../../src/serving/index.ts";
import { image } from "../data/images/image-files.ts";
import { noBrowser, patient, startBrowser } from "./browser.ts";
import { post, recordedRun, serving, slowModel } from "./services.ts";

const assets = fileURLToPath(new URL("../../assets/serve/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "leeway-page-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

suite("the scripts of the page", () => {
  test("have no error of types in a browser", () => {
    const rootNames = readdirSync(assets)
      .filter((name) => name.endsWith(".js"))
      .map((name) => join(assets, name));
    const program = ts.createProgram(rootNames, {
      ...{ allowJs: true, checkJs: true, strict: true, noEmit: true, types: [] },
      ...{
        noUncheckedIndexedAccess: true,
        lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      },
      ...{ module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    const faults = ts.getPreEmitDiagnostics(program);
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  });
});

if (noBrowser !== undefined) console.warn(noBrowser);
suite.skipIf(noBrowser !== undefined)("the page in Chromium", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    setThreads(1);
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the page of a service, and collects what its console says. */
  async function opened({ url }: Service): Promise<{ readonly page: Page; readonly said: string[] }> {
    const page = await browser!.newPage(); // started before
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", ({ message }) => said.push(message));
    await page.goto(url);
    return { page, said };
  }

  /** The probability that a bar of the page shows, with all its digits. */
  async function shownOf(page: Page, name: string): Promise<number> {
    const row = page.getByRole("row", { name });
    return Number(await row.locator(".number").getAttribute("title"));
  }

  test("fills a row, and shows what the service answers", async () => {
    const service = await serving("table");
    const { page, said } = await opened(service);
    await page.getByRole("row").first().waitFor();
    expect(await page.getByLabel("first").inputValue()).toBe("0.968");
    await page.getByLabel("first").fill("1.5");
    await page.getByLabel("second").fill("");
    const answered = page.waitForResponse((response) => response.url().includes("/predict"));
    await page.getByLabel("colour").selectOption("z");
    await answered;
    const { body } = await post(service, { first: 1.5, second: null, colour: "z" });
    const { class: name, probability, probabilities } = body as Prediction;
    await page.locator("#class", { hasText: name }).waitFor();
    await expect.poll(() => shownOf(page, name), patient).toBeCloseTo(probability, 6);
    for (const [each, p] of Object.entries(probabilities))
      expect(await shownOf(page, each)).toBeCloseTo(p, 6);
    expect(await page.locator("#shell").textContent()).toContain(
      `-d '{"first":1.5,"second":null,"colour":"z"}'`,
    );
    expect(said).toEqual([]);
    await page.close();
  });

  test("moves the prior by the keyboard alone, as by Bayes' rule", async () => {
    const service = await serving("table");
    const { page, said } = await opened(service);
    await page.getByRole("row").first().waitFor();
    const model = await openServed(recordedRun("table"));
    const before = await Promise.all(model.classNames.map((name) => shownOf(page, name)));
    const slider = page.getByRole("slider");
    for (let i = 0; i < 20 && (await page.locator("#prior-value:focus").count()) === 0; i++) {
      await page.keyboard.press("Tab");
    }
    for (let i = 0; i < 5; i++) await page.keyboard.press("PageUp");
    const text = (await slider.getAttribute("aria-valuetext"))!; // set by the page
    const share = 1 / (1 + Math.exp(-Number(await slider.inputValue())));
    expect(Number(text.replace(" %", "")) / 100).toBeCloseTo(share, 3);
    const rare = model.shares.indexOf(Math.min(...model.shares));
    const odds = model.shares.map((each, j) =>
      j === rare ? share / each : (1 - share) / (1 - model.shares[rare]!),
    );
    const moved = before.map((p, j) => p * odds[j]!);
    const sum = moved.reduce((a, b) => a + b);
    await expect
      .poll(() => shownOf(page, model.classNames[rare]!), patient)
      .toBeCloseTo(moved[rare]! / sum, 4);
    for (const [j, name] of model.classNames.entries())
      expect(await shownOf(page, name)).toBeCloseTo(moved[j]! / sum, 4);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => shownOf(page, model.classNames[rare]!), patient).toBeCloseTo(before[rare]!, 6);
    expect(said).toEqual([]);
    await page.close();
  });

  test("predicts a text as it is typed, and a chosen image", async () => {
    const texts = await opened(await serving("texts"));
    await texts.page.keyboard.type("some a0 and 0");
    await texts.page.getByRole("row").first().waitFor();
    const images = await opened(await serving("fashion-mnist"));
    const buffer = await image("#888", { format: "png" });
    await images.page
      .getByLabel(/Choose an image/)
      .setInputFiles({ name: "x.png", mimeType: "image/png", buffer });
    await images.page.getByRole("row").first().waitFor();
    expect(await images.page.getByRole("row").count()).toBe(10);
    await images.page
      .getByLabel(/Choose an image/)
      .setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no image") });
    await images.page
      .getByRole("alert")
      .filter({ hasText: "expected row 1 to be an image that can be read" })
      .waitFor();
    expect(texts.said).toEqual([]);
    for (const { page } of [texts, images]) await page.close();
  });

  test("predicts a vector, and says what is wrong with one", async () => {
    const { page } = await opened(await serving("embeddings"));
    await page.getByRole("row").first().waitFor();
    await page.getByRole("textbox").fill("[1, 2]");
    await page.getByRole("alert").filter({ hasText: "expected row 1 to be a vector" }).waitFor();
    await page.close();
  });

  test("shows names as text, whatever they hold, and runs nothing of them", async () => {
    const names = [`</script><img src=x onerror="console.log('run')">`, "<b>bold</b>", '"&quot;'];
    const base = slowModel(() => Promise.resolve());
    const fields = names.map((name) => ({
      name,
      type: "category" as const,
      example: name,
      categories: [name, null],
    }));
    const prediction = { class: names[0]!, probability: 0.5, decision: null, abstained: true, set: names };
    const service = await serving({
      ...base,
      ...{
        name: names[0]!,
        kind: "table",
        classNames: names,
        shares: [0.2, 0.3, 0.5],
        form: { kind: "table", fields },
      },
      predict: (examples) =>
        Promise.resolve(
          examples.map(() => ({
            ...prediction,
            probabilities: Object.fromEntries(names.map((name) => [name, 0.3])),
          })),
        ),
    });
    const { page, said } = await opened(service);
    await page.getByRole("row").first().waitFor();
    expect(await page.getByRole("rowheader").allTextContents()).toEqual(names);
    expect(await page.getByRole("heading").textContent()).toBe(names[0]);
    expect(await page.locator("#decision").textContent()).toBe(
      `The decision abstains. Possible: ${names.join(", ")}`,
    );
    expect(await page.locator("img, b").count()).toBe(0);
    expect(said).toEqual([]);
    await page.close();
  });
});
