import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe as suite, expect, test } from "vitest";
import { op, operatorSchema, TorchError } from "../src/index.ts";

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

  test("counts arguments", () => {
    expect(op<[], unknown>("aten::mm")).toThrow("aten::mm: argument self is missing");
    expect(() => op<number[], unknown>("aten::relu")(1, 2, 3)).toThrow(
      "aten::relu: takes at most 1 arguments, got 3",
    );
  });
});
