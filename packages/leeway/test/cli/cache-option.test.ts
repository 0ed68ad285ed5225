import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { greys, writeFiles } from "../data/images/image-files.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { leeway } from "./leeway-process.ts";

test(
  "--cache-dir says where images are cached, to train and to who reads them again",
  { timeout: 60_000 },
  async () => {
    const files = (await greys(12)).map(
      (bytes, i) => [`${i % 2 === 0 ? "a" : "b"}/${i}.png`, bytes] as const,
    );
    const folder = await writeFiles(temporaryFolder(), new Map(files));
    const [runs, cache, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const around = { environment: { LEEWAY_IMAGE_CACHE: other } };
    const places = ["--cache-dir", cache, "--threads", "1"];
    const train = [
      "train",
      folder,
      "--image-size",
      "32",
      "--model",
      "resnet8",
      "--method",
      "erm",
      "--epochs",
      "1",
    ];
    const trained = await leeway([...train, ...places, "--runs-dir", runs, "--name", "run"], around);
    expect(trained).toMatchObject({ code: 0 });
    expect(await leeway(["theory", join(runs, "run"), ...places], around)).toMatchObject({ code: 0 });
    expect([readdirSync(cache).length, readdirSync(other)]).toEqual([1, []]);
  },
);
