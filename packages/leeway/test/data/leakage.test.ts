import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import type { CustomData } from "../../src/catalogue/index.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import { loadRunData } from "../../src/runs/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

/** What is said of data in a training file and a test file. */
async function notesOf(kind: "table" | "text", train: string[], test: string[]): Promise<readonly string[]> {
  const folder = temporaryFolder();
  const [path, testPath] = ["train.csv", "test.csv"].map((name) => join(folder, name)) as [string, string];
  writeFileSync(path, `${train.join("\n")}\n`);
  writeFileSync(testPath, `${test.join("\n")}\n`);
  const source: CustomData = { kind, paths: [path], testPaths: [testPath], label: "class" };
  const { notes } = await loadRunData(recipeFor("own", { source, validationFraction: 0 }));
  return notes!.filter(aboutCopies);
}

/** Not the note that there are few examples. */
const aboutCopies = (note: string): boolean => note.includes("copies");

const said = (copies: number, total: number): string =>
  `${copies} of the ${total} test examples are copies of training examples of the same class: the test accuracy is too optimistic`;

suite("copies of training examples in the test", () => {
  const train = ["x,colour,class", "1,red,a", "1.5,red,a", "2,,b", "0,blue,b"];

  test("are counted in tables, where the class is the same", async () => {
    const test = ["x,colour,class", "1.5,red,a", "2,,b", "2,,b", "0,blue,a", "1,blue,a", "7,red,b"];
    expect(await notesOf("table", train, test)).toEqual([said(3, 6)]);
  });
  test("are counted in texts, however long those beside them are", async () => {
    const texts = ["text,class", "one two,a", "three,a", "four five six seven,b", "three three,b"];
    const test = ["text,class", "three,a", "one two,a", "one,a", "four five six seven,b", "two two two,b"];
    expect(await notesOf("text", texts, test)).toEqual([said(3, 5)]);
  });
  test("are looked for in a part that was held out", async () => {
    const path = join(temporaryFolder(), "all.csv");
    writeFileSync(path, `x,class\n${Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 2}`).join("\n")}\n`);
    const source: CustomData = { kind: "table", paths: [path], label: "class" };
    const { notes, test } = await loadRunData(recipeFor("own", { source }));
    expect(notes!.filter(aboutCopies)).toEqual([said(8, 8)]);
    expect(test.labels.length).toBe(8);
  });
  test("are not worth a word where there are none, or one in more than a hundred", async () => {
    const rows = Array.from({ length: 101 }, (_, i) => `${10 + i},red,a`);
    expect(await notesOf("table", train, ["x,colour,class", ...rows])).toEqual([]);
    expect(await notesOf("table", train, ["x,colour,class", "1,red,a", ...rows])).toEqual([]);
    expect(await notesOf("table", train, ["x,colour,class", "1,red,a", ...rows.slice(2)])).toEqual([
      said(1, 100),
    ]);
  });
  test("are looked for until somebody stops it", async () => {
    const path = join(temporaryFolder(), "all.csv");
    writeFileSync(path, `${train.join("\n")}\n`);
    const source: CustomData = { kind: "table", paths: [path], label: "class" };
    const recipe = recipeFor("own", { source, validationFraction: 0 });
    const reading = loadRunData(recipe, { signal: AbortSignal.abort(new Error("stopped")) });
    await expect(reading).rejects.toThrow("stopped");
  });
});
