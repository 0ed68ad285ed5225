import { existsSync, readFileSync } from "node:fs";
import { describe as suite, expect, test } from "vitest";
import * as leeway from "../src/index.ts";
import { pureLayers } from "./layer-table.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, unknown> };

/** The rows of README.md's table whose first heading begins so, as cells. */
function rowsOf(heading: string): string[][] {
  const [, rows = ""] =
    new RegExp(`^\\| ${heading}.*\\n\\| -.*\\n((?:\\|.*\\n)+)`, "m").exec(read("README.md")) ?? [];
  const lines = rows.trim().split("\n");
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

suite("the package leeway", () => {
  test("exports the entry points that its page lists", () => {
    const listed = rowsOf("entry point").map(([name]) => name!.replaceAll("`", "").replace(/^leeway/, "."));
    expect(Object.keys(exports)).toEqual([...listed, "./package.json"]);
  });

  test("exports sources that are there", () => {
    const sources = Object.values(exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : [(entry as Record<string, string>)["@leeway/source"]!],
    );
    expect(sources.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  });

  test("says of the entry points that reach neither libtorch nor Node that a browser can use them", () => {
    const inBrowser = rowsOf("entry point").filter(([, , browser]) => browser === "yes");
    const pure = Object.keys(exports)
      .map((path) => path.slice(2))
      .filter((name) => pureLayers.includes(name));
    expect(inBrowser.map(([name]) => name)).toEqual(pure.map((name) => `\`leeway/${name}\``));
  });

  test("has at its root the names that its page lists", () => {
    const listed = rowsOf("from `leeway`").flatMap(([names]) =>
      [...names!.matchAll(/`(\w+)/g)].map(([, name]) => name!),
    );
    expect(Object.keys(leeway).toSorted()).toEqual(listed.toSorted());
  });
});
