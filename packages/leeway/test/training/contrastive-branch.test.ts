import { Generator, norm, scope, setThreads, tensor } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { Projection } from "../../src/training/contrastive-branch.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tinyRecipe, tinyRun } from "../runs/tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

suite("Projection", () => {
  test("puts features onto the unit sphere of another space", () => {
    scope(() => {
      const projection = new Projection(8, [16, 5], new Generator(0));
      const points = projection.forward(
        tensor(
          Float32Array.from({ length: 4 * 8 }, (_, i) => Math.sin(i)),
          [4, 8],
        ),
      );
      expect(points.shape).toEqual([4, 5]);
      expectClose(norm(points, 1).toNumbers(), [1, 1, 1, 1], { rtol: 1e-6 });
    });
  });
});

suite("a run with a contrast", () => {
  test.for(["proco", "bcl"])(
    "of %s keeps the network of logit adjustment alone, which trains otherwise",
    async (method) => {
      const [own, plain] = await Promise.all(
        [method, "logit-adjustment"].map((each) =>
          tinyRun(tinyRecipe({ method: each, epochs: 1 }), { runsDir: folderInMemory() }),
        ),
      );
      expect(Object.keys(own!.weights)).toEqual(Object.keys(plain!.weights));
      expect(own!.weights).not.toEqual(plain!.weights);
    },
  );
});
