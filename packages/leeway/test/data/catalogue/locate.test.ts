import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { dataPlaces, findDataset } from "../../../src/data/index.ts";
import type { DatasetFiles, DataEnvironment } from "../../../src/data/catalogue/locate.ts";
import { locateDataset } from "../../../src/data/catalogue/locate.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";

const files: DatasetFiles = {
  title: "Some Set",
  archive: "some.tar.gz",
  folder: "some-bin",
  files: ["one.bin", "two.bin"],
  advice: "Put it there.",
};

/** A home with nothing in it, and nothing in the environment. */
function nowhere(): DataEnvironment & { home: string } {
  return { environment: {}, platform: "linux", home: temporaryFolder() };
}

async function put(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), "");
  return join(folder, file);
}

suite("dataPlaces", () => {
  test("are, in order: option, environment, system package, cache", () => {
    const places = dataPlaces("/system", {
      dataDir: "/option",
      environment: { LEEWAY_DATA: "/environment" },
      platform: "linux",
      home: "/home/me",
    });
    expect(places.map(({ path }) => path)).toEqual([
      "/option",
      "/environment",
      "/system",
      "/home/me/.cache/leeway/data",
    ]);
  });

  test("put the cache where the system keeps caches", () => {
    const cache = (platform: NodeJS.Platform, environment = {}): string | undefined =>
      dataPlaces(undefined, { platform, environment, home: "/me" })[3]?.path;
    expect(cache("darwin")).toBe("/me/Library/Caches/leeway/data");
    expect(cache("linux", { XDG_CACHE_HOME: "/cache" })).toBe("/cache/leeway/data");
    expect(cache("linux", { XDG_CACHE_HOME: "not/absolute" })).toBe("/me/.cache/leeway/data");
  });

  test("take an empty variable as not set", () => {
    const [, environment] = dataPlaces(undefined, { environment: { LEEWAY_DATA: "" }, home: "/me" });
    expect(environment?.path).toBeUndefined();
  });
});

suite("findDataset", () => {
  test("finds the archive, the folder, or the files themselves", async () => {
    const around = nowhere();
    const { home } = around;
    await put(join(home, "c"), "two.bin");
    expect(await findDataset(files, { ...around, dataDir: join(home, "c") })).toBe(join(home, "c"));
    const archive = await put(join(home, "c"), "some.tar.gz");
    expect(await findDataset(files, { ...around, dataDir: join(home, "c") })).toBe(archive);
    await put(join(home, "c", "some-bin"), "one.bin");
    expect(await findDataset(files, { ...around, dataDir: join(home, "c") })).toBe(
      join(home, "c", "some-bin"),
    );
  });

  test("prefers the option, then the environment, then the system package, then the cache", async () => {
    const around = nowhere();
    const at = (name: string): string => join(around.home, name);
    const find = (environment: DataEnvironment): Promise<string | undefined> =>
      findDataset({ ...files, systemFolder: at("system") }, { ...around, ...environment });
    const cached = await put(at(".cache/leeway/data"), "some.tar.gz");
    expect(await find({})).toBe(cached);
    await put(at("system"), "one.bin");
    expect(await find({})).toBe(at("system"));
    const named = await put(at("environment"), "some.tar.gz");
    expect(await find({ environment: { LEEWAY_DATA: at("environment") } })).toBe(named);
    const asked = await put(at("option"), "some.tar.gz");
    expect(await find({ environment: { LEEWAY_DATA: at("environment") }, dataDir: at("option") })).toBe(
      asked,
    );
  });

  test("looks further where the option's folder holds other data", async () => {
    const around = nowhere();
    const cached = await put(join(around.home, ".cache/leeway/data"), "some.tar.gz");
    await mkdir(join(around.home, "other"));
    expect(await findDataset(files, { ...around, dataDir: join(around.home, "other") })).toBe(cached);
  });

  test("refuses an option that is no folder", async () => {
    const around = nowhere();
    const dataDir = join(around.home, "misspelt");
    await expect(findDataset(files, { ...around, dataDir })).rejects.toThrow(
      `--data-dir ${dataDir}: expected a folder that holds some.tar.gz or a folder some-bin, got nothing there.`,
    );
    await writeFile(dataDir, "");
    await expect(findDataset(files, { ...around, dataDir })).rejects.toThrow("got a file.");
  });

  test("is undefined where there is nothing", async () => {
    expect(await findDataset(files, nowhere())).toBeUndefined();
  });
});

suite("locateDataset", () => {
  test("names every place it looked at and how to get the data", async () => {
    const around = nowhere();
    const environment = { LEEWAY_DATA: "/no/such/place" };
    await expect(locateDataset(files, { ...around, environment })).rejects.toMatchObject({
      name: "RunError",
      code: "data",
      message: [
        "loadDataset: expected Some Set (some.tar.gz or a folder some-bin) in one of these places, found it in none of them:",
        "  --data-dir: not set",
        "  LEEWAY_DATA: /no/such/place",
        "  system package: none for this data set",
        `  cache: ${around.home}/.cache/leeway/data`,
        "Put it there.",
      ].join("\n"),
    });
  });
});
