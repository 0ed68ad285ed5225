import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { describe as suite, expect, test } from "vitest";
import fc from "fast-check";
import {
  catalogueForm,
  datasets,
  openPredictionInput,
  type PreparedInput,
  type RunPreparation,
  stdinLines,
} from "../../../src/data/index.ts";
import type { PredictionInput } from "../../../src/data/predict/prediction-input.ts";
import { openTable } from "../../../src/data/tables/table-source.ts";
import { RunError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { greys, writeFiles } from "../images/image-files.ts";
import { dataFault, table, tableFolder } from "../tables/table-files.ts";

const { file, parquet } = tableFolder();

/** What training on a small table leaves behind. */
async function trained(content = "a,c,label\n1,x,p\n3,y,q\n,x,p\n"): Promise<RunPreparation> {
  const source = await openTable(table(file("train.csv", content)));
  const { record } = source.prepare(source.train);
  return {
    kind: "table",
    record: JSON.parse(JSON.stringify(record)) as unknown,
    path: "preparation.json",
    classNames: ["p", "q"],
  };
}

/** What training on texts with two words leaves behind. */
const ofTexts: RunPreparation = {
  ...{ kind: "text", path: "preparation.json", classNames: ["neg", "pos"] },
  record: { words: ["<pad>", "<unk>", "good"], documentCounts: [0, 0, 2], documents: 3, maxLength: 9 },
};

async function inputsOf({ dataset }: PreparedInput): Promise<number[][]> {
  for await (const { inputs } of dataset.batches([...dataset.labels.keys()], { batchSize: 100 })) {
    return inputs.map(({ values }) => [...values]);
  }
  return [];
}

test("every data set of small images says how a network trained on it is given an image", () => {
  const own = ["tiny-imagenet", "inaturalist2018"]; // of these the run says so itself
  const images = datasets.filter(({ name, input }) => input.kind === "image" && !own.includes(name));
  expect(images.map(({ name }) => name)).toContain("mnist");
  expect(images.filter(({ name }) => catalogueForm(name) === undefined)).toEqual([]);
});

suite("openPredictionInput of a table", () => {
  test("prepares new rows exactly as training did, whatever the order of columns", async () => {
    const path = file("new.csv", "c,more,a\ny,0,3\nx,0,\n");
    const input = await openPredictionInput(await trained(), { paths: [path] });
    expect(await inputsOf(input)).toEqual([
      [1, 0, 0, 1],
      [2, 1],
    ]); // mean 2, deviation 1; then the indicator
    expect(input.origin(1)).toEqual({ file: path, row: 2 });
    expect(input.notes).toEqual([]);
  });

  test("takes rows as lines, of CSV or JSON", async () => {
    const preparation = await trained();
    for (const lines of [["a,c", "3,y"], ['{"a":3,"c":"y"}']]) {
      const input = await openPredictionInput(preparation, { paths: [], lines });
      expect([await inputsOf(input), input.origin(0)]).toEqual([[[1, 0], [2]], { file: "stdin", row: 1 }]);
    }
  });

  test("says stdin of lines, in notes and errors, and not the file they are for a moment", async () => {
    const preparation = await trained();
    const { notes } = await openPredictionInput(preparation, { paths: [], lines: ["a,c", "3,z"] });
    expect(notes).toEqual(['column "c": 1 values that training had not, the first "z" in stdin, row 1']);
    const torn = openPredictionInput(preparation, { paths: [], lines: ["a,c", "3"] });
    expect(await dataFault(torn)).toMatch(/^stdin, line 2: expected as many values/);
  });

  test("warns where more than one row in a hundred is unlike those of training", async () => {
    const preparation = await trained();
    const notesOf = async (name: string, odd: readonly string[]): Promise<readonly string[]> => {
      const rows = [...odd, ...Array.from({ length: 100 - odd.length }, () => "2,x")];
      return (await openPredictionInput(preparation, { paths: [file(name, `a,c\n${rows.join("\n")}\n`)] }))
        .notes;
    };
    expect(await notesOf("one.csv", ["900,x"])).toEqual([]);
    const [, note] = await notesOf("three.csv", ["900,x", "-900,y", "900,z"]);
    expect(note).toMatch(/^3 of 100 rows \(3\.0 %\) are unlike those of training: /);
    expect(await notesOf("few.csv", ["900,x", "-900,y"])).toHaveLength(1);
  });

  test("counts what training had not, with its first place", async () => {
    const path = file("odd.csv", "a,c\n1,x\nmany,z\n2,z\n");
    const { notes } = await openPredictionInput(await trained(), { paths: [path] });
    expect(notes).toEqual([
      `column "a": 1 values are no numbers ("many") and count as missing`,
      `column "c": 2 values that training had not, the first "z" in ${path}, row 2`,
    ]);
  });

  test("counts missing values where training had none, with their first place", async () => {
    const preparation = await trained("a,b,c,label\n1,,x,p\n3,2,y,q\n");
    const path = file("gaps.csv", "a,b,c\n1,,x\n,,\n,2,x\n");
    const { notes } = await openPredictionInput(preparation, { paths: [path] });
    expect(notes).toEqual([
      `column "a": missing values, 2 of them, where training had none, the first in ${path}, row 2`,
      `column "c": missing values, 1 of them, where training had none, the first in ${path}, row 2`,
    ]);
  });
});

suite("openPredictionInput of texts", () => {
  const read = async (...lines: string[]): Promise<PreparedInput> =>
    openPredictionInput(ofTexts, { paths: [], lines, options: { text: "body" } });

  test("takes each line of stdin for a text", async () => {
    const { dataset, origin } = await read("a body, and more", "good");
    expect([dataset.labels.length, origin(1)]).toEqual([2, { file: "stdin", row: 2 }]);
  });

  test("takes stdin for a table where its first line names the column of texts", async () => {
    const csv = await read("id,body,label", '1,"good, bad",pos', "2,good,neg");
    const json = await read('{"body": "good, bad", "label": "pos"}', '{"body": "good", "label": "neg"}');
    for (const { dataset, trueLabels, origin } of [csv, json]) {
      expect([dataset.labels.length, [...trueLabels!], origin(1)]).toEqual([
        2,
        [1, 0],
        { file: "stdin", row: 2 },
      ]);
    }
  });
});

suite("openPredictionInput of many files of texts", () => {
  const ways: [string, boolean][] = [
    ["named one by one", false],
    ["in a folder", true],
  ];
  test.skipIf(process.platform !== "linux").each(ways)("has few open at a time, %s", async (_, asFolder) => {
    const folder = temporaryFolder();
    const paths = Array.from({ length: 1500 }, (_, i) => join(folder, `${i}.txt`));
    for (const path of paths) writeFileSync(path, "good");
    const asked = asFolder ? [folder] : paths;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, readdirSync("/proc/self/fd").length);
    });
    const { dataset } = await openPredictionInput(ofTexts, { paths: asked });
    clearInterval(watch);
    expect(dataset.labels).toHaveLength(1500);
    expect(most).toBeLessThan(300);
  });

  test("says of one that cannot be read why", async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "nowhere"), join(folder, "a.txt"));
    const asked = openPredictionInput(ofTexts, { paths: [folder] });
    await expect(asked).rejects.toThrow("a.txt: expected a file that can be read, got ENOENT");
  });

  test("names the files of a folder that are no texts", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "a.TXT"), "good");
    writeFileSync(join(folder, "sub", "b.pdf"), "");
    const { dataset, notes } = await openPredictionInput(ofTexts, { paths: [folder] });
    expect(dataset.labels).toHaveLength(1);
    expect(notes).toEqual(["1 file is no text by the ending of its name: sub/b.pdf"]);
  });
});

suite("the encoding of what is predicted", () => {
  const fine = Buffer.from("a,c\n1,é\n", "latin1");
  const latin = { options: { encoding: "latin-1" } };
  const categories = async (input: PredictionInput): Promise<unknown> =>
    (await inputsOf(await openPredictionInput(await trained("a,c,label\n1,é,p\n3,y,q\n"), input)))[1];

  test("is that of training where nothing is said", async () => {
    expect(await categories({ paths: [file("as.csv", fine)], ...latin })).toEqual([1]);
  });

  test("is the one that is said", async () => {
    const paths = [file("other.csv", "a,c\n1,é\n")];
    expect(await categories({ paths, ...latin, dialect: { encoding: "utf-8" } })).toEqual([1]);
  });

  test("is UTF-8 of JSON lines, whatever training had", async () => {
    expect(await categories({ paths: [file("j.jsonl", '{"a":1,"c":"é"}\n')], ...latin })).toEqual([1]);
  });

  test("is not asked of lines, which are text already", async () => {
    expect(await categories({ paths: [], lines: ["a,c", "1,é"], ...latin })).toEqual([1]);
  });

  test("holds for tables of texts and .txt files too", async () => {
    const good = Buffer.from("text\ngööd\n", "latin1");
    const record = {
      words: ["<pad>", "<unk>", "gööd"],
      documentCounts: [0, 0, 2],
      documents: 3,
      maxLength: 9,
    };
    for (const paths of [[file("t.csv", good)], [file("t.txt", good.subarray(5))]]) {
      const input = await openPredictionInput({ ...ofTexts, record }, { paths, ...latin });
      expect((await inputsOf(input))[0]).toEqual([2]);
    }
  });
});

suite("stdinLines", () => {
  const stdin = (...parts: Buffer[]): Readable => Readable.from(parts);

  test("leaves line ends and a mark out, wherever its parts are cut", async () => {
    const bytes = Buffer.from("\ufeffcafé\r\n\nb\n\n");
    for (let cut = 1; cut < bytes.length; cut++) {
      const parts = stdin(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(await stdinLines(parts)).toEqual(["café", "", "b"]);
    }
  });

  test("refuses bytes in another encoding than the one that is said, UTF-8 where none is", async () => {
    const latin = Buffer.from("café", "latin1");
    expect(await dataFault(stdinLines(stdin(latin)))).toBe(
      "stdin: expected text in UTF-8, got bytes that are not. Name it with --encoding windows-1252 or utf-16, or convert it, for instance with: iconv -f WINDOWS-1252 -t UTF-8.",
    );
    expect(await stdinLines(stdin(latin), { encoding: "latin-1" })).toEqual(["café"]);
  });
});

suite("openPredictionInput of images", () => {
  const preparation: RunPreparation = {
    ...{ kind: "image", path: "preparation.json", classNames: ["dark", "light"] },
    record: { kind: "image", size: 10, resize: "crop", side: 8, mean: [0, 0, 0], std: [1, 1, 1] },
  };
  const photos = async (): Promise<string> => {
    const images = await greys(60);
    const named = images.map((content, i): [string, Buffer] => [
      `${i < 30 ? "dark" : "light"}/${String(i).padStart(2, "0")}.png`,
      content,
    ]);
    return writeFiles(temporaryFolder(), new Map(named));
  };

  test("puts each where its file stands in the order, though several are decoded at once", async () => {
    const folder = await photos();
    const input = await openPredictionInput(preparation, { paths: [folder] });
    const [inputs] = await inputsOf(input);
    const greyOf = (i: number): number => Math.round(255 * inputs![i * 8 * 8 * 3]!);
    expect(Array.from({ length: 60 }, (_, i) => greyOf(i))).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(input.origin(7).file).toBe(join(folder, "dark/07.png"));
    expect([...input.trueLabels!]).toEqual([...Array<number>(30).fill(0), ...Array<number>(30).fill(1)]);
  });

  test("leaves those out that cannot be read, where that is asked for, and keeps the others in place", async () => {
    const bad = new Map(["dark/03.png", "light/45.png"].map((name) => [name, Buffer.from("no image")]));
    const folder = await writeFiles(await photos(), bad);
    const input = await openPredictionInput(preparation, { paths: [folder], badImages: "skip" });
    const [inputs] = await inputsOf(input);
    expect(input.dataset.labels).toHaveLength(58);
    expect(Math.round(255 * inputs![3 * 8 * 8 * 3]!)).toBe(4);
    expect([input.origin(3).file, input.trueLabels![28]]).toEqual([join(folder, "dark/04.png"), 0]);
    expect(input.notes[0]).toMatch(
      /^images that cannot be read, 2 of them, .* The first: .*03\.png: expected an image/,
    );
  });

  test("reads tables of paths like those of training, with the classes that they name", async () => {
    const folder = await photos();
    writeFileSync(join(folder, "some.csv"), "filename,class\ndark/02.png,dark\nlight/31.png,\n");
    const { origin, trueLabels } = await openPredictionInput(preparation, {
      paths: [join(folder, "some.csv")],
    });
    expect([origin(0).file, origin(1).file]).toEqual(
      ["dark/02.png", "light/31.png"].map((name) => join(folder, name)),
    );
    expect([...trueLabels!]).toEqual([0, -1]);
  });

  test("reads a table by the columns and the folder that training was told", async () => {
    const folder = await photos();
    const table = file("elsewhere.csv", "photo,kind\n02.png,light\n");
    const options = { pathColumn: "photo", root: join(folder, "dark") };
    const input = await openPredictionInput(preparation, { paths: [table], label: "kind", options });
    expect([input.origin(0).file, ...input.trueLabels!]).toEqual([join(folder, "dark/02.png"), 1]);
  });

  test("expands patterns, and refuses one that fits none", async () => {
    const folder = await photos();
    const { origin, dataset } = await openPredictionInput(preparation, { paths: [join(folder, "*/0*.png")] });
    expect([dataset.labels.length, origin(9).file]).toEqual([10, join(folder, "dark/09.png")]);
    expect(await dataFault(openPredictionInput(preparation, { paths: [join(folder, "*.jpg")] }))).toContain(
      "expected images, or a table of them, got a pattern that fits none",
    );
  });

  test("names the one that cannot be read", async () => {
    const folder = await writeFiles(await photos(), new Map([["light/45.png", Buffer.from("no image")]]));
    expect(await dataFault(openPredictionInput(preparation, { paths: [folder] }))).toContain(
      `${join(folder, "light/45.png")}: expected an image that can be read`,
    );
  });
});

suite("openPredictionInput, where the input names classes,", () => {
  test("reads them, and counts those that the run does not have", async () => {
    const path = file("known.csv", "label,a,c\nq,1,x\nqq,2,x\n,3,y\np,3,y\n");
    const { trueLabels, notes } = await openPredictionInput(await trained(), { paths: [path] });
    expect([...trueLabels!]).toEqual([1, -1, -1, 0]);
    expect(notes).toEqual([
      `label: names that are no class of the run, 1 of them, are left out of the accuracy, the first "qq" in ${path}, row 2. Did you mean "q"?`,
    ]);
  });

  test("takes equal numbers for equal names, whatever the type of the file", async () => {
    const preparation = { ...(await trained()), classNames: ["0", "1"] };
    const csv = file("floats.csv", "a,c,label\n1,x,1.0\n3,y,0\n1,x,1e0\n");
    const truth = await parquet("truth.parquet", "SELECT 1.0 AS a, 'x' AS c, 1.0::DOUBLE AS label");
    const read = async (path: string): Promise<number[]> => [
      ...(await openPredictionInput(preparation, { paths: [path] })).trueLabels!,
    ];
    expect([await read(csv), await read(truth)]).toEqual([[1, 0, 1], [1]]);
  });

  test("says nothing of classes where there are none", async () => {
    const { trueLabels } = await openPredictionInput(await trained(), {
      paths: [file("un.csv", "a,c\n1,x\n")],
    });
    expect(trueLabels).toBeUndefined();
  });

  test("takes folders for classes where one is called like a class", async () => {
    const [first] = ["pos/a.txt", "neg/b.txt", "other/c.txt"].map((name) => file(`films/${name}`, "good"));
    const films = dirname(dirname(first!));
    const { trueLabels, origin, notes } = await openPredictionInput(ofTexts, { paths: [films] });
    expect([...trueLabels!]).toEqual([0, -1, 1]);
    expect(origin(2).file).toBe(first);
    expect(notes).toEqual([expect.stringContaining('the first "other"')]);
    const alone = await openPredictionInput(ofTexts, { paths: [join(films, "other")] });
    expect(alone.trueLabels).toBeUndefined();
  });
});

suite("openPredictionInput, where columns are passed on,", () => {
  const kept = async (preparation: RunPreparation, input: PredictionInput): Promise<unknown[]> =>
    ((await openPredictionInput(preparation, input)).kept ?? []).map(({ name, type, values }) => [
      name,
      type,
      values,
    ]);

  test("keeps them as the table has them, in the order requested", async () => {
    const path = file("keep.csv", 'id,"a, b",c,a\n007,1.50,y,3\n08,,x,\n');
    const preparation = await trained();
    expect(await kept(preparation, { paths: [path], keep: ["a", " b", "id", "id"] })).toEqual([
      ["a, b", "VARCHAR", ["1.50", null]],
      ["id", "VARCHAR", ["007", "08"]],
    ]);
    expect((await kept(preparation, { paths: [path], keep: ["all"] })).length).toBe(4);
    const lines = ["id,a,c", "1,3,y"];
    expect(await kept(preparation, { paths: [], lines, keep: ["id"] })).toEqual([["id", "VARCHAR", ["1"]]]);
  });

  test("keeps the types of Parquet, lists as JSON", async () => {
    const row = "9007199254740993::BIGINT AS n, 1.5::DECIMAL(5,2) AS d, [1, 2] AS l, 'x' AS c, 3.0 AS a";
    const path = await parquet("keep.parquet", `SELECT ${row}`);
    expect(await kept(await trained(), { paths: [path], keep: ["n", "d", "l"] })).toEqual([
      ["n", "BIGINT", ["9007199254740993"]],
      ["d", "DECIMAL(5,2)", ["1.50"]],
      ["l", "JSON", ["[1,2]"]],
    ]);
  });

  test("joins the tables of texts and of images", async () => {
    const [one, two] = [file("k1.csv", "text,id\ngood,1\n"), file("k2.csv", "id,text\n2,bad\n3,good\n")];
    expect(await kept(ofTexts, { paths: [one, two], keep: ["id"] })).toEqual([
      ["id", "VARCHAR", ["1", "2", "3"]],
    ]);
  });

  test("refuses a column that is not there, and input that has none", async () => {
    const path = file("keep.csv", "id,c,a\n7,y,3\n");
    expect(await dataFault(kept(await trained(), { paths: [path], keep: ["ids"] }))).toContain(
      'expected a column "ids", got columns id, c, a. Did you mean "id"?',
    );
    const lines = openPredictionInput(ofTexts, { paths: [], lines: ["good"], keep: ["id"] });
    await expect(lines).rejects.toThrow("predict: expected keep to be columns of a table, got");
  });
});

suite("openPredictionInput, given bad input,", () => {
  test("refuses files of another kind than the run's", async () => {
    const [image, vectors] = [file("x.png", ""), file("x.npz", "")];
    const wanted = "expected texts to predict, of which the run has learned, got";
    expect(await dataFault(openPredictionInput(ofTexts, { paths: [image] }))).toBe(
      `${image}: ${wanted} images. Name another run, or other files.`,
    );
    expect(await dataFault(openPredictionInput(ofTexts, { paths: [vectors] }))).toContain(
      `${wanted} vectors.`,
    );
  });

  test("names a missing column and guesses it, or names all that are missing", async () => {
    const preparation = await trained();
    expect(
      await dataFault(openPredictionInput(preparation, { paths: [file("m.csv", "a,C\n1,x\n")] })),
    ).toContain(`expected a column "c", got columns a, C. Did you mean "C"?`);
    expect(
      await dataFault(openPredictionInput(preparation, { paths: [file("n.csv", "u,v\n1,x\n")] })),
    ).toContain(`the columns that the run learned from, "a", "c" among them, got u, v`);
  });

  test("refuses nothing to predict", async () => {
    const preparation = await trained();
    expect(await dataFault(openPredictionInput(preparation, { paths: [file("h.csv", "a,c\n")] }))).toContain(
      "expected rows to predict, of which the run has learned, got none",
    );
    expect(await dataFault(openPredictionInput(preparation, { paths: [], lines: [] }))).toContain("stdin");
  });

  test("refuses a preparation that is none, and says whose it is", async () => {
    for (const record of [null, {}, { kind: "table", version: 2 }]) {
      const preparation = { ...(await trained()), record };
      const error: unknown = await openPredictionInput(preparation, { paths: ["x.csv"] }).catch(
        (cause: unknown) => cause,
      );
      expect(error).toBeInstanceOf(RunError);
      expect((error as RunError).message).toContain("preparation.json: expected how a table becomes numbers");
    }
  });

  test("reads or refuses any lines, and never anything else", { timeout: 60_000 }, async () => {
    const preparation = await trained();
    const lines = fc.array(
      fc.oneof(fc.constantFrom("a,c", "1,x", "3,y", '{"a":1,"c":"x"}', '"'), fc.string()),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(lines, async (some) => {
        const error: unknown = await openPredictionInput(preparation, { paths: [], lines: some }).catch(
          (cause: unknown) => cause,
        );
        if (error instanceof Error) expect(error).toBeInstanceOf(RunError);
      }),
      { numRuns: 25, seed: 4 },
    );
  });
});

suite("files to predict that are not there", () => {
  test("are one error with their number, whatever the kind", async () => {
    const paths = ["gone1.txt", "gone2.txt", "gone3.txt", "gone4.txt"];
    for (const preparation of [ofTexts, await trained("a,label\n1,p\n2,q\n")])
      expect(await dataFault(openPredictionInput(preparation, { paths }))).toContain(
        "got no such file, as for 4 of the 4 paths (gone1.txt, gone2.txt, gone3.txt, …). Check the paths.",
      );
  });
});

suite("the decimal mark of what is predicted", () => {
  const values = async (content: string, more: Partial<PredictionInput> = {}): Promise<unknown> => {
    const preparation = await trained("a,label\n1,p\n2,q\n3,p\n4,q\n");
    const input = await openPredictionInput(preparation, { paths: [file("marks.csv", content)], ...more });
    return (await inputsOf(input))[0];
  };
  const comma = { options: { decimal: "," } };

  test("is the one that its numbers plainly have, whatever training had", async () => {
    const wanted = await values("a\n1.5\n2.25\n");
    expect(await values("a;b\n1,5;x\n2,25;x\n")).toEqual(wanted);
    expect(await values("a;b\n1.5;x\n2.25;x\n", comma)).toEqual(wanted);
  });

  test("is that of training where numbers may be thousands, and the one that is named before both", async () => {
    expect(await values("a;b\n1.500;x\n", comma)).toEqual(await values("a\n1500\n"));
    expect(await values("a;b\n1.500;x\n", { ...comma, dialect: { decimal: "." } })).toEqual(
      await values("a\n1.5\n"),
    );
  });
});
