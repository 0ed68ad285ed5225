import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A Python with PyTorch and numpy; undefined where there is none. */
export const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
);

/** What a script of tools/reference prints, as JSON. */
export function referenceOf(script: string, paths: readonly string[]): unknown {
  const url = new URL(`../../../tools/reference/${script}`, import.meta.url);
  const printed = execFileSync(python ?? "python3", [fileURLToPath(url), ...paths], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(printed);
}
