import { setThreads } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { random } from "../../src/random.ts";
import { type LabelledFeatures, linearProbe } from "../../src/probes/index.ts";

/** Points about (±3, 0, 5): the first feature tells the class, the others do not. */
function points(split: string, count: number): LabelledFeatures {
  const from = random(0, split);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const values = Array.from({ length: count }, (_, i) => [
    (labels[i] === 0 ? -3 : 3) + from.uniform(),
    100 * from.uniform(),
    5,
  ]);
  return { features: Float32Array.from(values.flat()), labels, width: 3 };
}

setThreads(1);

suite("linearProbe", () => {
  const [fit, read] = [points("fit", 60), points("read", 40)];

  test("finds a straight cut, whatever the features' sizes and where one never changes", () => {
    expect(linearProbe({ fit, read }, 2)).toEqual(read.labels);
  });

  test("gives the same predictions again", () => {
    const noise = { ...fit, features: Float32Array.from(fit.features, (_, i) => Math.sin(i ** 2)) };
    const once = linearProbe({ fit: noise, read }, 2);
    expect(linearProbe({ fit: noise, read }, 2)).toEqual(once);
  });

  test("knows nothing where the features know nothing", () => {
    const blind = { ...fit, features: fit.features.map(() => 1) };
    const predicted = linearProbe({ fit: blind, read: { ...read, features: read.features.map(() => 1) } }, 2);
    expect(new Set(predicted).size).toBe(1);
  });
});
