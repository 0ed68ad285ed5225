import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe as suite, expect, test } from "vitest";
import { ones, op, operatorSchema, type Tensor, tensor, TorchError, zeros } from "../src/index.ts";

const src = fileURLToPath(new URL("../src", import.meta.url));
const named = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => [...readFileSync(join(src, file), "utf8").matchAll(/"(aten::[\w.]+)"/g)])
  .map(([, name]) => name!);

suite("operatorSchema", () => {
  test("finds some fifty names in the sources", () => {
    expect(new Set(named).size).toBeGreaterThan(50);
  });

  test.each([...new Set(named)].sort())("knows %s in the linked libtorch", (name) => {
    expect(operatorSchema(name)).toContain(`${name}(`);
  });
});

suite("op", () => {
  test("says at the call that libtorch has no such operator", () => {
    for (const name of ["aten::nothing", "aten::add.Nothing", "add", "", "aten::add.Tensor.x"]) {
      const call = op<[], unknown>(name);
      expect(call).toThrow(TorchError);
      expect(call).toThrow(`${name}: libtorch has no such operator`);
    }
  });

  test("takes lists of tensors, and lists in which some are absent", () => {
    const cat = op<[unknown], Tensor>("aten::cat");
    expect(cat([ones([1]), zeros([1])]).toNumbers()).toEqual([1, 0]);
    expect(() => cat([ones([1]), 5])).toThrow("aten::cat: argument tensors: expected a Tensor, got 5 at [1]");
    expect(() => cat([ones([1]), null])).toThrow("got null at [1]");
    expect(() => cat(Float64Array.of(16_777_216))).toThrow("expected an array, got an object");
    const index = op<[Tensor, (Tensor | null)[]], Tensor>("aten::index.Tensor");
    const columns = tensor(BigInt64Array.of(1n));
    expect(index(tensor([1, 2, 3, 4], [2, 2]), [null, columns]).toNumbers()).toEqual([2, 4]);
  });

  test("gives several results in their order, and null for one that is undefined", () => {
    const max = op<[Tensor, number], [Tensor, Tensor]>("aten::max.dim");
    expect(max(tensor([1, 3, 2], [1, 3]), 1).map((each) => each.item())).toEqual([3, 1]);
    const norm = op<[Tensor, ...unknown[]], (Tensor | null)[]>("aten::native_layer_norm_backward");
    const [x, one] = [ones([1, 2]), ones([1, 1])];
    const results = norm(x, x, [2], one, one, null, null, [true, false, false]);
    expect(results.map((each) => each?.shape)).toEqual([[1, 2], undefined, undefined]);
  });

  test("counts arguments", () => {
    expect(op<[], unknown>("aten::mm")).toThrow("aten::mm: argument self is missing");
    expect(() => op<number[], unknown>("aten::relu")(1, 2, 3)).toThrow(
      "aten::relu: takes at most 1 arguments, got 3",
    );
  });
});
