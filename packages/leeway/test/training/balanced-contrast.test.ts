import { type Tensor, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, test } from "vitest";
import { balancedContrast } from "../../src/training/balanced-contrast.ts";

const exact = (rows: readonly (readonly number[])[]): Tensor =>
  tensor(rows.flat(), [rows.length, rows[0]!.length], { dtype: "float64" });
const classes = (labels: readonly number[]): Tensor => tensor([...labels], undefined, { dtype: "int64" });
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** Six points of the circle and a centre for each of three classes. */
type Point = readonly number[];
const at = (turn: number): Point => [Math.cos(turn), Math.sin(turn)];
const points = [0.1, 0.4, 1.9, 2.2, 4.1, 4.4].map(at);
const centres = [0.2, 2, 4.3].map(at);

suite("balancedContrast", () => {
  test("of four points is what the equation gives by hand", () => {
    // Classes 0, 0, 0, 1 and T = 1: A_0 has three points and a centre, A_1 one of both, A_2 its centre alone.
    const [a, b, c, d] = points as [Point, Point, Point, Point];
    const [p, q, r] = centres as [Point, Point, Point];
    const e = (x: readonly number[], y: readonly number[]): number => Math.exp(dot(x, y));
    const ofA = (e(a, b) + e(a, c) + e(a, p)) / 3 + (e(a, d) + e(a, q)) / 2 + e(a, r);
    const first = Math.log(ofA) - (dot(a, b) + dot(a, c) + dot(a, p)) / 3;
    const ofD = e(d, q) + (e(d, a) + e(d, b) + e(d, c) + e(d, p)) / 4 + e(d, r);
    const last = Math.log(ofD) - dot(d, q);
    const targets = classes([0, 0, 0, 1]);
    const losses = balancedContrast(exact(points.slice(0, 4)), exact(centres), { targets, temperature: 1 });
    const values = losses.toNumbers();
    expectClose([values[0]!, values[3]!], [first, last], { rtol: 1e-12 });
  });

  test("of as many points of each class is SupCon with centres, but for who is left out of one's own class", () => {
    // SupCon's sum over all others, with each of one's own class counting n / (n - 1), since one of n is left out.
    const labels = [0, 0, 1, 1, 2, 2, 0, 1, 2]; // with the centres
    const all = [...points, ...centres];
    const n = 3;
    const expected = points.map((z, i) => {
      const others = all.map((other, k) => ({
        similarity: dot(z, other) / 0.1,
        own: labels[k] === labels[i],
        k,
      }));
      const rest = others.filter(({ k }) => k !== i);
      const total = rest.reduce((sum, { similarity, own }) => sum + Math.exp(similarity) * (own ? n / (n - 1) : 1), 0); // prettier-ignore
      const positives = rest.filter(({ own }) => own);
      const mean = positives.reduce((sum, { similarity }) => sum + similarity, 0) / positives.length;
      return Math.log(total / n) - mean;
    });
    const targets = classes(labels.slice(0, 6));
    const losses = balancedContrast(exact(points), exact(centres), { targets, temperature: 0.1 });
    expectClose(losses.toNumbers(), expected, { rtol: 1e-10 });
  });

  test("has the gradient that finite differences give, for points and centres", () => {
    const targets = classes([0, 0, 0, 1, 1, 2]);
    const of = (z: Tensor, w: Tensor): Tensor => balancedContrast(z, w, { targets, temperature: 0.5 }).sum();
    checkGradient((z) => of(z, exact(centres)), points.flat(), { shape: [6, 2] });
    checkGradient((w) => of(exact(points), w), centres.flat(), { shape: [3, 2] });
  });
});
