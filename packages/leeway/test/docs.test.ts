import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { fieldRows, readerRows, squeezed } from "./field-rows.ts";
import {
  losses,
  lossNames,
  type Method,
  methodFields,
  methodNames,
  methodOf,
  type OptionName,
  posthocMeanings,
  stagesOf,
} from "../src/methods/index.ts";
import { configJsonSchema } from "../src/recipe/index.ts";
import { pages, root } from "./pages.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Names of the files of one kind in a folder, without their ending. */
const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .toSorted();

/** What an option of a method is, as its losses, its posthoc or all methods have it. */
function meaningOf({ first, then, posthoc }: Method, option: OptionName): string {
  const own = [first.loss, then?.loss].flatMap((loss) => losses[loss ?? first.loss].meanings[option] ?? []);
  if (own.length > 0) return own[0]!;
  if (option === "tau")
    return posthocMeanings[posthoc?.normTau === undefined ? "logit-adjustment" : "tau-norm"];
  return methodFields[option].help;
}

/** The kinds of loss in a method's stages. */
const kindsOf = (name: string): string[] => [
  ...new Set(stagesOf(methodOf(name), [9, 3], 200).map(({ loss }) => loss.kind)),
];

/** The pages in a folder that a line beginning so links to. */
function linkedFrom(page: string, { line, folder }: { line: string; folder: string }): string[] {
  const [found = ""] = new RegExp(`^${line}.*?(?=See also|$)`, "m").exec(read(page)) ?? [];
  return [...found.matchAll(new RegExp(`\\.\\./${folder}/([a-z-]+)\\.md`, "g"))].map(([, name]) => name!);
}

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
  test("lists each option with its default and what it is in this method", () => {
    const named = [...Object.entries(method.options), ...method.optional.map((each) => [each, ""] as const)];
    const rows = named.map(([option, value]) => {
      const [meaning] = meaningOf(method, option as OptionName).split(/ ?[;:(]/);
      return `| \`${option}\` | ${String(value)} | ${meaning!}`.replace(/ +/g, " ");
    });
    const found = [...read(path).matchAll(/^\| `.*\|$/gm)].map(([row]) => row.replace(/ +/g, " "));
    expect(found.map((row, i) => row.slice(0, rows[i]?.length))).toEqual(rows);
  });
  test("links to the losses of its stages", () => {
    expect(linkedFrom(path, { line: "Loss: ", folder: "losses" })).toEqual(kindsOf(name));
  });
});

suite.for(namesIn("docs/losses", ".md"))("docs/losses/%s.md", (loss) => {
  test("links to the methods that use it", () => {
    const linked = linkedFrom(`docs/losses/${loss}.md`, { line: "Methods that use it: ", folder: "methods" });
    expect(linked.toSorted()).toEqual(methodNames.filter((name) => kindsOf(name).includes(loss)).toSorted());
  });
});

suite("docs/config.md", () => {
  const { properties } = configJsonSchema() as {
    properties: Record<string, { properties?: Record<string, unknown> }>;
  };
  const page = read("docs/config.md");

  test("lists every field of a recipe as its table has it", () => {
    expect(squeezed(page)).toContain(squeezed(fieldRows().join("\n")));
  });
  test("lists every option of custom data as its table has it", () => {
    expect(squeezed(page)).toContain(squeezed(readerRows().join("\n")));
  });
  test("lists every loss that a method can be composed with, and names every parameter", () => {
    const rows = page.replace(/ +/g, " ");
    for (const loss of lossNames) {
      const { options, margined, classifier } = losses[loss];
      const numbers = Object.entries(options).map(([name, value]) => `\`${name}\` (${String(value)})`);
      const taken = margined ? ["`margins`", ...numbers, "`testPrior`"] : numbers;
      const cells = [`\`${loss}\``, taken.join(", "), `\`${classifier}\``];
      expect(rows).toContain(`| ${cells.join(" | ")} |`.replace(/ +/g, " "));
    }
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
      (name) => !/^(index|loss|loss-of|label-smoothing)$/.test(name),
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
