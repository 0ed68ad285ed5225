import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { findData, openCustomData } from "../../../src/data/index.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "../text/text-files.ts";

const splitNames = [
  "train",
  "Training",
  "seg_train",
  "test",
  "Testing",
  "seg_test",
  "val",
  "Valid",
  "dev",
  "eval",
];
const classNames = ["cat", "dog", "test_tube", "train_station"];

const inside = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(...classNames), texts: fc.integer({ min: 1, max: 3 }) }),
  { selector: ({ name }) => name, maxLength: 3 },
);

/** A folder at the top: texts in it, and in folders of classes inside it. */
const top = fc.record({
  name: fc.constantFrom(...splitNames, ...classNames),
  texts: fc.nat({ max: 2 }),
  inside,
});

/** Two folders of the same classes. Few of the others agree in their classes, and without that there are no parts. */
const parts = fc
  .tuple(
    fc.constantFrom("train", "Training", "seg_train"),
    fc.constantFrom("test", "Testing", "seg_test"),
    inside,
  )
  .map(([train, test, inside]) => [train, test].map((name) => ({ name, texts: 0, inside })));

const tree = fc
  .tuple(
    fc.option(parts, { nil: [] }),
    fc.uniqueArray(top, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }),
  )
  .map(([parts, tops]) => [
    ...parts,
    ...tops.filter(({ name }) => parts.every((part) => part.name !== name)),
  ]);

suite("folders of any names", () => {
  test("are read as a whole, leave out what a note names, or are asked about: 200 at random", async () => {
    let [read, split] = [0, 0];
    const property = fc.asyncProperty(tree, async (folders) => {
      const files = folders.flatMap(({ name, texts, inside }) => [
        ...Array.from({ length: texts }, (_, i) => `${name}/${i}.txt`),
        ...inside.flatMap((each) =>
          Array.from({ length: each.texts }, (_, i) => `${name}/${each.name}/${i}.txt`),
        ),
      ]);
      const folder = writeTree(
        temporaryFolder(),
        files.map((file) => [file, file]),
      );
      let found, source;
      try {
        found = await findData([folder], { kind: "text" });
        source = await openCustomData(found.source!);
      } catch (error) {
        expect((error as Error).name).toBe("RunError"); // a question, not a fault
        return;
      }
      read++;
      const { train, test: held, validation = null, notes = [] } = source;
      if (held !== null) split++;
      const all = [train, held, validation].flatMap((part) =>
        part === null ? [] : (part as unknown as { readonly texts: readonly string[] }).texts,
      );
      expect(new Set(all).size).toBe(all.length); // in one part alone
      const unread = files.filter((file) => !all.includes(file));
      const said = notes.join("\n");
      for (const file of unread) {
        const isNamed =
          said.includes(`left out`) && new RegExp(`left out .*\\b${file.split("/")[0]!}\\b`).test(said);
        expect(
          isNamed || /lies? beside the folders of classes/.test(said),
          `${file} of ${files.join()}: ${said}`,
        ).toBe(true);
      }
      for (const part of [train, held, validation]) {
        if (part !== null) expect(part.classNames).toEqual(train.classNames);
      }
      train.classNames.forEach((_, j) => {
        expect(train.labels).toContain(j);
      });
    });
    await fc.assert(property, { numRuns: 200 });
    expect(read).toBeGreaterThan(20);
    expect(split).toBeGreaterThan(5);
  });
});
