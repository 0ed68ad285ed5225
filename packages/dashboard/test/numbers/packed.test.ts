import { describe as suite, expect, test } from "vitest";
import { unpackedScores } from "../../src/report/numbers/packed.ts";
import { packed } from "../simulated/measures.ts";

suite("unpackedScores", () => {
  const [labels, prior] = [packed(Uint16Array.of(1, 300)), [0.5, 0.5]];

  test("reads what was packed", async () => {
    const logProbabilities = packed(Uint16Array.of(128, 64, 2000, 0));
    const scores = await unpackedScores({ logProbabilities, labels, prior });
    expect([...scores.logProbabilities]).toEqual([-1, -0.5, -15.625, -0]);
    expect([...scores.labels]).toEqual([1, 300]);
    expect(scores.classes).toBeNull();
  });

  test("reads the classes of scores that are not of all", async () => {
    const [logProbabilities, classes] = [packed(Uint16Array.of(1, 2)), packed(Uint16Array.of(999, 0))];
    const scores = await unpackedScores({ logProbabilities, classes, labels, prior });
    expect([...scores.classes!]).toEqual([999, 0]);
  });
});
