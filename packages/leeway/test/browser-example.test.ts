import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { exportModel } from "../src/exporting/index.ts";
import { predict, recipeForData, runRecipe } from "../src/index.ts";
import { serveExample } from "./serving/example-server.ts";
import { noBrowser, patient, startBrowser } from "./serving/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-browser-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Large amounts at night are fraud. */
function transactions(): string {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const fraud = i % 10 === 0;
    return `${(fraud ? 900 : 10) + (i % 13)},${fraud ? 3 : 8 + (i % 12)},${i % 3 === 0 ? "NL" : "US"},${fraud ? "yes" : "no"}`;
  });
  return ["amount,hour,country,fraud", ...rows, ""].join("\n");
}

if (noBrowser !== undefined) console.warn(noBrowser);
suite.skipIf(noBrowser !== undefined)("examples/browser", () => {
  let [run, browser, server]: [string, Browser?, Server?] = [""];
  beforeAll(async () => {
    setThreads(1);
    const table = join(folder, "transactions.csv");
    writeFileSync(table, transactions());
    const recipe = await recipeForData(table, { label: "fraud", epochs: 5 });
    for await (const event of runRecipe(recipe, { runsDir: folder, name: "run" }))
      if (event.kind === "end") run = event.folder;
    await exportModel(run, { output: join(folder, "model") });
    [browser, server] = await Promise.all([startBrowser(), serveExample(folder)]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test("predicts in Chromium what libtorch predicts, for the frequency of the slider", async () => {
    const page = await browser!.newPage(); // started before
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    const missing: string[] = [];
    page.on("response", (response) => {
      if (response.status() === 404) missing.push(response.url());
    });
    page.on("pageerror", ({ message }) => said.push(message));
    const { port } = server!.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const answer = page.locator("#answer[data-probability]");
    const shown = async (): Promise<number> => Number(await answer.getAttribute("data-probability"));
    const ofRun = async (row: Readonly<Record<string, unknown>>, every: number): Promise<number> => {
      const [one] = await predict(run, [row], { prior: { yes: 1 / every, no: 1 - 1 / every } });
      return one!.probabilities["yes"]!;
    };
    expect(await shown()).toBeCloseTo(await ofRun({ amount: 120, hour: 14, country: "US" }, 10), 5);
    await page.getByLabel("Amount").fill("905");
    await page.getByLabel("Hour").fill("3");
    await page.getByLabel("Country").selectOption("unknown");
    await page.getByRole("slider").fill("2");
    const expected = await ofRun({ amount: 905, hour: 3, country: null }, 100);
    await expect.poll(shown, patient).toBeCloseTo(expected, 5);
    expect(await answer.textContent()).toContain("its probability is");
    // Nothing that is not there is asked for: the manifest says whether there is a decision.
    expect(missing).toEqual([]);
    expect(said).toEqual([]);
    await page.close();
  });
});
