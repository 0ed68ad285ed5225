// npm run bench:report-pictures -- FOLDER [REPORT.html …]: pictures of simulated reports with 2, 10, 100 and 1,000
// classes, or of reports of one's own, in light and dark, and what they take: size, first paint, a slider's move.
/* global document, Event, requestAnimationFrame */
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
  const threshold = await movesOf(page, "#threshold .slider input");
  const frequencies = await movesOf(page, "#priors .slider input");
  const size = statSync(report).size.toLocaleString("en-US");
  const words = [
    `${basename(report)}: ${size} bytes`,
    `first paint ${paint?.toFixed(0)} ms`,
    `a move of threshold ${threshold}`,
    `of frequencies ${frequencies}`,
  ];
  console.log(words.join(", "));
}

/**
 * What 40 moves of a slider take of the browser's main thread, from the event to the new layout: the time that the thread
 * computes, which another program on the machine does not stretch.
 */
async function movesOf(page, selector) {
  if ((await page.locator(selector).count()) === 0) return "–";
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    return 1000 * (of("ScriptDuration") + of("RecalcStyleDuration") + of("LayoutDuration"));
  };
  const times = [];
  for (let turn = 0; turn < 40; turn++) {
    const before = await spent();
    await page.evaluate(move, { selector, turn });
    times.push((await spent()) - before);
  }
  await session.detach();
  times.sort((a, b) => a - b);
  return `${times[20].toFixed(1)} ms, at most ${times[39].toFixed(1)}`;
}

/** In the page: moves a slider, and waits until its figures are laid out and shown. */
async function move({ selector, turn }) {
  const input = document.querySelector(selector);
  const [min, max] = [Number(input.min), Number(input.max)];
  input.value = String(min + ((max - min) * ((turn * 7) % 40)) / 40);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
