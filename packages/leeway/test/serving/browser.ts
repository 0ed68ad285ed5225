import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

/** Why tests in a browser are skipped; undefined where there is one. */
export const noBrowser =
  executablePath === undefined ? "no Chromium in /usr/bin: install it to test pages" : undefined;

/** How long a page may take on a busy machine. */
export const patient = { timeout: 30_000 };

const quiet = ["background-networking", "component-update", "sync"].map((name) => `--disable-${name}`);

/** Starts Chromium without a window, and without what it does beside pages. */
export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(noBrowser);
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet],
  });
}
