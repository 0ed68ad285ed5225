import type { DecisionSplit } from "../../src/decisions/index.ts";
import { random } from "../../src/random.ts";

/** Two classes on a line, N(0, 1) and the rare N(2, 1), with their true probabilities. */
export const mixture = { share: 0.05, distance: 2 } as const;

/** Examples drawn from the mixture; another stream of numbers for each seed. */
export function drawn(seed: number, examples: number): DecisionSplit & { readonly labels: Int32Array } {
  const draws = random(seed, "mixture");
  const probabilities = new Float32Array(2 * examples);
  const labels = Int32Array.from({ length: examples }, (_, i) => {
    const label = draws.uniform() < mixture.share ? 1 : 0;
    const radius = Math.sqrt(-2 * Math.log(1 - draws.uniform()));
    const x = mixture.distance * label + radius * Math.cos(2 * Math.PI * draws.uniform());
    const p = 1 / (1 + Math.exp(-oddsAt(x)));
    probabilities.set([1 - p, p], 2 * i);
    return label;
  });
  return { probabilities, labels, classes: 2 };
}

/** What deciding for the rare class from a probability on comes to, over all examples that there could be. */
export function truth(threshold: number): { recall: number; precision: number; alerts: number; f1: number } {
  const { share, distance } = mixture;
  const x = (Math.log(threshold / (1 - threshold)) - oddsAt(0)) / distance;
  const [recall, falseAlarms] = [1 - normalBelow(x - distance), 1 - normalBelow(x)];
  const found = share * recall;
  const alerts = found + (1 - share) * falseAlarms;
  return { recall, precision: found / alerts, alerts: 1000 * alerts, f1: (2 * found) / (alerts + share) };
}

/** log p / (1 - p) of the rare class at x. */
function oddsAt(x: number): number {
  const { share, distance } = mixture;
  return Math.log(share / (1 - share)) + distance * x - distance ** 2 / 2;
}

/** Φ(z) by Simpson's rule on its density, to 1e-9. */
function normalBelow(z: number): number {
  const [steps, from] = [400, -8];
  if (z <= from) return 0;
  const width = (Math.min(z, 8) - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((from + i * width) ** 2) / 2);
  }
  return ((width / 3) * sum) / Math.sqrt(2 * Math.PI);
}
