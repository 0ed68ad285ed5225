import { readFileSync } from "node:fs";
import { encodeSafetensors, scope, tensor, zeros } from "@leeway/torch";
import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { type CustomData } from "../../../src/catalogue/index.ts";
import { countExamples, openCustomData } from "../../../src/data/index.ts";
import { readNpy } from "../../../src/data/embeddings/npy.ts";
import type { EmbeddingExamples } from "../../../src/data/embeddings/embedding-examples.ts";
import { parseEmbeddingSteps } from "../../../src/preparation/index.ts";
import { RunError } from "../../../src/errors.ts";
import { zipOf } from "../images/image-files.ts";
import { dataFault, tableFolder } from "../tables/table-files.ts";

const { file, parquet } = tableFolder();

/** A .npy file's bytes, as NumPy writes them. */
function npy(descr: string, shape: string, data: Uint8Array, { version = 1, order = "False" } = {}): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const before = version === 1 ? 10 : 12;
  const header = `${text.padEnd(Math.ceil((before + text.length + 1) / 64) * 64 - before - 1)}\n`;
  const length = Buffer.alloc(before - 8);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from("\x93NUMPY", "latin1"),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
    data,
  ]);
}

function bytes(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const matrix = npy("<f4", "(4, 2)", bytes(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)));

function embedding(path: string, more: Partial<CustomData> = {}): CustomData {
  return { kind: "embedding", paths: [path], ...more };
}

async function opened(data: CustomData): Promise<unknown> {
  const { train } = await openCustomData(data);
  const { vectors, size, classNames, labels } = train as EmbeddingExamples;
  return { vectors: [...vectors], size, classNames, labels: [...labels] };
}

suite("readNpy", () => {
  const types: [string, Uint8Array, number[]][] = [
    ["<f4", bytes(Float32Array.of(1.5, -2)), [1.5, -2]],
    ["<f8", bytes(Float64Array.of(1.5, -2)), [1.5, -2]],
    ["<f2", bytes(Uint16Array.of(0x3e00, 0xc000, 0x0001, 0x7bff)), [1.5, -2, 2 ** -24, 65504]],
    ["<i8", bytes(BigInt64Array.of(-3n, 4n)), [-3, 4]],
    ["|u1", Uint8Array.of(0, 255), [0, 255]],
    ["|b1", Uint8Array.of(0, 1), [0, 1]],
  ];
  for (const [descr, data, values] of types) {
    test(`reads ${descr} in versions 1 and 2`, async () => {
      for (const version of [1, 2]) {
        const path = file("t.npy", npy(descr, `(${values.length},)`, data, { version }));
        const read = await readNpy(path);
        expect([read.shape, [...read.values]]).toEqual([[values.length], values]);
      }
    });
  }

  test("reads the other order of bytes, and of dimensions", async () => {
    const big = Buffer.alloc(16);
    [1, 2, 3, 4].forEach((value, i) => big.writeFloatBE(value, 4 * i));
    const read = await readNpy(file("be.npy", npy(">f4", "(2, 2)", big)));
    expect([...read.values]).toEqual([1, 2, 3, 4]);
    const columns = npy("<f4", "(2, 3)", bytes(Float32Array.of(1, 4, 2, 5, 3, 6)), { order: "True" });
    expect([...(await readNpy(file("fo.npy", columns))).values]).toEqual([1, 2, 3, 4, 5, 6]);
    const letters = Buffer.from(Uint32Array.from("abcd", (letter) => letter.charCodeAt(0)).buffer);
    const big32 = Buffer.from(letters).swap32();
    expect((await readNpy(file("bu.npy", npy(">U2", "(2,)", big32)))).values).toEqual(["ab", "cd"]);
  });

  test("reads more than one part of a large file", async () => {
    const values = Float64Array.from({ length: 300_000 }, (_, i) => i);
    const path = file("large.npy", npy("<f8", "(3, 100000)", bytes(values), { order: "True" }));
    const read = await readNpy(path);
    expect([0, 1, 100_000, 299_999].map((i) => read.values[i])).toEqual([0, 3, 1, 299_999]);
    const plain = file("plain.npy", npy("<f4", "(300000,)", bytes(Float32Array.from(values))));
    expect((await readNpy(plain)).values[299_999]).toBe(299_999);
  });

  test("reads bytes as text", async () => {
    const read = await readNpy(file("s.npy", npy("|S3", "(2,)", Buffer.from("cat\xc3\xa9\0", "latin1"))));
    expect(read.values).toEqual(["cat", "é"]);
  });

  test("reads text", async () => {
    const data = Uint32Array.from("caté\0\0", (letter) => letter.codePointAt(0) ?? 0);
    expect(await readNpy(file("u.npy", npy("<U3", "(2,)", bytes(data))))).toEqual({
      kind: "text",
      shape: [2],
      values: ["cat", "é"],
    });
  });

  for (const [what, content, message] of [
    ["an empty file", Buffer.alloc(0), "got an empty file"],
    ["something else", Buffer.from("hello, this is text"), "expected a .npy file, which begins with"],
    ["a file that is cut off", matrix.subarray(0, -1), "bytes for shape (4, 2) of <f4, got"],
    [
      "a shape larger than any file",
      npy("<f4", "(4000000000, 4000000000)", Buffer.alloc(8)),
      "bytes for shape (4000000000",
    ],
    ["a header that is cut off", matrix.subarray(0, 40), "expected a whole header, got one that is cut off"],
    [
      "Python objects",
      npy("|O", "(2,)", Buffer.alloc(8)),
      "one of Python objects, which only Python can read",
    ],
    ["a pickle", Buffer.from("8004958b00000000000000", "hex"), "got a Python pickle"],
    ["a zip archive", zipOf(new Map([["x.npy", matrix]])), "a zip archive; call it .npz if it is one"],
    ["complex numbers", npy("<c8", "(1,)", Buffer.alloc(8)), 'got complex numbers, dtype "<c8"'],
    ["dates", npy("<M8[D]", "(1,)", Buffer.alloc(8)), 'dtype "<M8[D]"'],
    ["texts without letters", npy("<U0", "(9000000000,)", Buffer.alloc(0)), 'dtype "<U0"'],
    [
      "named fields",
      Buffer.from(npy("X", "(1,)", Buffer.alloc(8)).toString("latin1").replace("'X'", "[ ]"), "latin1"),
      "got a structured array",
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      expect(await dataFault(readNpy(file("bad.npy", content)))).toContain(message);
    });
  }

  test("reads or refuses damaged bytes, and never anything else", async () => {
    const damage = fc.array(fc.tuple(fc.nat(matrix.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(matrix.length), async (changes, cut) => {
        const damaged = Buffer.from(matrix);
        for (const [at, value] of changes) damaged[at] = value;
        const error: unknown = await readNpy(file("damaged.npy", damaged.subarray(0, cut + 40))).catch(
          (cause: unknown) => cause,
        );
        if (error instanceof Error) expect(error).toBeInstanceOf(RunError);
      }),
      { numRuns: 150, seed: 3 },
    );
  });
});

suite("own data of kind embedding", () => {
  const expected = {
    vectors: [1, 2, 3, 4, 5, 6, 7, 8],
    size: 2,
    classNames: ["a", "b"],
    labels: [0, 1, 0, 0],
  };
  const letters = "label\na\nb\na\na\n";

  test("reads a .npy matrix with classes in a table or in a .npy", async () => {
    const path = file("x.npy", matrix);
    expect(await opened(embedding(path, { options: { labels: file("y.csv", letters) } }))).toEqual(expected);
    const numbers = file("y.npy", npy("<i8", "(4,)", bytes(BigInt64Array.of(10n, 9n, 10n, 10n))));
    expect(await opened(embedding(path, { options: { labels: numbers } }))).toEqual({
      ...expected,
      ...{ classNames: ["9", "10"], labels: [1, 0, 1, 1] },
    });
  });

  test("takes a label that is no number for none", async () => {
    const labels = file("nan-labels.npy", npy("<f8", "(4,)", bytes(Float64Array.of(0, NaN, 1, 0))));
    const read = openCustomData(embedding(file("x.npy", matrix), { options: { labels } }));
    expect(await dataFault(read)).toContain(`${labels}, row 2: expected a class`);
  });

  const four = npy("<i8", "(4,)", bytes(BigInt64Array.of(10n, 9n, 10n, 10n)));
  const ofFour = { ...expected, classNames: ["9", "10"], labels: [1, 0, 1, 1] };

  test("reads the only matrix of a .npz, with the only list that could be its classes", async () => {
    const path = file(
      "x.npz",
      zipOf(
        new Map([
          ["x.npy", matrix],
          ["y.npy", four],
        ]),
      ),
    );
    expect(await opened(embedding(path))).toEqual(ofFour);
    expect(await countExamples(embedding(path))).toBe(4);
    const alone = file("alone.npz", zipOf(new Map([["x.npy", matrix]])));
    expect(await opened(embedding(alone, { options: { labels: file("four.npy", four) } }))).toEqual(ofFour);
    expect(await opened(embedding(file("x.npy", matrix), { options: { labels: path } }))).toEqual(ofFour);
  });

  test("reads the arrays of a .npz that are named, and asks where several could be meant", async () => {
    const arrays = [
      ["a.npy", matrix],
      ["b.npy", matrix],
      ["c.npy", four],
      ["d.npy", four],
    ] as const;
    const path = file("many.npz", zipOf(new Map(arrays)));
    const options = { vector: "b", labels: "/anywhere/c" }; // as a run records it
    expect(await opened(embedding(path, { options }))).toEqual(ofFour);
    expect(await countExamples(embedding(path, { options }))).toBe(4);
    const fault = async (chosen: CustomData["options"] & object): Promise<string> =>
      dataFault(openCustomData(embedding(path, { options: chosen })));
    expect(await fault({})).toContain(
      "expected one matrix of vectors, got a (4 x 2 of <f4), b (4 x 2 of <f4)",
    );
    expect(await fault({ vector: "b" })).toContain("Say which with --labels NAME");
    expect(await fault({ vector: "bb", labels: "c" })).toContain('Did you mean "b"?');
    expect(await fault({ vector: "b", labels: "e" })).toContain(
      'expected an array "e", or a file e, got a (',
    );
  });

  test("refuses a .npz that is none, or claims more than it can hold", async () => {
    const options = { labels: file("four.npy", four) };
    const read = async (content: Buffer): Promise<string> =>
      dataFault(openCustomData(embedding(file("bad.npz", content), { options })));
    expect(await read(matrix)).toContain("expected a whole .npz archive");
    expect(await read(zipOf(new Map([["x.txt", matrix]])))).toContain("expected arrays, got none");
    expect(await read(zipOf(new Map([["x.npy", matrix]]), { claims: 1e9 }))).toContain("1000000000 bytes in");
    expect(await read(zipOf(new Map([["x.npy", matrix.subarray(0, 100)]])))).toMatch(
      /whole header|one matrix/,
    );
  });

  test("counts the rows of a safetensors matrix without reading it", async () => {
    const content = scope(() =>
      encodeSafetensors({ one: zeros([7, 2]), two: zeros([9, 2]), bias: zeros([3]) }),
    );
    const two = file("two.safetensors", content);
    expect(await countExamples(embedding(two, { options: { vector: "two" } }))).toBe(9);
    expect(await countExamples(embedding(two))).toBeUndefined(); // which of the two is not known
    const torn = file("short.safetensors", content.subarray(0, 30));
    expect(await countExamples(embedding(torn, { options: { vector: "two" } }))).toBeUndefined();
  });

  test("reads a safetensors matrix", async () => {
    const content = scope(() =>
      encodeSafetensors({ x: tensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), n: tensor([1]) }),
    );
    const options = { labels: file("y.csv", letters) };
    expect(await opened(embedding(file("x.safetensors", content), { options }))).toEqual(expected);
  });

  test("reads a column of lists, and many columns of numbers", async () => {
    const rows = "(VALUES (1.0, 2.0, 'a'), (3, 4, 'b'), (5, 6, 'a'), (7, 8, 'a')) AS t(p, q, label)";
    expect(
      await opened(embedding(await parquet("l.parquet", `SELECT [p, q]::FLOAT[] AS v, label FROM ${rows}`))),
    ).toEqual(expected);
    expect(await opened(embedding(await parquet("m.parquet", `SELECT * FROM ${rows}`)))).toEqual(expected);
    expect(await opened(embedding(file("m.csv", "p,q,label\n1,2,a\n3,4,b\n5,6,a\n7,8,a\n")))).toEqual(
      expected,
    );
  });

  test("standardises each dimension by the training examples", async () => {
    const source = await openCustomData(
      embedding(file("x.npy", matrix), { options: { labels: file("y.csv", letters) } }),
    );
    const dataset = source.prepare(source.train.select([0, 1])).apply(source.train.select([2, 0]));
    for await (const { inputs, targets } of dataset.batches([1, 0], { batchSize: 2 })) {
      expect([...inputs[0]!.values, ...targets]).toEqual([-1, -1, 3, 3, 0, 0]); // means 2 and 3, deviations 1
    }
  });

  test.for([
    ["l2", [0.6, 0.8, 0, 0]],
    ["none", [3, 4, 0, 0]],
  ] as const)(
    "with normalize %s gives a network the vectors so, and a run's record has it",
    async ([way, values]) => {
      const vectors = file("x.npy", npy("<f4", "(2, 2)", bytes(Float32Array.of(3, 4, 0, 0))));
      const options = { labels: file("y.csv", "label\na\nb\n") };
      const source = await openCustomData(embedding(vectors, { options }));
      const prepared = source.prepare(source.train, { normalize: way });
      for await (const { inputs } of prepared.apply(source.train).batches([0, 1], { batchSize: 2 })) {
        expect([...inputs[0]!.values]).toEqual([...Float32Array.from(values)]);
      }
      expect(parseEmbeddingSteps(prepared.record, "preparation.json").unit).toBe(
        way === "l2" ? true : undefined,
      );
    },
  );
});

suite("own data of kind embedding, given bad input,", () => {
  const fault = async (data: CustomData): Promise<string> => dataFault(openCustomData(data));

  test("says that a .npy needs no name, and reads one at a time", async () => {
    const [x, labels] = [file("x.npy", matrix), file("y.csv", "label\na\nb\na\na\n")];
    expect((await openCustomData(embedding(x, { options: { labels, vector: "x" } }))).notes).toEqual([
      "--vector x has no effect: a .npy file has one array",
    ]);
    expect(await fault(embedding(x, { paths: [x, x], options: { labels } }))).toContain(
      "expected one file of vectors, got one of 2. Join them",
    );
  });

  test("asks for the classes of a matrix", async () => {
    expect(await fault(embedding(file("x.npy", matrix)))).toContain("Name it with --labels labels.npy");
  });

  test("counts classes and vectors", async () => {
    const options = { labels: file("few.csv", "label\na\nb\n") };
    expect(await fault(embedding(file("x.npy", matrix), { options }))).toContain(
      "expected 4 classes, one for each vector, got 2",
    );
  });

  test("names the row of a number that is not finite", async () => {
    const path = file("nan.npy", npy("<f4", "(2, 2)", bytes(Float32Array.of(1, 2, 3, NaN))));
    const options = { labels: file("two.csv", "label\na\nb\n") };
    expect(await fault(embedding(path, { options }))).toContain(
      `${path}, row 2: expected a finite number in dimension 1, got NaN`,
    );
  });

  test("refuses what is no matrix, damaged safetensors, and options it does not know", async () => {
    const vector = file("v.npy", npy("<f4", "(2,)", Buffer.alloc(8)));
    expect(await fault(embedding(vector, { options: { labels: "y" } }))).toContain(
      "expected a matrix of numbers, got number of shape (2)",
    );
    const torn = readFileSync(file("torn.safetensors", Buffer.from("0123456789")));
    expect(await fault(embedding(file("torn.safetensors", torn), { options: { labels: "y" } }))).toContain(
      "expected a whole safetensors file",
    );
    await expect(openCustomData(embedding("x.npy", { options: { lables: "y" } }))).rejects.toThrow(
      'Did you mean "labels"?',
    );
  });

  test("reads or refuses damaged safetensors, and never anything else", async () => {
    const whole = scope(() => encodeSafetensors({ x: tensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]) }));
    const options = { labels: file("y.csv", "label\na\nb\na\na\n") };
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const path = file("damaged.safetensors", bytes);
        const error: unknown = await openCustomData(embedding(path, { options })).catch(
          (cause: unknown) => cause,
        );
        if (error instanceof Error) expect(error).toBeInstanceOf(RunError);
      }),
      { numRuns: 25, seed: 9 },
    );
  });
});
