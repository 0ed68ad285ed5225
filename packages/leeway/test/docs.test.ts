import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { lossNames, methodNames, methodOf } from "../src/methods/index.ts";
import { configJsonSchema } from "../src/recipe/index.ts";
import { pages, root } from "./pages.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Names of the files of one kind in a folder, without their ending. */
const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .toSorted();

suite.for(methodNames)("docs/methods/%s.md", (name) => {
  const method = methodOf(name);
  const path = `docs/methods/${name}.md`;

  test("is there, with its parts", () => {
    const text = read(path);
    expect(text).toMatch(/^# \S/);
    for (const part of ["## Options", "## When it helps", "## In the paper"])
      expect(text).toContain(`\n${part}\n`);
    expect(text).toContain(`--method ${name}\n`);
  });
  test("lists each option with its default", () => {
    for (const [option, value] of Object.entries(method.options)) {
      expect(read(path)).toMatch(new RegExp(`^\\| \`${option}\` +\\| ${String(value)} +\\|`, "m"));
    }
    for (const option of method.optional) {
      expect(read(path)).toMatch(new RegExp(`^\\| \`${option}\` +\\| +\\|`, "m"));
    }
  });
});

suite("docs/config.md", () => {
  const { properties } = configJsonSchema() as {
    properties: Record<string, { properties?: Record<string, unknown> }>;
  };
  const page = read("docs/config.md");

  test("lists every field of a configuration file", () => {
    for (const field of Object.keys(properties).filter((name) => name !== "$schema")) {
      expect(page).toMatch(new RegExp(`^\\| \`${field}\` +\\|`, "m"));
    }
  });
  test("lists every loss that a method can be composed with, and names every parameter", () => {
    for (const loss of lossNames) expect(page).toMatch(new RegExp(`^\\| \`${loss}\` +\\|`, "m"));
    for (const name of Object.keys(properties["methodOptions"]!.properties!)) {
      expect(page).toContain(`\`${name}\``);
    }
  });
});

suite("the pages", () => {
  test("of methods are those of the list and no others", () => {
    expect(namesIn("docs/methods", ".md")).toEqual(methodNames.toSorted());
  });
  test("of losses are those of src/losses and no others", () => {
    const losses = namesIn("packages/leeway/src/losses", ".ts").filter(
      (name) => !/^(index|loss|loss-of)$/.test(name),
    );
    expect(namesIn("docs/losses", ".md")).toEqual(losses);
  });
  test.for(pages())("%s links to what is there", (page) => {
    const broken = linksOf(read(page)).filter((link) => !leadsSomewhere(page, link));
    expect(broken).toEqual([]);
  });
});

/** The relative links of a page, images included, code left out. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^(`{3,}).*?^\1/gms, "").replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Whether a link's file is there, inside the project, and has the heading it names. */
function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const file = path === "" ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
  if (relative(root, file).startsWith("..") || !existsSync(file)) return false;
  return heading === undefined || headingsOf(readFileSync(file, "utf8")).includes(heading);
}

/** Headings as they are named in links. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ +(.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}
