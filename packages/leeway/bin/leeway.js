#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await (await import(main.href)).main(process.argv.slice(2));
} else {
  console.error(
    `leeway: expected the compiled program at ${fileURLToPath(main)}, got nothing. Run: npm run build`,
  );
  process.exitCode = 4;
}
