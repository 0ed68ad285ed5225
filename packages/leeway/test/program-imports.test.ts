import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe as suite, expect, test } from "vitest";
import { root } from "./pages.ts";

/** The programs beside the packages, which import what is compiled and have no types. */
const programs = ["bench", "tools"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => join(folder, name)),
);

/** Names imported from a package's compiled files, each with the source it is compiled from. */
function importsOf(program: string): { readonly name: string; readonly source: string }[] {
  const text = readFileSync(join(root, program), "utf8");
  const imports = text.matchAll(/import \{([^}]*)\} from "\.\.\/(packages\/\w+)\/dist\/([\w/-]+)\.js"/g);
  return [...imports].flatMap(([, names, folder, path]) =>
    names!
      .split(",")
      .map((name) => name.trim().split(" as ")[0]!)
      .filter((name) => name !== "")
      .map((name) => ({ name, source: `${folder!}/src/${path!}.ts` })),
  );
}

suite("the programs of bench and tools", () => {
  test.for(programs.filter((program) => importsOf(program).length > 0))(
    "%s import what exists",
    async (program) => {
      for (const { name, source } of importsOf(program)) {
        const module = (await import(pathToFileURL(join(root, source)).href)) as object;
        expect(module, `${source} has no ${name}`).toHaveProperty(name);
      }
    },
  );

  test("import leeway by the paths of its files, since its rooms are internal", () => {
    const byName = programs.filter((program) =>
      /from "leeway\//.test(readFileSync(join(root, program), "utf8")),
    );
    expect(byName).toEqual([]);
  });
});
