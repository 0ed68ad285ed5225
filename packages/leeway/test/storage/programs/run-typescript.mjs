/** Runs a TypeScript program on Node 20, which reads none: `node run-typescript.mjs PROGRAM.ts ARGUMENT ...` */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

/** The hook, which Node runs in a thread of its own, takes the types off. */
export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { default: ts } = await import("typescript"); // here, because the main thread has no use for it
  const { outputText } = ts.transpileModule(await readFile(new URL(url), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  return { format: "module", source: outputText, shortCircuit: true };
}

if (isMainThread) {
  register(import.meta.url);
  await import(pathToFileURL(process.argv[2]).href);
}
