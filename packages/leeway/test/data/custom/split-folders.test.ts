import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { lookAtFolder, namedParts, partsAmong, partsNotes } from "../../../src/data/custom/split-folders.ts";
import { countExamples, findData, openCustomData } from "../../../src/data/index.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "../text/text-files.ts";

const partsIn = (...names: string[]): readonly (string | undefined)[] | undefined => {
  const parts = namedParts("data", names);
  return parts && [parts.train, parts.test, parts.validation, ...parts.unused];
};
/** A folder of texts by their paths. */
const folderOf = (...paths: string[]): string =>
  writeTree(
    temporaryFolder(),
    paths.map((path, i) => [path, `text ${i}`]),
  );

suite("namedParts", () => {
  test.for([
    [
      ["Testing", "Training"],
      ["Training", "Testing", undefined],
    ],
    [
      ["Train", "Val"],
      ["Train", "Val", undefined],
    ],
    [
      ["TRAIN", "TEST", "VALID"],
      ["TRAIN", "TEST", "VALID"],
    ],
    [
      ["seg_pred", "seg_test", "seg_train"],
      ["seg_train", "seg_test", undefined, "seg_pred"],
    ],
    [
      ["dev", "eval", "train"],
      ["train", "eval", "dev"],
    ],
    [
      ["eval", "test", "train"],
      ["train", "test", "eval"],
    ],
    [
      ["test_images", "training_set"],
      ["training_set", "test_images", undefined],
    ],
    [
      ["TestData", "TrainData"],
      ["TrainData", "TestData", undefined],
    ],
    [
      ["train2017", "val2017"],
      ["train2017", "val2017", undefined],
    ],
    [["train"], ["train", undefined, undefined]],
  ] as const)("finds the splits among %s", ([names, expected]) => {
    expect(partsIn(...names)).toEqual(expected);
  });

  test.for([
    [["cat", "dog", "test"]],
    [["bird", "cat", "dev", "dog", "eval"]],
    [["car", "plane", "train"]],
    [["test_tube", "train_station"]],
    [["latest", "trainer"]],
    [["test", "val"]],
  ] as const)("takes %s for classes", ([names]) => {
    expect(partsIn(...names)).toBeUndefined();
  });

  test("asks which of two folders is the split", () => {
    expect(() => partsIn("Train", "training_set", "test")).toThrow(
      "data: expected one folder with the training split, got Train and training_set. Name those to use: --train-folder",
    );
  });

  test("loses no folder", () => {
    const word = fc.constantFrom(
      "train",
      "Training",
      "test",
      "Testing",
      "val",
      "dev",
      "eval",
      "cat",
      "seg_train",
      "x_test",
    );
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), (names) => {
        let parts;
        try {
          parts = partsIn(...names);
        } catch {
          return; // it asked
        }
        if (parts !== undefined)
          expect(parts.filter((name) => name !== undefined).sort()).toEqual([...names].sort());
      }),
    );
  });
});

suite("partsAmong", () => {
  test("reads folders as older versions did, which stored nothing of them", () => {
    const names = ["test", "train", "val"];
    expect(partsAmong("data", names, { alone: false })).toEqual({
      train: "train",
      test: "test",
      unused: ["val"],
    });
  });

  test("takes the folders that options name, and refuses one that is not there", () => {
    const options = { trainFolder: "fold1", testFolder: "fold2" };
    const { train, test, unused } = partsAmong("data", ["fold1", "fold2", "fold3"], {
      options,
      alone: false,
    });
    expect([train, test, unused]).toEqual(["fold1", "fold2", ["fold3"]]);
    expect(() => partsAmong("data", ["fold1", "fold3"], { options, alone: false })).toThrow(
      'data: expected a folder "fold2", got fold1, fold3.',
    );
  });
});

suite("lookAtFolder", () => {
  const look = (folder: string, options = {}): Promise<unknown> =>
    lookAtFolder(folder, { kind: "text", options, testPaths: undefined, validationPaths: undefined });

  test("stores what was found, and nothing where folders are read so anyway", async () => {
    expect(await look(folderOf("train/a/1.txt", "test/a/1.txt"))).toEqual({});
    expect(await look(folderOf("a/1.txt", "b/1.txt"))).toEqual({});
    const three = folderOf("train/a/1.txt", "test/a/1.txt", "valid/a/1.txt");
    expect(await look(three)).toEqual({
      trainFolder: "train",
      testFolder: "test",
      validationFolder: "valid",
    });
  });

  test("asks about folders with the same folders in each", async () => {
    const sites = folderOf("site1/cat/1.txt", "site1/dog/1.txt", "site2/cat/1.txt", "site2/dog/1.txt");
    await expect(look(sites)).rejects.toThrow(
      /: expected a folder for each class, or .*, got 2 folders \(site1, site2\) with the same folders in each \(cat, dog\)\. If they are splits: --train-folder site1 --test-folder site2\. If cat, dog are the classes: --class-folders inner\. If site1, site2 are: --class-folders top\.$/,
    );
    expect(await look(sites, { classFolders: "top" })).toEqual({});
    const alike = folderOf("cat/images/1.txt", "dog/images/1.txt"); // as Tiny ImageNet has them
    expect(await look(alike)).toEqual({});
  });

  test("takes a class called train among others that hold files for a class", async () => {
    expect(await look(folderOf("bus/1.txt", "car/1.txt", "test/1.txt", "train/1.txt"))).toEqual({});
  });
});

suite("folders of splits", () => {
  test("are read from any names, and their training examples are counted", async () => {
    const folder = folderOf(
      ...["Training/a/1.txt", "Training/a/2.txt", "Training/b/1.txt"],
      ...["Testing/a/1.txt", "Testing/b/1.txt", "Valid/b/1.txt", "extra/a/1.txt"],
    );
    const { source } = await findData([folder]);
    const { train, test: held, validation, notes, files } = await openCustomData(source!);
    expect(train.classNames).toEqual(["a", "b"]);
    expect([train, held!, validation!].map(({ labels }) => [...labels])).toEqual([[0, 0, 1], [0, 1], [1]]);
    expect(notes).toEqual(["left out extra, beside the splits"]);
    expect(files!.train).toEqual(["a/1.txt", "a/2.txt", "b/1.txt"]);
    expect(await countExamples(source!)).toBe(3);
  });

  test("may lie elsewhere", async () => {
    const folder = folderOf("a/1.txt", "b/1.txt");
    const others = { testPaths: [folderOf("b/2.txt")], validationPaths: [folderOf("b/3.txt")] };
    const { source } = await findData([folder], others);
    const { test: held, validation } = await openCustomData(source!);
    expect([held!, validation!].map(({ labels }) => [...labels])).toEqual([[1], [1]]);
  });

  test("are classes inside other folders where that is said", async () => {
    const folder = folderOf("s1/cat/1.txt", "s1/dog/1.txt", "s2/dog/1.txt");
    const { source } = await findData([folder], { options: { classFolders: "inner" } });
    const { train, files } = await openCustomData(source!);
    expect([train.classNames, [...train.labels]]).toEqual([
      ["cat", "dog"],
      [0, 1, 1],
    ]);
    expect(files!.train).toEqual(["s1/cat/1.txt", "s1/dog/1.txt", "s2/dog/1.txt"]);
  });
});

suite("partsNotes", () => {
  test("says that a validation folder is the test where there is no other", () => {
    expect(partsNotes(namedParts("data", ["train", "val"])!)).toEqual([
      "val is the test split, since there is no other; the validation split is a part of train",
    ]);
  });
});
