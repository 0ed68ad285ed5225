// npm run bench:report-pictures -- FOLDER [REPORT.html …]: pictures of simulated reports with 2, 10, 100 and 1,000
// classes, or of reports of one's own, in light and dark, and what they take: size, first paint, a slider's move.
/* global document, Event, queueMicrotask, requestAnimationFrame */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
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
    await page.waitForTimeout(1000); // scores are unpacked after the rest
    if (colorScheme === "light") await measure(page, report);
    await page.reload();
    await page.locator("main[data-complete]").waitFor();
    await page.waitForTimeout(1000);
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
  const paint = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  );
  const sliders = ["#threshold .slider input", "#priors .slider input"];
  const moves = await page.evaluate(movesOf, sliders);
  const size = statSync(report).size.toLocaleString("en-US");
  const slid = moves.map(({ median, max }) => `${median.toFixed(1)} ms, at most ${max.toFixed(1)}`);
  const words =
    slid.length === 0 ? "no slider" : `a move of threshold ${slid[0]}; of frequencies ${slid[1] ?? "–"}`;
  console.log(`${basename(report)}: ${size} bytes, first paint ${paint?.toFixed(0)} ms, ${words}`);
}

/** In the page: what 40 moves of each slider take, from the event to the new layout. */
async function movesOf(selectors) {
  const found = selectors
    .map((selector) => document.querySelector(selector))
    .filter((input) => input !== null);
  const results = [];
  for (const input of found) {
    const times = [];
    const [min, max] = [Number(input.min), Number(input.max)];
    for (let turn = 0; turn < 40; turn++) {
      input.value = String(min + ((max - min) * ((turn * 7) % 40)) / 40);
      const started = performance.now();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
      document.body.getBoundingClientRect();
      times.push(performance.now() - started);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    times.sort((a, b) => a - b);
    results.push({ median: times[20], max: times[39] });
  }
  return results;
}
