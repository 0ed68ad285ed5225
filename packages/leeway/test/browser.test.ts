import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe as suite, expect, test } from "vitest";
import { pureLayers } from "./layer-table.ts";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** The sources of a layer: a folder, or a file of that name. */
function sourcesOf(layer: string): string[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && (path === `${layer}.ts` || path.startsWith(join(layer, "/"))))
    .map((path) => join(src, path));
}

/** The project's own compiler options, but for a browser: its library, and no types of Node. */
function browserOptions(): ts.CompilerOptions {
  const path = fileURLToPath(new URL("../../../tsconfig.base.json", import.meta.url));
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: object };
  };
  const compilerOptions = {
    ...config.compilerOptions,
    ...{ lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable"], types: [] },
    ...{ composite: false, declaration: false, declarationMap: false, noEmit: true },
  };
  return ts.parseJsonConfigFileContent({ compilerOptions, files: [] }, ts.sys, src).options;
}

suite("the layers without libtorch and Node", () => {
  const options = browserOptions();
  const host = ts.createCompilerHost(options);
  // A dependency that has a face for Node asks for its types by name: they would hide what we use of Node ourselves.
  const isSeen = (path: string): boolean => !path.includes("/@types/node");
  host.fileExists = (path) => isSeen(path) && ts.sys.fileExists(path);
  const program = ts.createProgram(pureLayers.flatMap(sourcesOf), options, host);

  test("are those that a page needs", () => {
    const needed = ["imbalance", "methods", "recipe", "metrics", "records", "analysis", "theory", "report"];
    expect(pureLayers).toEqual(expect.arrayContaining([...needed, "analysis", "theory", "report"]));
  });

  test("compile with a browser's library and without Node's types", () => {
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) =>
          `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    expect(faults).toEqual([]);
  });
});
