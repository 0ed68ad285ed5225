import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe as suite, expect, test } from "vitest";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** For each file of `src`, those whose values it imports; what is only imported as a type is gone at run time. */
const imports = new Map(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name, valueImports(name)]),
);

function valueImports(name: string): string[] {
  const text = readFileSync(join(src, name), "utf8");
  const { outputText } = ts.transpileModule(text, {
    fileName: name,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ESNext,
      verbatimModuleSyntax: true,
      declaration: false,
    },
  });
  return ts
    .preProcessFile(outputText, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => relative(src, join(src, dirname(name), fileName)));
}

function circleFrom(name: string, path: readonly string[]): readonly string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  if (cleared.has(name)) return undefined;
  for (const next of imports.get(name) ?? []) {
    const circle = circleFrom(next, [...path, name]);
    if (circle !== undefined) return circle;
  }
  cleared.add(name);
  return undefined;
}

const cleared = new Set<string>();

suite("the files of src", () => {
  test("import each other's values without a circle", () => {
    expect(imports.get("tensor.ts")).toContain("native.ts");
    expect([...imports.keys()].map((name) => circleFrom(name, [])).find(Boolean)).toBeUndefined();
  });

  test.each(["index.ts", "testing.ts"])("bring the tensor class with the operators of %s", (entry) => {
    const reached = new Set<string>();
    const reach = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      for (const next of imports.get(name) ?? []) reach(next);
    };
    reach(entry);
    expect(reached.has("native.ts")).toBe(true);
    expect(reached.has("tensor.ts")).toBe(true);
  });
});
