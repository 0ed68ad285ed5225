import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { CustomData } from "../../../src/catalogue/index.ts";
import { dataFacts, openCustomData } from "../../../src/data/index.ts";
import { listTable } from "../../../src/data/images/table-listing.ts";
import { dataFault } from "../tables/table-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-unlabelled-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const skip = { unlabelled: "skip" } as const;

suite("rows without a class", () => {
  const table = (name: string): string => file(name, "a,text,label\n0,q,\n1,r,x\n2,,\n3,s,y\n4,t,x\n");

  for (const kind of ["table", "text", "embedding"] as const) {
    const options = kind === "text" ? { text: "text" } : {};
    const content = "a,b,label\n0,1,\n1,2,x\n2,3,\n3,4,y\n4,5,x\n";
    const path = (): string => (kind === "embedding" ? file("vectors.csv", content) : table(`${kind}.csv`));

    test(`stop a ${kind}, with the option that leaves them out`, async () => {
      const data: CustomData = { kind, paths: [path()], options };
      expect(await dataFault(openCustomData(data))).toContain(
        'row 1: expected a class in column "label", got nothing, as in 2 rows in all. Fill it in, take the row out, or leave such rows out with --unlabelled skip.',
      );
    });

    test(`are left out of a ${kind} and of its test where told, counted, and rows keep their places`, async () => {
      const data: CustomData = {
        kind,
        paths: [path()],
        testPaths: [path()],
        options: { ...options, ...skip },
      };
      const { train, test: held, notes = [] } = await openCustomData(data);
      expect([[...train.labels], [...train.ids], [...held!.ids]]).toEqual([
        [0, 1, 0],
        [1, 3, 4],
        [1, 3, 4],
      ]);
      expect(
        notes.filter((note) => note.endsWith('2 rows without a class are left out (column "label")')),
      ).toHaveLength(2);
    });
  }

  test("are left out of tables of images", async () => {
    const paths = [file("images.csv", "path,label\n1.png,a\n2.png,\n3.png,b\n")];
    expect(await dataFault(listTable({ paths }, {}))).toContain("--unlabelled skip");
    const { images, notes } = await listTable({ paths }, skip);
    expect(images.map(({ path, label }) => [path, label])).toEqual([
      ["1.png", 0],
      ["3.png", 1],
    ]);
    expect(notes).toEqual([`${paths[0]!}: 1 row without a class is left out (column "label")`]);
  });

  test("are counted by inspect, which says the option", async () => {
    const paths = [table("inspected.csv")];
    const messages = async (options: CustomData["options"] & {}): Promise<string[]> =>
      (
        await dataFacts({
          dataset: "t",
          source: { kind: "table", paths, options: { numeric: ["a"], ...options } },
        })
      ).findings.map(({ message }) => message);
    expect(await messages({})).toContain("2 rows have no class: --unlabelled skip leaves them out");
    expect(await messages(skip)).toContain("2 rows have no class and are left out");
  });
});
