import { appendFileSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { createRunFolder, listRuns, readRun, runName } from "../../src/storage/index.ts";
import { epoch, run, summary } from "../records/examples.ts";
import { outputOf } from "./programs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

suite("runName", () => {
  test("is the moment in UTC, the data set and the method", () => {
    const at = new Date("2026-11-23T11:45:00.250Z");
    expect(runName("cifar10", "ldam-drw", { at })).toBe("2026-11-23T11-45-00-cifar10-ldam-drw");
    expect(runName("été (2).old", "erm", { at })).toBe("2026-11-23T11-45-00--t-2-.old-erm");
    const long = runName("x".repeat(250), "erm");
    expect(basename(createRunFolder(temporaryFolder(), long).path)).toBe(long);
  });
});

suite("createRunFolder", () => {
  test("makes the folder of all runs where it is not there", () => {
    const folder = createRunFolder(join(temporaryFolder(), "deep", "runs"), "a");
    expect(readdirSync(folder.path)).toEqual([]);
  });
  test("counts a taken name up", () => {
    const root = temporaryFolder();
    const folders = [1, 2, 3].map(() => createRunFolder(root, "a"));
    expect(folders.map(({ id }) => id)).toEqual(["a", "a-2", "a-3"]);
    expect(folders.map(({ path }) => basename(path))).toEqual(["a", "a-2", "a-3"]);
  });
  test("points latest at the newest run", () => {
    const root = temporaryFolder();
    createRunFolder(root, "a");
    createRunFolder(root, "b");
    expect(readlinkSync(join(root, "latest"))).toBe("b");
  });
  test("leaves a file alone that is called latest", () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "latest"), "mine");
    createRunFolder(root, "a");
    expect(readFileSync(join(root, "latest"), "utf8")).toBe("mine");
  });
  test.for(["../a", "a/b", "", ".hidden", "latest"])("refuses the name %j", (name) => {
    expect(() => createRunFolder(temporaryFolder(), name)).toThrow("createRunFolder: expected name");
  });
  test("names the folder where it cannot be made", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => createRunFolder(file, "a")).toThrow(`${file}: expected to make a run folder there, got `);
  });
  test("writes each epoch as one line", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    folder.appendEpoch(epoch);
    folder.appendEpoch({ ...epoch, epoch: 1 });
    expect(readFileSync(folder.file("metrics.jsonl"), "utf8").split("\n")).toHaveLength(3);
  });
  test("refuses to write what could not be read", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    expect(() => {
      folder.appendEpoch({ ...epoch, learningRate: NaN });
    }).toThrow("expected learningRate to be a number, got NaN.");
    expect(readdirSync(folder.path)).toEqual([]);
  });
  test("gives two processes that ask at the same moment folders of their own", async () => {
    const root = temporaryFolder();
    const outputs = await Promise.all([1, 2].map(() => outputOf("make-folders.ts", [root, "a", "50"])));
    const ids = outputs.flatMap((output) => JSON.parse(output) as string[]);
    expect(new Set(ids).size).toBe(100);
    expect(readdirSync(root).filter((name) => name !== "latest")).toHaveLength(100);
  });
});

suite("readRun", () => {
  test("gives back what was written", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    folder.writeRun(run);
    folder.appendEpoch(epoch);
    folder.writeSummary(summary);
    expect(readRun(folder.path)).toEqual({ path: folder.path, record: run, epochs: [epoch], summary });
  });
  test("reads a run that was killed in the middle of a line", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    folder.writeRun(run);
    folder.appendEpoch(epoch);
    appendFileSync(folder.file("metrics.jsonl"), '{"epoch":1,"learn');
    expect(readRun(folder.path)).toMatchObject({ epochs: [epoch], summary: null });
  });
  test("reads a run before its first epoch", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    folder.writeRun(run);
    expect(readRun(folder.path).epochs).toEqual([]);
  });
  test("follows latest", () => {
    const root = temporaryFolder();
    createRunFolder(root, "a").writeRun(run);
    expect(readRun(join(root, "latest")).record).toEqual(run);
  });
  test("says of what is no run's folder whether anything is there", () => {
    const folder = temporaryFolder();
    expect(() => readRun(folder)).toThrow(
      `${folder}: expected the folder of a run, got one without run.json.`,
    );
    const nowhere = join(folder, "nowhere");
    expect(() => readRun(nowhere)).toThrow(`${nowhere}: expected the folder of a run, got none there.`);
  });
  test("names the file that is damaged", () => {
    const folder = createRunFolder(temporaryFolder(), "a");
    writeFileSync(folder.file("run.json"), "{");
    expect(() => readRun(folder.path)).toThrow(`${folder.file("run.json")}: expected JSON, got "{".`);
  });
});

suite("listRuns", () => {
  test("lists runs by name, without latest, strangers and folders without a record", () => {
    const root = temporaryFolder();
    for (const name of ["b", "a"]) createRunFolder(root, name).writeRun(run);
    mkdirSync(join(root, "stranger"));
    writeFileSync(join(root, "file"), "");
    expect(listRuns(root)).toEqual([join(root, "a"), join(root, "b")]);
  });
  test("is empty where there is no folder", () => {
    expect(listRuns(join(temporaryFolder(), "missing"))).toEqual([]);
  });
});
