import { expect, describe as suite, test, vi } from "vitest";

suite("two copies of the package in one process", () => {
  test("keep what their scopes return", async () => {
    const copies = [await import("../src/index.ts")];
    vi.resetModules();
    copies.push(await import("../src/index.ts"));
    expect(copies[0]!.Tensor).not.toBe(copies[1]!.Tensor);
    for (const { ones } of copies) ones([1]); // loads the addon, which is the same for both
    for (const { scope, ones } of copies) expect(scope(() => [ones([1])])[0]!.item()).toBe(1);
  });
});
