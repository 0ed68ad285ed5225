import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe as suite, expect, test } from "vitest";
import { openEmbedded } from "../../src/data/index.ts";
import { classifierPath, classifierPreprocessor } from "../backbones/small-encoder.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { leeway } from "./leeway-process.ts";

/** More images than are worth threads of their own, one of them broken. */
async function writePhotos(folder: string): Promise<void> {
  for (let i = 0; i < 130; i++) {
    const place = join(folder, i % 2 === 0 ? "a" : "b");
    mkdirSync(place, { recursive: true });
    const raw = { width: 50 + i, height: 40, channels: 3 } as const;
    const pixels = Uint8Array.from({ length: raw.width * 120 }, (_, at) => (at * (i + 3)) % 253);
    await sharp(pixels, { raw })
      .png()
      .toFile(join(place, `${i}.png`));
  }
  writeFileSync(join(folder, "a/broken.png"), "broken");
}

suite("leeway embed", () => {
  test("leaves the size of images to the backbone", async () => {
    const { stdout } = await leeway(["embed", "--help", "--all"]);
    expect(stdout).toContain("--preprocessor <file>");
    expect(stdout).not.toMatch(/--image-size|--resize|--no-flip/);
  });

  test("has the bytes of one thread with threads that prepare images beside onnxruntime", async () => {
    const folder = temporaryFolder();
    const photos = join(folder, "photos");
    await writePhotos(photos);
    const [beside, alone] = ["beside", "alone"].map((name) => join(folder, name)) as [string, string];
    const backbone = ["--backbone", classifierPath, "--preprocessor", classifierPreprocessor];
    const place = ["--cache-dir", beside, "-o", join(folder, "photos.safetensors"), "--threads", "2"];
    const { code, stderr } = await leeway([
      ...["embed", photos, "--bad-images", "skip", ...backbone, ...place],
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("left out 1 of 131 images")]);
    // From the sources there is no compiled program for a thread.
    const source = { kind: "image", paths: [photos], options: { badImages: "skip" } } as const;
    const request = { path: classifierPath, preprocessor: classifierPreprocessor };
    await openEmbedded({ dataset: "photos", source, backbone: request }, { cacheDir: alone, threads: 2 });
    expect(digest(beside)).toBe(digest(alone));
  });
});

function digest(cache: string): string {
  const [name = ""] = readdirSync(cache); // of one cache
  return createHash("sha256")
    .update(readFileSync(join(cache, name, "features.bin")))
    .digest("hex");
}
