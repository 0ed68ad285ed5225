import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { root } from "./pages.ts";

const read = (page: string): string => readFileSync(join(root, "results", page), "utf8");

/** What a tool prints of a folder of recorded runs. */
const printed = (tool: string, folder: string): string =>
  execFileSync(process.execPath, [join(root, "tools", tool), join(root, "results", folder)], {
    encoding: "utf8",
  });

/** The headings of the third level and the rows of tables, in their order. */
const tablesOf = (text: string): string[] => text.split("\n").filter((line) => /^(### |\|)/.test(line));

suite("results/README.md", () => {
  const [, ...texts] = read("README.md").split(/^## /m);
  const sections = texts.map((text) => [text.split("\n", 1)[0]!, text] as const);
  test("has a section of the runs of CIFAR-10", () => {
    expect(sections.map(([folder]) => folder)).toContain("cifar10-lt100");
  });
  test.for(sections)("has the tables of the runs in %s", ([folder, section]) => {
    expect(tablesOf(section)).toEqual(tablesOf(printed("results-table.mjs", folder)));
  });
});

test("results/NOTES.md has the tables of the ablation: its runs, and what each part is worth", () => {
  const tables = printed("ablation-table.mjs", "cifar10-lt100-ablation").trimEnd().split("\n\n");
  expect(tables).toHaveLength(2);
  for (const table of tables) expect(read("NOTES.md")).toContain(`\n\n${table}\n\n`);
});
