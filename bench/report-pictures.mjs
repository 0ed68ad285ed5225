// npm run bench:report-pictures -- FOLDER [REPORT.html …]: pictures of simulated reports with 2, 10, 100 and 1,000
// classes, or of reports of one's own, in light and dark, and what they take: size, first paint, a slider's move.
/* global Blob, document */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build } from "tsdown";
import { root } from "../tools/prepare.mjs";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"].concat([
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
]);

const [folder, ...own] = process.argv.slice(2);
if (folder === undefined) {
  console.error("report-pictures: expected a folder for the pictures, got nothing. Name one.");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const reports = own.length > 0 ? own : await simulated(folder);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
for (const report of reports) {
  const name = basename(report, ".html");
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(resolve(report)).href);
    await page.locator("main[data-complete]").waitFor();
    if (colorScheme === "light") await measure(page, report);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
    await page.close();
  }
}
await browser.close();

/** Simulated reports, written into the folder. */
async function simulated(to) {
  const [bundle] = await build({
    entry: { report: join(root, "packages/dashboard/test/simulated/report.ts") },
    ...{ cwd: root, config: false, dts: false, write: false, clean: false, logLevel: "warn", minify: true },
    ...{ format: "esm", platform: "node", deps: { alwaysBundle: () => true } },
  });
  const script = bundle.chunks.find(({ type }) => type === "chunk").code;
  const { simulatedReport } = await import(
    `data:text/javascript;base64,${Buffer.from(script).toString("base64")}`
  );
  const { reportPage } = await import("@leeway/dashboard");
  const kinds = [
    { classes: 2, examples: 10_000, noun: "rows" },
    { classes: 10, examples: 10_000, compared: true },
    { classes: 100, examples: 10_000, compared: true },
    { classes: 1000, examples: 5_000 },
  ];
  return kinds.map((kind) => {
    const path = join(to, `classes-${kind.classes}.html`);
    writeFileSync(path, reportPage(simulatedReport(kind)));
    return path;
  });
}

/** Prints a line of what a report takes. */
async function measure(page, report) {
  const { paint, bytes } = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    bytes: new Blob([document.documentElement.outerHTML]).size,
  }));
  console.log(
    `${basename(report)}: first paint ${paint?.toFixed(0)} ms, document ${bytes.toLocaleString("en-US")} bytes`,
  );
}
