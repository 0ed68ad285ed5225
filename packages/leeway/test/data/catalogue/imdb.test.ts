import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { loadImdb } from "../../../src/data/catalogue/imdb.ts";
import { RunError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeArchive } from "./cifar-files.ts";
import { imdbFiles, writeTree } from "../text/text-files.ts";

const layout = { perClass: 3 };

function archiveOf(files: Iterable<readonly [string, Buffer]>): Promise<string> {
  return writeArchive(join(temporaryFolder(), "aclImdb_v1.tar.gz"), files);
}

async function failure(loading: Promise<unknown>): Promise<string> {
  const error: unknown = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RunError)) throw new Error(`expected a RunError, got ${String(error)}`);
  expect(error.code).toBe("data");
  return error.message;
}

suite("loadImdb", () => {
  test("reads reviews in the order of class and number, the same from archive and folder", async () => {
    const files = imdbFiles(3);
    files.set("train/unsup/0_0.txt", Buffer.from("no label")).set("README", Buffer.from("read me"));
    const fromArchive = await loadImdb(await archiveOf(files), layout);
    const fromFolder = await loadImdb(writeTree(temporaryFolder(), files), layout);
    for (const { train, test: held } of [fromArchive, fromFolder]) {
      expect(train.texts).toEqual(
        ["neg", "pos"].flatMap((name) => [0, 1, 2].map((number) => `train ${name} ${number} café`)),
      );
      expect([...held.labels]).toEqual([0, 0, 0, 1, 1, 1]);
      expect([...held.ids]).toEqual([0, 1, 2, 3, 4, 5]);
      expect(train.classNames).toEqual(["neg", "pos"]);
    }
  });

  test("counts what is missing", async () => {
    const files = imdbFiles(3);
    files.delete("test/pos/1_9.txt");
    const path = await archiveOf(files);
    expect(await failure(loadImdb(path, layout))).toContain(
      `${path}: expected 3 reviews in test/pos, got 2.`,
    );
    const folder = writeTree(temporaryFolder(), files);
    expect(await failure(loadImdb(folder, layout))).toContain("expected 3 reviews in test/pos, got 2");
    const empty = await failure(loadImdb(temporaryFolder(), layout));
    expect(empty).toContain("expected a folder train/neg, got none");
  });

  test("refuses a review twice, one too many, and one that is not UTF-8", async () => {
    const with_ = (path: string, content: string | Buffer) =>
      archiveOf(imdbFiles(3).set(path, Buffer.from(content)));
    expect(await failure(loadImdb(await with_("train/neg/1_4.txt", "x"), layout))).toContain("got it twice");
    expect(await failure(loadImdb(await with_("train/neg/3_4.txt", "x"), layout))).toContain(
      "a number below 3",
    );
    const latin = await failure(loadImdb(await with_("train/neg/1_2.txt", Buffer.of(0xe9, 0x20)), layout));
    expect(latin).toMatch(/train\/neg\/1_2\.txt: expected text in UTF-8, got bytes that are not/);
  });

  test("reads an archive that is damaged anywhere, or says that it is", async () => {
    const path = await archiveOf(imdbFiles(3));
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const harmed = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) harmed[at] = value;
        await writeFile(path, harmed);
        const message = await loadImdb(path, layout).then(
          ({ train }) => String(train.labels.length),
          (error: unknown) => (error instanceof RunError ? error.message : Promise.reject(error as Error)),
        );
        expect(message === "6" || message.includes(path)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
