import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe as suite, expect, test } from "vitest";
import * as leeway from "../src/index.ts";
import { pureLayers } from "./layer-table.ts";
import { root, tableRows } from "./pages.ts";

const read = (folder: string, file: string): string =>
  readFileSync(join(root, "packages", folder, file), "utf8");

const exportsOf = (folder: string): Record<string, string | Record<string, string>> =>
  (JSON.parse(read(folder, "package.json")) as { exports: Record<string, string | Record<string, string>> })
    .exports;

/** The rows of a table of a package's page. */
const rowsOf = (folder: string, heading: string): string[][] =>
  tableRows(join("packages", folder, "README.md"), heading);

suite.for([
  ["leeway", "leeway"],
  ["torch", "@leeway/torch"],
] as const)("the package in packages/%s", ([folder, name]) => {
  test("exports the entry points that its page lists", () => {
    const listed = rowsOf(folder, "entry point").map(([entry]) =>
      entry!.replaceAll("`", "").replace(name, "."),
    );
    expect(Object.keys(exportsOf(folder))).toEqual([...listed, "./package.json"]);
  });

  test("exports sources that exist", () => {
    const sources = Object.values(exportsOf(folder)).map((entry) =>
      typeof entry === "string" ? entry : entry["@leeway/source"]!,
    );
    expect(sources.filter((path) => !existsSync(join(root, "packages", folder, path)))).toEqual([]);
  });
});

suite("the page of leeway", () => {
  test("marks the entry points that a browser can use: those without libtorch and Node", () => {
    const marked = rowsOf("leeway", "entry point").filter(([, , browser]) => browser === "yes");
    const names = Object.keys(exportsOf("leeway")).map((path) => path.slice(2));
    const pure = names.filter((name) => pureLayers.includes(name));
    expect(marked.map(([name]) => name)).toEqual(pure.map((name) => `\`leeway/${name}\``));
  });

  test("lists the names at the root", () => {
    const listed = rowsOf("leeway", "from `leeway`").flatMap(([names]) =>
      [...names!.matchAll(/`(\w+)/g)].map(([, name]) => name!),
    );
    expect(Object.keys(leeway).toSorted()).toEqual(listed.toSorted());
  });

  test("lists the values of every other entry point, and none has a helper beside them", async () => {
    for (const [path, entry] of Object.entries(exportsOf("leeway"))) {
      if (path === "." || path === "./package.json") continue;
      const source = join(root, "packages/leeway", (entry as Record<string, string>)["@leeway/source"]!);
      const values = Object.keys((await import(pathToFileURL(source).href)) as object);
      const listed = new RegExp(`^- \`leeway/${path.slice(2)}\`: (.*)`, "m").exec(
        read("leeway", "README.md"),
      );
      expect(listed?.[1]?.replaceAll("`", "").split(", ").toSorted()).toEqual(values.toSorted());
    }
  });
});
