import { Generator, noGrad, randn, scope, setThreads } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { buildModel } from "../../src/models/index.ts";

suite("resnet8-sphere", () => {
  test("has features of three dimensions that are centred over a batch, and logits of each class", () => {
    setThreads(1);
    const model = scope(() =>
      buildModel("resnet8-sphere", {
        input: { kind: "image", channels: 1, height: 28, width: 28 },
        classes: 10,
        classifier: "cosine",
        generator: new Generator(0),
      }),
    );
    scope(() => {
      noGrad(() => {
        const features = model.features(randn([16, 1, 28, 28], { generator: new Generator(1) }));
        expect(features.shape).toEqual([16, 3]);
        for (const mean of features.mean({ dim: 0 }).toNumbers()) expect(mean).toBeCloseTo(0, 5);
        expect(model.classifier.forward(features).shape).toEqual([16, 10]);
      });
    });
    model.dispose();
  });
});
