import { describe as suite, expect, test } from "vitest";
import { weighing } from "../../src/metrics/weighing.ts";

suite("weighing", () => {
  const rowsOf = (labels: readonly number[], classes: number): readonly number[] =>
    weighing(labels, { examples: labels.length, counts: new Array<number>(classes).fill(1) }).rows;

  test("reads all of 20,000 examples", () => {
    expect(rowsOf(new Array<number>(20_000).fill(0), 2)).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  test("reads every example of a class of one in ten thousand, and the others evenly spaced", () => {
    const labels = Array.from({ length: 100_000 }, (_, i) => (i % 10_000 === 7 ? 1 : 0));
    const rows = rowsOf(labels, 2);
    expect(rows.filter((i) => labels[i] === 1)).toHaveLength(10);
    expect(rows.length).toBeLessThanOrEqual(20_000);
    expect(rows.length).toBeGreaterThan(19_990);
    const gaps = rows.slice(1).map((row, i) => row - rows[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7); // five, and a rare one within
    expect([...rows].sort((one, other) => one - other)).toEqual(rows);
  });

  test("reads as many of each class where all are frequent", () => {
    const labels = Array.from({ length: 90_000 }, (_, i) => i % 3);
    const counts = [0, 1, 2].map((j) => rowsOf(labels, 3).filter((i) => labels[i] === j).length);
    expect(counts).toEqual([6666, 6666, 6666]);
  });

  test("weighs what it reads by the wanted frequencies", () => {
    const labels = Array.from({ length: 100_000 }, (_, i) => (i % 1000 === 0 ? 1 : 0));
    const { rows, weights, wanted } = weighing(labels, { examples: labels.length, counts: [999, 1] });
    const rare = rows.reduce((sum, i) => sum + (labels[i] === 1 ? weights[1]! : 0), 0);
    expect(rare).toBeCloseTo(wanted[1]!, 12);
  });
});
