// node tools/bundle-predict.mjs [--always]: builds @leeway/predict into packages/predict/dist, where sources are newer
// than it: a file for Node and one for browsers, with their types, from Leeway's own sources. What other packages they
// have inside is named with its licence. npm runs it before it packs the package.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isCurrent, noticeOf } from "./bundle.mjs";
import { root } from "./prepare.mjs";

const folder = join(root, "packages/predict");
const dist = join(folder, "dist");
const sources = [join(folder, "src"), join(root, "packages/leeway/src"), fileURLToPath(import.meta.url)];

/** For vitest too: tests see the package of the sources as they are. */
export async function setup({ always = false } = {}) {
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  if (!always && isCurrent(join(dist, "node.js"), sources)) return;
  const { build } = await import("tsdown"); // takes longer to load than to look at the times of files
  await build({
    entry: { node: join(folder, "src/node.ts"), browser: join(folder, "src/browser.ts") },
    cwd: folder,
    ...{ config: false, tsconfig: "tsconfig.json", dts: true, clean: true, logLevel: "warn" },
    ...{ format: "esm", platform: "neutral", target: "es2022" },
    outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
    outDir: dist,
    deps: { neverBundle: [/^node:/, /^onnxruntime-/, "sharp"], alwaysBundle: () => true },
  });
  const inside = ["zod", "pure-rand", "@huggingface/tokenizers"].filter((name) =>
    readFileSync(join(root, "package-lock.json"), "utf8").includes(`node_modules/${name}"`),
  );
  writeFileSync(join(dist, "LICENSES.txt"), `${inside.map(noticeOf).join("\n\n")}\n`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await setup({ always: process.argv.includes("--always") });
}
