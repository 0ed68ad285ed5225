import { expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import {
  embeddingDataset,
  embeddingExamples,
  plainEmbeddingSteps,
} from "../../src/data/embeddings/embedding-examples.ts";
import { recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { endSession, type RunData, startSession, train } from "../../src/training/index.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { abandoned, leftBy, resumed, wholeRun } from "../runs/stopped-run.ts";

/** Two classes of vectors in the plane, made of length 1. */
function data(): RunData {
  const vectors = Float32Array.of(3, 0, 0, 2, 3, 4, -1, 0);
  const rows = { labels: Int32Array.of(0, 0, 1, 1), ids: Uint32Array.of(0, 1, 2, 3), size: 2, vectors };
  const examples = embeddingExamples({ name: "plane", classNames: ["a", "b"], ...rows });
  const split = embeddingDataset(examples, plainEmbeddingSteps(2, { unit: true }));
  return { train: split, validation: null, test: split, counts: [2, 2] };
}

function recipe(options: RecipeOptions = {}): ReturnType<typeof recipeFor> {
  const source = { kind: "embedding", paths: ["plane.npy"] } as const;
  const adjusted = {
    method: "composed",
    methodOptions: { loss: "logit-adjustment", classifier: "cosine" },
  } as const;
  return recipeFor("plane", {
    ...{ source, headInit: "class-means", epochs: 2, batchSize: 2, validationFraction: 0 },
    ...adjusted,
    ...options,
  });
}

suite("headInit class-means", () => {
  test("begins a cosine layer at the mean directions of its classes, before the first step", async () => {
    const session = startSession(recipe({ lr: 1e-12 }), data());
    await train(session).next();
    // (1, 0) + (0, 1) and (0.6, 0.8) + (-1, 0), each of length 1; a step of Adam moves by the rate.
    const [a, b] = [Math.SQRT1_2, Math.hypot(-0.4, 0.8)];
    expectClose(session.model.classifier.weight, [a, a, -0.4 / b, 0.8 / b], { rtol: 0, atol: 1e-6 });
    endSession(session);
  });

  test("is resumed to the bit, also within the first epoch", async () => {
    const options = { data: data(), checkpoints: { steps: 1, share: 1 } };
    const whole = await wholeRun(recipe({ model: "adapter" }), { runsDir: folderInMemory(), ...options });
    const folder = await abandoned(
      runRecipe(recipe({ model: "adapter" }), { runsDir: folderInMemory(), ...options }),
      (event) => event.kind === "saved" && event.position.step === 1,
    );
    await resumed(folder, options);
    expect(leftBy(folder)).toEqual(leftBy(whole));
  });

  test("goes with a layer of cosines alone", () => {
    expect(() => recipe({ method: "erm", methodOptions: {} })).toThrow(
      /expected headInit to go with a last layer of cosines, got "class-means"\. Take ldam, or/,
    );
  });
});
