import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { imageForm, openImages, parseImageOptions } from "../../../src/data/images/custom-images.ts";
import { type CustomData } from "../../../src/catalogue/index.ts";
import { type Batch, openCustomData, type ReadingProgress } from "../../../src/data/index.ts";
import type { Source } from "../../../src/data/source.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { type Files, image, writeFiles } from "./image-files.ts";

const colors = ["#000", "#800000", "#ff0000", "#008000", "#00ff00"];

async function photos(...names: readonly string[]): Promise<Files> {
  const made = names.map(
    async (name, i) => [name, await image(colors[i % colors.length]!, { format: "png" })] as const,
  );
  return new Map(await Promise.all(made));
}

const own = (paths: readonly string[], more: Partial<CustomData> = {}): CustomData => ({
  kind: "image",
  paths,
  ...more,
});
const open = (data: CustomData): ReturnType<typeof openImages> =>
  openCustomData(data, { cacheDir: temporaryFolder() });

suite("openImages", () => {
  test("reads a folder a class, and learns means from the training images alone", async () => {
    const folder = await writeFiles(
      temporaryFolder(),
      await photos("a/0.png", "a/1.png", "b/2.png", "b/3.png"),
    );
    const source = await open(own([folder], { options: { size: 16 } }));
    expect([...source.train.labels]).toEqual([0, 0, 1, 1]);
    expect(source.test).toBeNull();
    const preparation = source.prepare(source.train.select([0, 2]));
    const { record } = preparation;
    expect(record).toMatchObject({ kind: "image", size: 16, resize: "crop", side: 16 });
    expect(record).toMatchObject({ mean: [0.5, 0, 0], std: [0.5, 1, 1] }); // black and red
    const dataset = preparation.apply(source.train);
    expect(dataset.input).toEqual({ kind: "image", channels: 3, height: 16, width: 16 });
    for await (const batch of dataset.batches([2], { batchSize: 1 })) {
      const [{ values }] = batch.inputs as [Batch["inputs"][number]];
      expect([...values.subarray(0, 3)]).toEqual([1, 0, 0]); // (1 - 0.5) / 0.5
    }
  });

  test("reads tables of paths and labels", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("x/0.png", "x/1.png", "y.png"));
    writeFileSync(join(folder, "train.csv"), "file,kind\nx/0.png,dark\ny.png,light\n");
    writeFileSync(join(folder, "test.csv"), "file,kind\nx/1.png,dark\n");
    const source = await open(
      own([join(folder, "train.csv")], {
        testPaths: [join(folder, "test.csv")],
        label: "kind",
        options: { pathColumn: "file" },
      }),
    );
    expect(source.train.classNames).toEqual(["dark", "light"]);
    expect([source.train.labels, source.test?.labels].map((each) => [...(each ?? [])])).toEqual([
      [0, 1],
      [0],
    ]);
  });

  test("takes a test set from another folder", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("a/0.png", "b/1.png"));
    const other = await writeFiles(temporaryFolder(), await photos("b/0.png"));
    const { test: held } = await open(own([folder], { testPaths: [other] }));
    expect([...held!.labels]).toEqual([1]);
  });

  test("says once why many images cannot be read, and where the paths of missing ones start", async () => {
    const rows = Array.from({ length: 9 }, (_, i) => `gone/${i}.png,${i % 2 === 0 ? "a" : "b"}\n`);
    const folder = await writeFiles(
      temporaryFolder(),
      new Map([["t.csv", Buffer.from(`path,label\n${rows.join("")}`)]]),
    );
    await expect(openImages({ kind: "image", paths: [join(folder, "t.csv")] })).rejects.toThrow(
      `got 9 of 9 images that cannot be read: 9 of "ENOENT: no such file or directory" (gone/0.png, gone/1.png, gone/2.png, …). Check the paths: they start from ${folder}; --image-root names another folder.`,
    );
  });

  test("stops at images that cannot be read, all of them named, or leaves them out by rule", async () => {
    const folder = await writeFiles(
      temporaryFolder(),
      await photos("a/0.png", "a/1.png", "b/2.png", "b/3.png"),
    );
    await writeFiles(folder, new Map([["a/1.png", Buffer.alloc(0)]]));
    writeFileSync(join(folder, "b/2.png"), "GIF89a, but nothing more");
    await expect(open(own([folder]))).rejects.toThrow(
      /expected images that can be read, got 2 of 4 images that cannot be read: a\/1\.png \(empty file\), b\/2\.png \(.+\)\. Mend or remove them, or leave them out with --bad-images skip/,
    );
    const { train, notes } = await open(own([folder], { options: { badImages: "skip" } }));
    expect([...train.labels]).toEqual([0, 1]);
    expect([...train.ids]).toEqual([0, 3]); // their positions in the folder stay
    expect(notes).toEqual([expect.stringContaining("left out 2 of 4 images that cannot be read: a/1.png")]);
    const few = { badImages: "skip", mostBad: 0.3 };
    await expect(open(own([folder], { options: few }))).rejects.toThrow("--most-bad allows for more");
  });

  test("tells how far the cache is", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("a/0.png", "b/1.png"));
    const told: ReadingProgress[] = [];
    await openCustomData(own([folder]), {
      cacheDir: temporaryFolder(),
      onProgress: (progress) => told.push(progress),
    });
    expect(told[0]).toMatchObject({ what: "caching images", done: 0, of: 2 });
    expect(told.at(-1)).toMatchObject({ done: 2, of: 2 });
  });

  test.for([
    [{ size: 7 }, "size to be a whole number from 8 to 1024, got 7."],
    [{ resize: "crp" }, 'resize to be one of crop, stretch, got "crp". Did you mean "crop"?'],
    [{ badImages: "ignore" }, "badImages to be one of stop, skip"],
    [{ mostBad: 0 }, "mostBad to be a number above 0 and at most 1, got 0."],
    [{ flip: "yes" }, 'flip to be true or false, got "yes"'],
    [{ sise: 32 }, 'sise not to be there, got 32. Did you mean "size"?'],
    [{ pathColumn: "" }, "pathColumn not to be empty"],
  ] as const)("refuses the options %j", ([options, why]) => {
    expect(() => parseImageOptions(options)).toThrow(why);
  });

  test("refuses several folders, or a folder with tables", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("a/0.png", "b/1.png"));
    await expect(open(own([folder, folder]))).rejects.toThrow("expected paths to be one folder, or tables");
    await expect(open(own(["/no/such/folder"]))).rejects.toThrow(
      "/no/such/folder: expected a file that can be read",
    );
  });
});

suite("imageForm", () => {
  const form = (size: number, resize: "crop" | "stretch" = "crop"): unknown =>
    imageForm(parseImageOptions({ size, resize }));
  test("shifts small images, and takes parts of large ones", () => {
    expect(form(64)).toMatchObject({ size: 64, side: 64, augment: { pad: 8, flip: true } });
    expect(form(224)).toMatchObject({ size: 252, side: 224, augment: { pad: 0, flip: true } });
    expect(form(224, "stretch")).toMatchObject({ size: 224, side: 224, augment: { pad: 28 } });
  });
});

suite("a table of images", () => {
  async function listed(rows: string, options: CustomData["options"] = {}): Promise<unknown> {
    const folder = await writeFiles(temporaryFolder(), await photos("in/0.png", "in/1.png"));
    writeFileSync(join(folder, "in/images.csv"), `path,label\n${rows}`);
    mkdirSync(join(folder, "out"));
    return open(own([join(folder, "in/images.csv")], { options }));
  }
  const good = "0.png,a\n1.png,b\n";

  test.for([
    ["../out/1.png,a\n", "row 3: expected a path inside"],
    ["/etc/hostname,a\n", "row 3: expected a path inside"],
    [",a\n", 'row 3: expected a value in column "path", got none. Fill it in'],
    ["0.png,\n", 'row 3: expected a value in column "label", got none.'],
    ["2.png,a\n", "1 of 3 images that cannot be read: 2.png (ENOENT: no such file or directory)"],
    ["0.png,a,b\n", "line 4: expected as many values as the header has names"],
  ] as const)("refuses a row of %j", async ([row, why]) => {
    await expect(listed(good + row)).rejects.toThrow(why);
  });

  test("may leave out the endings of files, or a part of their names", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("in/0.png", "in/1.PNG", "in/2.x.png"));
    writeFileSync(join(folder, "t.csv"), "id_code,label\n0,a\n1,b\n2.x,b\n");
    const read = async (options: CustomData["options"]): Promise<Source> =>
      open(own([join(folder, "t.csv")], { options: { root: join(folder, "in"), ...options } }));
    expect((await read({})).train.labels).toEqual(Int32Array.of(0, 1, 1));
    writeFileSync(join(folder, "t.csv"), "id_code,label\n0,a\n2,b\n2.x.png,b\n");
    await expect(read({})).rejects.toThrow("1 of 3 images that cannot be read: 2 (ENOENT");
    await expect(read({ pathSuffix: ".x.png" })).rejects.toThrow(
      "1 of 3 images that cannot be read: 0.x.png",
    );
    writeFileSync(join(folder, "t.csv"), "id_code,label\n2,a\n2.x.png,b\n");
    expect((await read({ pathSuffix: ".x.png" })).train.labels).toEqual(Int32Array.of(0, 1));
    writeFileSync(join(folder, "t.csv"), "id_code,label\n0,a\n2.x,b\n");
    expect((await read({ pathSuffix: "png" })).train.labels).toEqual(Int32Array.of(0, 1));
    await expect(read({ root: join(folder, "nowhere") })).rejects.toThrow(
      "nowhere: expected the folder that paths start from, got ENOENT",
    );
  });

  test("asks where a path without an ending fits two images", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("0.png", "0.jpg", "1.png"));
    writeFileSync(join(folder, "t.csv"), "image,label\n1,a\n0,b\n");
    const table = join(folder, "t.csv");
    await expect(open(own([table]))).rejects.toThrow(
      `${table}, row 2: expected one image called "0", got 0.jpg and 0.png. Say which ending the table leaves out: --path-suffix .jpg.`,
    );
    expect((await open(own([table], { options: { pathSuffix: ".png" } }))).train.labels).toHaveLength(2);
  });

  test("reads what links lead to, and says which lead out of the folder", async () => {
    const elsewhere = await writeFiles(temporaryFolder(), await photos("0.png"));
    const folder = await writeFiles(temporaryFolder(), await photos("in/1.png"));
    symlinkSync(elsewhere, join(folder, "in/far"));
    writeFileSync(join(folder, "t.csv"), "image,label\nin/1.png,a\nin/far/0.png,b\n");
    const { notes } = await open(own([join(folder, "t.csv")]));
    expect(notes).toEqual(["1 link leads out of the folder, and is read: in/far/0.png"]);
  });

  test("takes equal numbers for one class in the tables of both splits", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("0.png", "1.png", "2.png"));
    writeFileSync(join(folder, "a.csv"), "image,label\n0.png,0\n1.png,1\n");
    writeFileSync(join(folder, "b.csv"), "image,label\n2.png,1.0\n");
    const { test: held } = await open(own([join(folder, "a.csv")], { testPaths: [join(folder, "b.csv")] }));
    expect(held!.labels).toEqual(Int32Array.of(1));
  });

  test("is read by what its columns are usually called", async () => {
    const folder = await writeFiles(temporaryFolder(), await photos("0.png", "1.png"));
    writeFileSync(join(folder, "images.csv"), "filename,class\n0.png,dark\n1.png,light\n");
    expect((await open(own([join(folder, "*.csv")]))).train.classNames).toEqual(["dark", "light"]);
    writeFileSync(join(folder, "images.csv"), "where,class\n0.png,dark\n");
    await expect(open(own([join(folder, "images.csv")]))).rejects.toThrow("--path-column COLUMN");
  });

  test("guesses a column's name", async () => {
    await expect(listed(good, { pathColumn: "pth" })).rejects.toThrow('Did you mean "path"?');
  });
});
