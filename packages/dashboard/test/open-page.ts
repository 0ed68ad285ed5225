import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { ReportData } from "../../leeway/src/report/page/report-data.ts";
import { reportPage } from "../src/index.ts";

const executablePath = "/usr/bin/chromium";

/** Whether there is a browser to test in. */
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.warn(`Skips the tests of the page: no ${executablePath}.`);

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--no-first-run"],
    ],
  });
}

/** A report in a tab, and what the tab complained of or asked for. */
export interface OpenedReport {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens a report from a file, and waits until all of it is drawn. */
export async function opened(
  browser: Browser,
  data: ReportData,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<OpenedReport> {
  const path = join(mkdtempSync(join(tmpdir(), "leeway-report-")), "report.html");
  writeFileSync(path, reportPage(data));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await page.locator("main[data-complete]").waitFor();
  return { page, complaints, requests };
}

/** A number of the page as it is written: "68.8 %", "1,234". */
export async function numberOf(page: Page, selector: string): Promise<number> {
  const text = await page.locator(selector).first().innerText();
  return Number(text.replace(/[ ,%]/g, "").replace("−", "-"));
}
