import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";
import { describe as suite, expect, test } from "vitest";
import { loadCifar, type CifarLayout } from "../../../src/data/catalogue/cifar.ts";
import { RunError } from "../../../src/errors.ts";
import {
  byteOf,
  cifarFiles,
  tarOf,
  tinyCifar10,
  tinyCifar100,
  writeArchive,
  writeFolder,
} from "./cifar-files.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { held } from "../tiny-dataset.ts";

const recordBytes = 3073;

/** The error that loading ends with. */
async function failure(path: string, layout: CifarLayout = tinyCifar10): Promise<RunError> {
  const error: unknown = await loadCifar(path, layout).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunError)) throw new Error(`expected a RunError, got ${String(error)}`);
  expect(error.code).toBe("data");
  expect(error.path).toContain(path);
  expect(error.message).toContain(path);
  return error;
}

suite("loadCifar", () => {
  test("reads a folder: batches in order, planes interleaved, ids counted", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(tinyCifar10));
    const { train, test: held } = await loadCifar(folder, tinyCifar10);
    expect([...train.labels]).toEqual([0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6]);
    expect([...held.labels]).toEqual([5, 6, 7]);
    expect([...train.ids]).toEqual(Array.from({ length: 15 }, (_, i) => i));
    // The second image of the third batch, its pixel in row 1, column 2.
    const at = 7 * 3072 + (32 + 2) * 3;
    const planes = [0, 1024, 2048].map((plane) => byteOf(2, 1, plane + 32 + 2));
    expect([...train.pixels.subarray(at, at + 3)]).toEqual(planes);
    expect(train.classNames[9]).toBe("truck");
  });

  test("reads an archive to the same data, whatever the order of its members", async () => {
    const folder = temporaryFolder();
    const files = cifarFiles(tinyCifar10);
    const archive = await writeArchive(join(folder, "a.tar.gz"), [...files].reverse());
    const unpacked = await loadCifar(await writeFolder(join(folder, "b"), files), tinyCifar10);
    expect(held(await loadCifar(archive, tinyCifar10))).toEqual(held(unpacked));
  });

  test("reads what the system's tar writes", async () => {
    const folder = temporaryFolder();
    await writeFolder(join(folder, "cifar-10-batches-bin"), cifarFiles(tinyCifar10));
    execFileSync("tar", ["czf", "cifar.tar.gz", "cifar-10-batches-bin"], { cwd: folder });
    const { train } = await loadCifar(join(folder, "cifar.tar.gz"), tinyCifar10);
    expect(train.labels.length).toBe(15);
  });

  test("uses CIFAR-100's fine labels", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(small100()));
    const { train } = await loadCifar(folder, small100());
    expect(train.labels[21]).toBe(21); // its coarse label is 1
    expect(train.classNames.length).toBe(100);
  });

  test("takes class names from the file, or the known ones where it is missing", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(tinyCifar10));
    const letters = "a b c d e f g h i j".split(" ");
    await writeFile(join(folder, "batches.meta.txt"), `${letters.join("\r\n")}\r\n`);
    expect((await loadCifar(folder, tinyCifar10)).train.classNames).toEqual(letters);
    await rm(join(folder, "batches.meta.txt"));
    expect((await loadCifar(folder, tinyCifar10)).train.classNames[0]).toBe("airplane");
  });

  test("ignores other members, and never writes one", async () => {
    const folder = temporaryFolder();
    const others = [
      ["../../evil.bin", Buffer.alloc(10)] as const,
      ["readme.html", Buffer.from("hi")] as const,
    ];
    const archive = await writeArchive(join(folder, "a.tar.gz"), [...others, ...cifarFiles(tinyCifar10)]);
    expect((await loadCifar(archive, tinyCifar10)).test.labels.length).toBe(3);
  });
});

suite("loadCifar, damaged files", () => {
  test("names a truncated batch and both sizes", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(tinyCifar10));
    await writeFile(join(folder, "data_batch_2.bin"), Buffer.alloc(5000));
    const { message } = await failure(folder);
    expect(message).toContain(`data_batch_2.bin: expected ${3 * recordBytes} bytes, got 5000.`);
  });

  test("names a truncated member and both sizes", async () => {
    const files = cifarFiles(tinyCifar10).set("data_batch_2.bin", Buffer.alloc(5000));
    const archive = await writeArchive(join(temporaryFolder(), "a.tar.gz"), files);
    expect((await failure(archive)).message).toContain(
      `a.tar.gz, member data_batch_2.bin: expected ${3 * recordBytes} bytes, got 5000.`,
    );
  });

  test("names the record of a label that is none", async () => {
    const files = cifarFiles(tinyCifar10);
    files.get("data_batch_4.bin")![recordBytes] = 10;
    const folder = temporaryFolder();
    const said = "record 1: expected a label from 0 to 9, got 10.";
    expect((await failure(await writeFolder(join(folder, "b"), files))).message).toContain(
      `data_batch_4.bin, ${said}`,
    );
    expect((await failure(await writeArchive(join(folder, "a.tar.gz"), files))).message).toContain(
      `a.tar.gz, member data_batch_4.bin, ${said}`,
    );
  });

  test("checks CIFAR-100's coarse label as well", async () => {
    const files = cifarFiles(tinyCifar100);
    files.get("test.bin")![0] = 20;
    const folder = await writeFolder(temporaryFolder(), files);
    expect((await failure(folder, tinyCifar100)).message).toContain(
      "expected a coarse label from 0 to 19, got 20.",
    );
  });

  test("says which batches are missing", async () => {
    const files = cifarFiles(tinyCifar10);
    files.delete("data_batch_3.bin");
    files.delete("test_batch.bin");
    const folder = temporaryFolder();
    const said = "got no data_batch_3.bin, test_batch.bin (found ";
    expect((await failure(await writeFolder(join(folder, "b"), files))).message).toContain(said);
    expect((await failure(await writeArchive(join(folder, "a.tar.gz"), files))).message).toContain(said);
  });

  test("says what another archive holds instead", async () => {
    const files = [["data_batch_1", Buffer.from("pickle")] as const];
    const archive = await writeArchive(join(temporaryFolder(), "a.tar.gz"), files);
    expect((await failure(archive)).message).toMatch(/to hold data_batch_1\.bin, .*\(found data_batch_1\)/);
  });

  test("refuses a batch that repeats another", async () => {
    const files = cifarFiles(tinyCifar10);
    files.set("data_batch_5.bin", files.get("data_batch_1.bin")!);
    const folder = await writeFolder(temporaryFolder(), files);
    expect((await failure(folder)).message).toContain(
      "data_batch_5.bin: expected images of its own, got those of data_batch_1.bin.",
    );
  });

  test("refuses a member that is there twice", async () => {
    const files = [...cifarFiles(tinyCifar10)];
    const archive = await writeArchive(join(temporaryFolder(), "a.tar.gz"), [...files, files[0]!]);
    expect((await failure(archive)).message).toContain(
      "member data_batch_1.bin: expected it once, got it twice.",
    );
  });

  test("refuses a member that is a link", async () => {
    const archive = pack();
    archive.entry({ name: "data_batch_1.bin", type: "symlink", linkname: "/etc/passwd" });
    archive.finalize();
    const path = join(temporaryFolder(), "a.tar.gz");
    await writeFile(path, gzipSync(await buffer(archive as AsyncIterable<Buffer>)));
    expect((await failure(path)).message).toContain(
      "member data_batch_1.bin: expected a file, got a symlink.",
    );
  });

  test("refuses a file that is not gzip, and shows how it begins", async () => {
    const path = join(temporaryFolder(), "a.tar.gz");
    await writeFile(path, "<!DOCTYPE html>");
    expect((await failure(path)).message).toContain(
      "expected a gzip file, which begins with 1f 8b, got one that begins",
    );
    await writeFile(path, "");
    expect((await failure(path)).message).toContain("got an empty file");
  });

  test("refuses an archive that is cut off", async () => {
    const path = join(temporaryFolder(), "a.tar.gz");
    const whole = gzipSync(await tarOf(cifarFiles(tinyCifar10)));
    await writeFile(path, whole.subarray(0, whole.length >> 1));
    expect((await failure(path)).message).toContain(
      `expected a whole .tar.gz, got one that is cut off after ${whole.length >> 1} bytes.`,
    );
  });

  test("refuses a gzip file of something else, or of a tar that is cut off", async () => {
    const path = join(temporaryFolder(), "a.tar.gz");
    await writeFile(path, gzipSync(Buffer.alloc(4096, "x")));
    expect((await failure(path)).message).toContain("expected a whole tar archive inside the gzip file");
    const tar = await tarOf(cifarFiles(tinyCifar10));
    await writeFile(path, gzipSync(tar.subarray(0, 3000)));
    expect((await failure(path)).message).toContain("expected a whole tar archive inside the gzip file");
  });

  test("stops unpacking when an archive grows far beyond its data set", async () => {
    const bomb = [["big", Buffer.alloc(12 << 20)] as const];
    const path = await writeArchive(join(temporaryFolder(), "a.tar.gz"), bomb);
    expect((await failure(path)).message).toMatch(/expected at most \d+ bytes when unpacked, got more/);
  });

  test("refuses a member too large before it takes memory for it", async () => {
    const files = cifarFiles(tinyCifar10).set("batches.meta.txt", Buffer.alloc(70_000));
    const path = await writeArchive(join(temporaryFolder(), "a.tar.gz"), files);
    expect((await failure(path)).message).toContain(
      "member batches.meta.txt: expected at most 65536 bytes, got 70000.",
    );
  });

  test("refuses class names that are too few, repeated or not text", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(tinyCifar10));
    const names = (text: string): Promise<void> => writeFile(join(folder, "batches.meta.txt"), text);
    await names("cat\ndog\n");
    expect((await failure(folder)).message).toContain("expected 10 different class names, got 2 (cat, dog).");
    await names("cat\n".repeat(10));
    expect((await failure(folder)).message).toContain("expected 10 different class names, got 10 (cat, cat");
    await names("\u001b[2Jcat\n".repeat(10));
    expect((await failure(folder)).message).toContain("got bytes that are not text");
  });

  test("refuses a folder in a file's place, and a path with nothing there", async () => {
    const files = cifarFiles(tinyCifar10);
    files.delete("test_batch.bin");
    const folder = await writeFolder(temporaryFolder(), files);
    await mkdir(join(folder, "test_batch.bin"));
    expect((await failure(folder)).message).toContain(
      "test_batch.bin: expected a regular file, got something else.",
    );
    expect((await failure(join(folder, "absent"))).message).toContain(
      "got ENOENT: no such file or directory",
    );
  });
});

/** CIFAR-100 with enough records for coarse and fine labels to part. */
function small100(): CifarLayout {
  return { ...tinyCifar100, batches: tinyCifar100.batches.map((batch) => ({ ...batch, records: 22 })) };
}
