import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterEach, beforeAll, describe as suite, expect, test } from "vitest";
import { recipeFor } from "../../src/recipe/index.ts";
import type { EpochRecord } from "../../src/records/index.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { image, writeFiles } from "../data/images/image-files.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

const cache = process.env["LEEWAY_IMAGE_CACHE"];
beforeAll(() => {
  setThreads(1);
});
afterEach(() => {
  if (cache === undefined) delete process.env["LEEWAY_IMAGE_CACHE"];
  else process.env["LEEWAY_IMAGE_CACHE"] = cache;
});

/** 12 red and 24 blue images, one of them damaged. */
async function photos(): Promise<string> {
  const colors = Array.from({ length: 36 }, (_, i) =>
    i % 3 === 0 ? `rgb(200, ${i}, 0)` : `rgb(0, ${i}, 200)`,
  );
  const files = await Promise.all(
    colors.map(async (color, i) => {
      const bytes = i === 35 ? Buffer.from("none") : await image(color, { format: "png" });
      return [`${i % 3 === 0 ? "red" : "blue"}/${i}.png`, bytes] as const;
    }),
  );
  return writeFiles(temporaryFolder(), new Map(files));
}

suite("runRecipe on custom images", () => {
  test("learns from the cache, writes what was left out, and is the same again", async () => {
    process.env["LEEWAY_IMAGE_CACHE"] = temporaryFolder();
    const options = { size: 16, badImages: "skip" } as const;
    const source = { kind: "image", paths: [await photos()], options } as const;
    const recipe = recipeFor("photos", {
      ...{ source, profile: "natural", method: "erm", model: "resnet8", epochs: 2, batchSize: 8 },
      schedule: { base: 0.05, warmupEpochs: 0, decays: [] },
    });
    const trained = async (): Promise<{ losses: number[]; folder: string }> => {
      const losses: number[] = [];
      let folder = "";
      const hear = (record: EpochRecord): void => void losses.push(record.train.loss);
      for await (const event of runRecipe(recipe, { runsDir: temporaryFolder() })) {
        if (event.kind === "epoch") hear(event.record);
        if (event.kind === "begin") folder = event.folder;
      }
      return { losses, folder };
    };
    const { losses, folder } = await trained();
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect((await trained()).losses).toEqual(losses);
    const { data } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as {
      data: { trainCounts: number[]; testSize: number; notes: string[] };
    };
    expect(data.trainCounts.reduce((sum, count) => sum + count) + data.testSize).toBeLessThan(36);
    expect(data.notes).toEqual([
      "left out 1 of 36 images that cannot be read: blue/35.png (none of JPEG, PNG, GIF, WebP, TIFF, AVIF, BMP)",
      'few examples to judge by: "red" (2 test, 1 validation), "blue" (5 test, 2 validation)',
    ]);
  });
});
