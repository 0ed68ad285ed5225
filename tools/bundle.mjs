// node tools/bundle.mjs: builds what browsers run, where sources are newer than it.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./prepare.mjs";

const dashboard = join(root, "packages/dashboard");

/** Scripts that browsers run, by the folders of their sources, and what is known when they are built. */
const pages = [
  { name: "report", styles: ["report/report.css"], define: () => ({}) },
  {
    name: "app",
    styles: ["report/report.css", "app/app.css"],
    define: () => ({ methodEquations: JSON.stringify(equations()) }),
  },
];

/**
 * Builds the pages: for each one script without imports, and a style. Preact and the parts of leeway that they compute
 * with are inside.
 */
async function bundlePages() {
  for (const page of pages) await bundlePage(page);
}

async function bundlePage({ name, styles, define }) {
  const sources = join(dashboard, "src");
  const to = join(dashboard, "dist");
  const leeway = join(root, "packages/leeway/src");
  if (isCurrent(join(to, `${name}.js`), [sources, leeway, fileURLToPath(import.meta.url)])) return;
  const { build } = await import("tsdown"); // takes longer to load than to look at the times of files
  const [bundle] = await build({
    entry: { [name]: join(sources, name, "main.tsx") },
    cwd: dashboard,
    ...{ config: false, tsconfig: "tsconfig.page.json", dts: false, clean: false, write: false },
    ...{ format: "iife", platform: "browser", target: "es2022", minify: true, logLevel: "warn" },
    ...{ outDir: to, define: define() },
    deps: { alwaysBundle: () => true },
  });
  const script = bundle.chunks.find(({ type }) => type === "chunk").code;
  if (/<\/script|<!--/i.test(script)) throw new Error(`${name}: expected a script that no page ends early`);
  mkdirSync(to, { recursive: true });
  const style = styles.map((path) => readFileSync(join(sources, path), "utf8")).join("\n");
  writeFileSync(join(to, `${name}.css`), style);
  writeFileSync(join(to, `${name}.js`), `${noticeOf("preact")}\n${script}`);
}

/** The equations of the methods' pages: the first block of text of each. */
function equations() {
  const folder = join(root, "docs/methods");
  return Object.fromEntries(
    readdirSync(folder).flatMap((file) => {
      const [, block] = /```text\n([\s\S]*?)```/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
      return block === undefined ? [] : [[file.replace(/\.md$/, ""), block.trimEnd()]];
    }),
  );
}

/** For vitest: tests see the page of the sources as they are. */
export const setup = bundlePages;

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
  await bundlePages();
}
