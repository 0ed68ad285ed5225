// node tools/bundle.mjs: builds what browsers run, where sources are newer than it.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./prepare.mjs";

const dashboard = join(root, "packages/dashboard");

/**
 * Builds the page of reports: `dist/report.js`, one script without imports, and `dist/report.css`. Preact and the parts
 * of leeway that the page computes with are inside.
 */
async function bundleReport() {
  const from = join(dashboard, "src/report");
  const to = join(dashboard, "dist");
  const leeway = join(root, "packages/leeway/src");
  if (isCurrent(join(to, "report.js"), [from, leeway, fileURLToPath(import.meta.url)])) return;
  const { build } = await import("tsdown"); // takes longer to load than to look at the times of files
  const [bundle] = await build({
    entry: { report: join(from, "main.tsx") },
    cwd: dashboard,
    ...{ config: false, tsconfig: "tsconfig.page.json", dts: false, clean: false, write: false },
    ...{ format: "iife", platform: "browser", target: "es2022", minify: true, logLevel: "warn" },
    outDir: to,
    deps: { alwaysBundle: () => true },
  });
  const script = bundle.chunks.find(({ type }) => type === "chunk").code;
  if (/<\/script|<!--/i.test(script)) throw new Error(`${from}: expected a script that no page ends early`);
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, "report.css"), readFileSync(join(from, "report.css"), "utf8"));
  writeFileSync(join(to, "report.js"), `${noticeOf("preact")}\n${script}`);
}

/** For vitest: tests see the page of the sources as they are. */
export const setup = bundleReport;

/** The licence of what is inside, as a comment. */
export function noticeOf(name) {
  const folder = join(root, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `/*! ${name} ${version}\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n*/`;
}

/** Whether a file is newer than all that is in folders and files. */
export function isCurrent(path, sources) {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  const newest = (source) =>
    statSync(source).isDirectory()
      ? readdirSync(source, { recursive: true })
          .map((name) => statSync(join(source, name)).mtimeMs)
          .reduce((latest, time) => Math.max(latest, time), -Infinity)
      : statSync(source).mtimeMs;
  return sources.every((source) => newest(source) < made);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await bundleReport();
}
