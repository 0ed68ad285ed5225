import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe as suite, expect, test } from "vitest";
import { layers, namesIn, pureLayers, reached } from "./layer-table.ts";
import { tableRows } from "./pages.ts";

interface Source {
  /** Below `src`, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One sentence for each import that the table does not allow. */
function faults(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const layer = layerOf(path);
    const row = layers[layer];
    if (row === undefined) return [`${path} is in no layer; add ${layer} to layers.json`];
    if (row.imports === "everything") return [];
    const allowed = namesIn(row);
    return importsOf(text)
      .filter((name) => {
        const target = targetOf(path, name);
        return target !== undefined && target !== layer && !allowed.includes(target);
      })
      .map(
        (name) =>
          `${path} imports ${name}; ${path.includes("/") ? `${layer}/` : layer} may import ${allowed.join(", ") || "nothing"}`,
      );
  });
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The layer, `torch` or `node:` that an import reaches; undefined for a package of somebody else. */
function targetOf(path: string, name: string): string | undefined {
  if (name.startsWith(".")) return layerOf(posix.join(posix.dirname(path), name));
  if (name === "@leeway/torch" || name.startsWith("@leeway/torch/")) return "torch";
  if (name === "leeway" || name.startsWith("leeway/")) return name.split("/")[1] ?? "index";
  return isBuiltin(name) ? "node:" : undefined;
}

function layerOf(path: string): string {
  return path.split("/")[0]!.replace(/\.ts$/, "");
}

function sourcesIn(folder: URL): Source[] {
  const root = fileURLToPath(folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ path: name.replaceAll("\\", "/"), text: readFileSync(join(root, name), "utf8") }));
}

suite("the layers of leeway", () => {
  test("import only what their row names", () => {
    expect(faults(sourcesIn(new URL("../src/", import.meta.url)))).toEqual([]);
  });

  test("have rows without a circle", () => {
    const circular = Object.entries(layers).filter(
      ([name, row]) => row.imports !== "everything" && namesIn(row).some((next) => reached(next).has(name)),
    );
    expect(circular.map(([name]) => name)).toEqual([]);
  });

  test("are the table of ARCHITECTURE.md, row by row", () => {
    const yes = (fact: boolean): string => (fact ? "yes" : "");
    const expected = Object.entries(layers).map(([name, { holds, imports, uses = "" }]) => [
      existsSync(new URL(`../src/${name}.ts`, import.meta.url)) ? `\`${name}.ts\`` : `\`${name}\``,
      ...[holds, imports],
      ...[yes(uses.includes("torch")), yes(uses.includes("node:")), yes(pureLayers.includes(name))],
    ]);
    expect(tableRows("ARCHITECTURE.md", "layer")).toEqual(expected);
  });

  test("are not known to the engine", () => {
    const upward = sourcesIn(new URL("../../torch/src/", import.meta.url)).filter(({ text }) =>
      importsOf(text).some((name) => /^leeway(\/|$)/.test(name) || name.includes("/leeway/")),
    );
    expect(upward.map(({ path }) => path)).toEqual([]);
  });
});

suite("the check of the layers", () => {
  const faultsOf = (path: string, text: string): string[] => faults([{ path, text }]);

  test("names the file, the import and what is allowed", () => {
    expect(faultsOf("methods/x.ts", `import { train } from "../training/train.ts";`)).toEqual([
      "methods/x.ts imports ../training/train.ts; methods/ may import imbalance, faults, field, errors",
    ]);
  });

  test("sees type imports, re-exports, dynamic imports and the package's own name", () => {
    const forms = [
      `import type { A } from "../storage/index.ts";`,
      `export * from "../storage/index.ts";`,
      `const a = await import("../storage/index.ts");`,
      `import { a } from "leeway/storage";`,
    ];
    for (const form of forms) expect(faultsOf("records/x.ts", form)).toHaveLength(1);
  });

  test("keeps the engine and Node out of the pure layers", () => {
    expect(faultsOf("metrics/x.ts", `import { tensor } from "@leeway/torch";`)).toHaveLength(1);
    expect(faultsOf("metrics/x.ts", `import { readFileSync } from "node:fs";`)).toHaveLength(1);
    expect(faultsOf("metrics/x.ts", `import { readFileSync } from "fs";`)).toHaveLength(1);
  });

  test("allows the layer itself, its row and packages of others", () => {
    const text = `import "./y.ts"; import "../records/index.ts"; import "node:fs"; import "zod";`;
    expect(faultsOf("storage/x.ts", text)).toEqual([]);
  });

  test("does not know a folder that is not in the table", () => {
    expect(faultsOf("utils/x.ts", "")).toEqual(["utils/x.ts is in no layer; add utils to layers.json"]);
  });
});
