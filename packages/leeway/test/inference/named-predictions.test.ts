import { describe as suite, expect, test } from "vitest";
import { namedPredictions } from "../../src/inference/named-predictions.ts";
import { taskQueue } from "../../src/inference/queue.ts";

suite("namedPredictions", () => {
  const probabilities = Float32Array.of(0.25, 0.75, 1, 0);

  test("gives every example the probabilities of all classes by their names", () => {
    const named = namedPredictions({ classes: Int32Array.of(1, 0), scores: probabilities, probabilities }, [
      "no",
      "yes",
    ]);
    expect(named).toEqual([
      { class: "yes", probability: 0.75, probabilities: { no: 0.25, yes: 0.75 } },
      { class: "no", probability: 1, probabilities: { no: 1, yes: 0 } },
    ]);
  });

  test("takes any text as the name of a class", () => {
    const classes = Int32Array.of(1, 0);
    const [first] = namedPredictions({ classes, scores: probabilities, probabilities }, ["__proto__", "7"]);
    expect(Object.entries(first!.probabilities)).toEqual([
      ["7", 0.75],
      ["__proto__", 0.25],
    ]);
  });
});

suite("taskQueue", () => {
  test("runs as many tasks at a time as it may, the others in their order", async () => {
    const queue = taskQueue(1);
    const seen: string[] = [];
    const task = (name: string) =>
      queue.run(async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
      });
    await Promise.all([task("a"), task("b"), task("c")]);
    expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});
