import { gzipSync } from "node:zlib";
import { describe as suite, expect, test } from "vitest";
import { decodedHalves, unpackedScores } from "../../src/report/numbers/packed.ts";

suite("decodedHalves", () => {
  test("reads numbers, the smallest ones, zeros and infinities", () => {
    // Bits from IEEE 754-2008, table 3.5: 1, -2, 65504, 2^-14, 2^-24, -0, ∞.
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x3555);
    expect([...decodedHalves(bits)]).toEqual([
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      -0,
      Infinity,
      -Infinity,
      0.333251953125,
    ]);
    expect(decodedHalves(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });
});

suite("unpackedScores", () => {
  test("reads what was packed", async () => {
    const packed = (values: Uint16Array): string =>
      gzipSync(new Uint8Array(values.buffer)).toString("base64");
    const scores = await unpackedScores({
      logProbabilities: packed(Uint16Array.of(0xbc00, 0xb800)),
      labels: packed(Uint16Array.of(1)),
      prior: [0.5, 0.5],
    });
    expect([...scores.logProbabilities]).toEqual([-1, -0.5]);
    expect([...scores.labels]).toEqual([1]);
  });
});
