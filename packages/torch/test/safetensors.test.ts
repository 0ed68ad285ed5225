import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  arange,
  contiguous,
  decodeSafetensors,
  encodeSafetensors,
  memory,
  ones,
  scope,
  tensor,
  type Tensor,
} from "../src/index.ts";

const state = (): Record<string, Tensor> => ({
  "layer.weight": tensor([1, 2, 3, 4, 5, 6], [2, 3]),
  double: tensor(Float64Array.of(0.1)),
  count: tensor(BigInt64Array.of(2n ** 60n), []),
  mask: tensor([1, 0, 1], [3], { dtype: "bool" }),
  bytes: tensor(Uint8Array.of(255)),
  none: tensor([], [0, 4]),
  "ß 日本": tensor(Int32Array.of(-1)),
  __proto: tensor(Int8Array.of(-1)),
});
const small = encodeSafetensors({ a: tensor([1, 2]), b: tensor(BigInt64Array.of(3n)) }, { made: "here" });

/** A file with this header and so many bytes of values. */
function file(header: unknown, values = 0): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(values)]);
}

suite("safetensors", () => {
  test("gives back names, shapes, dtypes, values and metadata", () => {
    const before = state();
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(before, { epoch: "3" }));
    expect(Object.keys(tensors)).toEqual(Object.keys(before));
    for (const [name, value] of Object.entries(before)) {
      const after = tensors[name]!;
      expect([after.shape, after.dtype, after.data()]).toEqual([value.shape, value.dtype, value.data()]);
    }
    expect(metadata).toEqual({ epoch: "3" });
  });

  test("widens numbers of 16 bits to the float32 that they are, and names them", () => {
    const header = {
      half: { dtype: "F16", shape: [7], data_offsets: [0, 14] },
      brain: { dtype: "BF16", shape: [2, 2], data_offsets: [14, 22] },
    };
    const bytes = Buffer.from(file(header, 22));
    const half = [0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0xfc00, 0x8000];
    const brain = [0x3f80, 0xc000, 0x3eab, 0x7f80];
    new Uint8Array(Uint16Array.from([...half, ...brain]).buffer).forEach((byte, i) => {
      bytes[bytes.length - 22 + i] = byte;
    });
    const { tensors, halves } = decodeSafetensors(bytes);
    const { half: own, brain: other } = tensors;
    // As NumPy's float16 and PyTorch's bfloat16 have them.
    expect([...own!.data()]).toEqual([1, -2, 1365 / 4096, 2 ** -24, 65504, -Infinity, -0]);
    expect([other!.shape, [...other!.data()]]).toEqual([
      [2, 2],
      [1, -2, 171 / 512, Infinity],
    ]);
    expect([own!.dtype, halves]).toEqual(["float32", { half: "F16", brain: "BF16" }]);
  });

  test("writes values row by row, however they lie in memory", () => {
    const image = arange(16, { dtype: "float32" }).reshape([1, 4, 2, 2]);
    const bytes = encodeSafetensors({ image: contiguous(image, "channels_last") });
    expect(decodeSafetensors(bytes).tensors["image"]!.data()).toEqual(image.data());
  });

  test("begins its values at a multiple of 8", () => {
    for (const name of ["a", "ab", "ß", "日"]) {
      const bytes = Buffer.from(encodeSafetensors({ [name]: ones([1]) }));
      expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
    }
  });

  test("keeps a tensor named __proto__", () => {
    const named = Object.fromEntries([["__proto__", ones([1])]]);
    expect(Object.keys(decodeSafetensors(encodeSafetensors(named)).tensors)).toEqual(["__proto__"]);
  });

  test("refuses to write what the format cannot hold", () => {
    expect(() => encodeSafetensors({ x: ones([1], { dtype: "bfloat16" }) })).toThrow(TypeError);
    expect(() => encodeSafetensors({ __metadata__: ones([1]) })).toThrow(RangeError);
  });

  test("refuses a file cut off at any byte", () => {
    for (let length = 0; length < small.length; length++) {
      expect(() => decodeSafetensors(small.subarray(0, length)), `at ${length}`).toThrow(RangeError);
    }
  });

  const two = (a: readonly number[], b: readonly number[]) => ({
    a: { dtype: "F32", shape: [1], data_offsets: a },
    b: { dtype: "F32", shape: [1], data_offsets: b },
  });
  const one = (entry: object) => ({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...entry } });
  const damaged: [string, Uint8Array, RegExp][] = [
    [
      "a header longer than the file",
      Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255, 1]),
      /cut off/,
    ],
    ["a header that is no JSON", file("{"), /header of JSON/],
    ["a header of broken UTF-8", Buffer.concat([file("  "), Buffer.of(255)]).fill(1, 0, 1), /JSON/],
    ["a header that is a list", file("[1]"), /an object/],
    ["an entry that is null", file({ x: null }), /expected x with a known dtype/],
    ["an unknown dtype", file(one({ dtype: "F8" }), 4), /known dtype and a shape, got "F8"/],
    ["a dtype that is a list", file(one({ dtype: ["F32"] }), 4), /known dtype/],
    ["a negative size", file(one({ shape: [-1] }), 4), /a shape/],
    ["sizes beyond counting", file(one({ shape: [2 ** 52, 2 ** 52, 0], data_offsets: [0, 0] })), /a shape/],
    ["a shape of other bytes", file(one({ shape: [2] }), 4), /8 bytes for its shape, got 4/],
    ["no offsets", file(one({ data_offsets: [] }), 4), /two data_offsets/],
    ["negative offsets", file(one({ data_offsets: [-4, 0] }), 4), /two data_offsets/],
    ["offsets that run backwards", file(one({ data_offsets: [4, 0] }), 4), /got -4/],
    ["tensors that overlap", file(two([0, 4], [2, 6]), 6), /expected b to begin at 4, got 2/],
    ["a tensor twice", file(two([0, 4], [0, 4]), 4), /begin at 4, got 0/],
    ["a hole", file(two([0, 4], [8, 12]), 12), /expected b to begin at 4, got 8/],
    ["bytes left over", file(one({}), 5), /too long/],
    ["metadata of other things", file({ __metadata__: { n: 1 } }), /metadata of strings/],
  ];
  test.each(damaged)("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(RangeError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test("answers random damage with tensors or a RangeError, and leaks nothing", () => {
    const before = memory();
    const flips = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Uint8Array.from(small);
        for (const [at, value] of changes) bytes[at] = value;
        scope(() => {
          try {
            decodeSafetensors(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        });
      }),
      { numRuns: 300, seed: 0 },
    );
    expect(memory()).toEqual(before);
  });

  test("is read by Python with ten lines", ({ skip }) => {
    const python = "/usr/bin/python3";
    const found = spawnSync(python, ["-c", "import numpy"]).status === 0;
    skip(!found, `${python} with numpy is not there`);
    const folder = mkdtempSync(join(tmpdir(), "leeway-safetensors-"));
    try {
      writeFileSync(join(folder, "x.safetensors"), encodeSafetensors(state()));
      const { stdout, stderr } = spawnSync(python, ["-c", reader, join(folder, "x.safetensors")], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({
        "layer.weight": [
          [1, 2, 3],
          [4, 5, 6],
        ],
        double: [0.1],
        count: Number(2n ** 60n),
        mask: [true, false, true],
        bytes: [255],
        none: [],
        "ß 日本": [-1],
        __proto: [-1],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const reader = `
import json, sys, numpy
kinds = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U8": "u1", "I8": "i1", "BOOL": "?"}
with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    values = file.read()
header.pop("__metadata__")
def read(entry):
    begin, end = entry["data_offsets"]
    return numpy.frombuffer(values[begin:end], dtype=kinds[entry["dtype"]]).reshape(entry["shape"]).tolist()
print(json.dumps({name: read(entry) for name, entry in header.items()}))
`;
