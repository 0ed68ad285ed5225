import { type Random, random } from "../../src/random.ts";

/** A standard normal number. */
export function normal(from: Random): number {
  return Math.sqrt(-2 * Math.log(1 - from.uniform())) * Math.cos(2 * Math.PI * from.uniform());
}

/**
 * Two classes, x ~ N(0, 1) and N(distance, 1), of which `share` are of class 1: the labels, and the exact probabilities
 * [N, 2] under another share of it, `prior`.
 */
export function drawnMixture({
  examples,
  share,
  prior,
  distance = 3,
  seed,
}: {
  readonly examples: number;
  readonly share: number;
  readonly prior: number;
  readonly distance?: number;
  readonly seed: number;
}): { readonly labels: number[]; readonly probabilities: Float32Array } {
  const from = random(seed, "mixture", share);
  const probabilities = new Float32Array(2 * examples);
  const labels = Array.from({ length: examples }, (_, i) => {
    const label = from.uniform() < share ? 1 : 0;
    const x = normal(from) + distance * label;
    const odds = (prior / (1 - prior)) * Math.exp(distance * (x - distance / 2));
    probabilities.set([1 / (1 + odds), odds / (1 + odds)], 2 * i);
    return label;
  });
  return { labels, probabilities };
}
