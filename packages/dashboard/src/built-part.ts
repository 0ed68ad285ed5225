import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A built part of the page, which lies in `dist` whether this file runs from there or from the sources. */
export function builtPart(name: string): string {
  const path = fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`${name}: expected the page's ${path}, got nothing. Run: npm run build`, { cause });
  }
}
