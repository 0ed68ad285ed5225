import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("python", import.meta.url));

/** A Python with numpy and Pillow; undefined where there is none. */
export const pythonOfReadmes = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import numpy, PIL"], { stdio: "ignore" }).status === 0,
);

/** What lines of Python print, run in a folder, with onnxruntime and tokenizers as `python/` has them. */
export function printedBy(lines: string, cwd: string): string {
  const env = { ...process.env, PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: "1" };
  return execFileSync(pythonOfReadmes ?? "python3", ["-c", lines], { cwd, env, encoding: "utf8" });
}

/** What the Python of an exported model's README answers: a class, and the probability of each. */
export function answerOfReadme(model: string): [string, Record<string, number>] {
  const [, lines = ""] =
    /^```python\n(.*?)^```$/ms.exec(readFileSync(join(model, "README.md"), "utf8")) ?? [];
  const [, name = "", all = ""] = /^(.*?) (\{.*\})$/m.exec(printedBy(lines, model)) ?? [];
  return [name, JSON.parse(all.replaceAll("'", '"')) as Record<string, number>];
}
