import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe as suite, expect, test } from "vitest";
import { pages, root } from "./pages.ts";

/** Every block of TypeScript on a page, by the name of a file that is not there: the package's own imports resolve. */
const blocks = new Map(
  pages().flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n(.*?)^```/gms)].map(([, code], i) => {
      const name = `${page.replaceAll(/\W/g, "-")}-${i + 1}.ts`;
      return [fileURLToPath(new URL(name, import.meta.url)), code!] as const;
    }),
  ),
);

function optionsOfPages(): ts.CompilerOptions {
  const path = fileURLToPath(new URL("../../../tsconfig.base.json", import.meta.url));
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  // Names that a page only shows are not used, and a page's code is read from the sources.
  return {
    ...options,
    ...{ composite: false, declaration: false, declarationMap: false, noEmit: true },
    ...{ noUnusedLocals: false, rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true },
  };
}

suite("the TypeScript of the pages", () => {
  test("compiles with the public names", () => {
    const options = optionsOfPages();
    const host = ts.createCompilerHost(options);
    const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
    host.readFile = (path) => blocks.get(path) ?? readFile(path);
    host.fileExists = (path) => blocks.has(path) || fileExists(path);
    const program = ts.createProgram([...blocks.keys()], options, host);
    const faults = [...blocks.keys()].flatMap((path) => {
      const file = program.getSourceFile(path)!;
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    });
    expect(blocks.size).toBeGreaterThan(10);
    expect(faults).toEqual([]);
  });
});
