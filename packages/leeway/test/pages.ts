import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Every page: at the root, in docs, in the packages, and beside benches, examples and results. */
export function pages(): string[] {
  const below = (folder: string): string[] =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
          join(folder, name),
        )
      : [];
  const places = [...readdirSync(root), ...["docs", "bench", "examples", "results"].flatMap(below)];
  const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "README.md"));
  return [...places, ...packages].filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
}
