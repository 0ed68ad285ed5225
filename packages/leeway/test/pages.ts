import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Every page: at the root, in docs, in the packages, and beside benches, examples, results and what is ready to deploy. */
export function pages(): string[] {
  const below = (folder: string): string[] =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
          join(folder, name),
        )
      : [];
  const places = [...readdirSync(root), ...["docs", "deploy", "bench", "examples", "results"].flatMap(below)];
  const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "README.md"));
  return [...places, ...packages].filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
}

/** The rows, as cells, of the table of a page whose first heading begins so; none where there is no such table. */
export function tableRows(path: string, heading: string): string[][] {
  const table = new RegExp(`^\\| ${heading}.*\\n\\| -.*\\n((?:\\|.*\\n)+)`, "m");
  const [, rows = ""] = table.exec(readFileSync(join(root, path), "utf8")) ?? [];
  return rows
    .trim()
    .split("\n")
    .map((row) =>
      row
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}
