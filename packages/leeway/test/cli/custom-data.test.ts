import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { withAbsolutePaths } from "../../src/data/index.ts";
import { readColumns } from "../../src/data/files/columns.ts";
import { requestedData } from "../../src/cli/requested-data.ts";
import { type DataFlags, requestedSource } from "../../src/cli/data-options.ts";
import type { RunRecord } from "../../src/records/index.ts";
import { zipOf } from "../data/images/image-files.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { leeway } from "./leeway-process.ts";

let folder: string;
let runs: string;
/** Two classes that a line tells apart, one of them rare. */
let train: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-own-"));
  runs = join(folder, "runs");
  const rows = Array.from(
    { length: 240 },
    (_, i) =>
      `${i},${i % 8 === 0 ? 4 + (i % 5) : -(i % 5)},${["u", "v"][i % 2]!},${i % 8 === 0 ? "rare" : "common"}`,
  );
  train = file("train.csv", `id,x,c,kind\n${rows.join("\n")}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

suite("requestedData", () => {
  test("refuses to hold a part out of a folder that has a test split", async () => {
    const texts = ["train/a/1.txt", "train/b/1.txt", "valid/a/1.txt", "valid/b/1.txt"];
    for (const path of texts) file(`apart/${path}`, "words");
    for (const path of texts.slice(0, 2)) file(`together/${path.replace("train/", "")}`, "words");
    const askedOf = (name: string) => requestedData([join(folder, name)], { testFraction: 0.3 });
    await expect(askedOf("apart")).rejects.toThrow(
      `--test-fraction: expected not to be set for ${join(folder, "apart")}, which has a test split, got 0.3`,
    );
    expect((await askedOf("together")).flags.source?.kind).toBe("text");
    for (const path of [...texts.slice(0, 2), "test"]) file(`file/${path}`, "words");
    expect((await askedOf("file")).flags.source?.kind).toBe("text"); // what is called test is no folder
    expect((await askedOf("train.csv")).flags.source?.kind).toBe("table");
  });
});

suite("requestedSource", () => {
  const kindOf = async (path: string): Promise<string | undefined> =>
    (await requestedSource([path], {}))?.source?.kind;

  test("tells the kind from what lies there", async () => {
    expect(await kindOf(train)).toBe("table");
    expect(await kindOf(file("r.csv", "id,review,label\n1,good film,a\n"))).toBe("text");
    expect(await kindOf(file("p.csv", "path,label\ncat/1.jpg,a\n"))).toBe("image");
    expect(await kindOf(file("v.jsonl", '{"v":[1,2],"label":"a"}\n'))).toBe("embedding");
    file("photos/cat/1.JPG", "");
    file("texts/pos/1.txt", "");
    expect([await kindOf(join(folder, "photos")), await kindOf(join(folder, "texts"))]).toEqual([
      "image",
      "text",
    ]);
  });

  test("notes which column holds the texts, where one is called so and nobody says", async () => {
    const reviews = file("r.csv", "id,body,stars\n1,good film,a\n");
    const both = file("b.csv", "title,body,stars\nA film,good film,a\n");
    const optionsOf = async (path: string, flags: DataFlags): Promise<unknown> =>
      (await requestedSource([path], { label: "stars", kind: "text", ...flags }))?.source?.options;
    expect(await optionsOf(reviews, {})).toEqual({ text: "body" });
    expect(await optionsOf(both, {})).toBeUndefined();
    expect(await optionsOf(both, { text: "title" })).toEqual({ text: "title" });
  });

  test("believes an option that says where the examples are", async () => {
    const lists = file("beside.jsonl", '{"v":[1,2],"a":1,"label":"x"}\n');
    const paths = file("photo.csv", "photo,label\ncat/1.jpg,a\n");
    expect((await requestedSource([lists], { vector: "v" }))?.source?.kind).toBe("embedding");
    expect((await requestedSource([paths], { pathColumn: "photo" }))?.source?.kind).toBe("image");
    expect(await kindOf(lists)).toBe("table");
  });

  test("knows the catalogue's names, and guesses a misspelt one", async () => {
    expect(await requestedSource(["cifar10"], {})).toEqual({ dataset: "cifar10" });
    await expect(requestedSource(["cifar1"], {})).rejects.toThrow('Did you mean "cifar10"?');
  });

  test("refuses options of own data where none is named", async () => {
    await expect(requestedSource([], { label: "y" })).rejects.toThrow("--label: expected the argument DATA");
    await expect(requestedSource([], { imageSize: 32 })).rejects.toThrow(
      "--image-size: expected the argument",
    );
    expect(await requestedSource([], { flip: true })).toBeUndefined(); // as commander gives it by default
  });

  test("refuses options of another kind of data, and folders and files that are none", async () => {
    await expect(requestedSource([train], { imageSize: 32 })).rejects.toThrow(
      'source.options.size to go with data of kind image, got "table"',
    );
    await expect(requestedSource(["cifar10"], { label: "y", vector: "x" })).rejects.toThrow("--vector");
    await expect(requestedSource([join(folder, "none.csv")], {})).rejects.toThrow("got no such file");
    await expect(requestedSource([join(folder, "photos/*/*.jpg")], {})).rejects.toThrow(
      "a folder of images with a folder for each class, or a table of their paths and classes, got images",
    );
    const photos = zipOf(
      new Map([
        ["cat/1.png", Buffer.from("a")],
        ["dog/1.png", Buffer.from("b")],
      ]),
    );
    await expect(requestedSource([file("photos.zip", photos)], {})).rejects.toThrow(
      "expected an archive of one table, got one of 2 files (cat/1.png, dog/1.png). Unpack it and name the table, or the folder.",
    );
    await expect(requestedSource([join(file("old/cat/1.pcx", ""), "../..")], {})).rejects.toThrow(
      "Images end in .jpg",
    );
    file("nothing/readme.md", "");
    await expect(requestedSource([join(folder, "nothing")], {})).rejects.toThrow(
      "a folder of images or .txt files for each class, got neither",
    );
  });
});

suite("withAbsolutePaths", () => {
  test("makes all that are files absolute, and nothing else", () => {
    const data = {
      kind: "embedding",
      paths: ["v.npy"],
      label: "l",
      options: { labels: "l.npy", vector: "v" },
    } as const;
    expect(withAbsolutePaths(data)).toEqual({
      ...data,
      paths: [resolve("v.npy")],
      options: { labels: resolve("l.npy"), vector: "v" },
    });
    expect(withAbsolutePaths({ ...data, testPaths: ["a/*.npy"] }).testPaths).toEqual([resolve("a/*.npy")]);
  });
});

suite("leeway inspect, train and predict on one's own table", { timeout: 120_000 }, () => {
  test("go from a file to predictions", async () => {
    const own = ["--label", "kind", "--ignore", "id"];
    const config = join(folder, "run.yaml");
    const seen = await leeway(["inspect", train, ...own, "--json", "--write-config", config]);
    const inspection = JSON.parse(seen.stdout) as {
      ratio: number;
      classes: { count: number }[];
      recommendation: { method: string };
    };
    expect([inspection.ratio, inspection.classes.map((each) => each.count)]).toEqual([7, [210, 30]]);
    expect(readFileSync(config, "utf8")).toContain(`method: ${inspection.recommendation.method}\n`);

    const configured = await leeway([
      ...["train", "--config", config, "--epochs", "1", "--threads", "1", "--runs-dir", runs, "--json"],
    ]);
    expect(JSON.parse(configured.stdout)).toMatchObject({
      method: "logit-adjustment",
      epochs: 1,
      status: "finished",
    });

    const trained = await leeway([
      "train",
      relative(process.cwd(), train),
      ...own,
      "--epochs",
      "4",
      "--threads",
      "1",
      "--runs-dir",
      runs,
      "--name",
      "t",
      "--json",
      "--method",
      "erm",
      "--lr",
      "0.01",
    ]);
    const result = JSON.parse(trained.stdout) as Record<string, number>;
    expect(result["averagePrecision"]).toBeGreaterThan(0.9); // a line tells them apart
    const record = JSON.parse(readFileSync(join(runs, "t", "run.json"), "utf8")) as RunRecord;
    expect(record.recipe.source?.paths).toEqual([train]); // found from any folder

    const output = join(folder, "p.parquet");
    const fresh = file("new.csv", "x,c\n6,u\n-3,v\n");
    const predicted = await leeway([
      "predict",
      join(runs, "t"),
      fresh,
      "--output",
      output,
      "--threads",
      "1",
      "--top",
      "all",
    ]);
    expect(predicted.stderr).toMatch(
      /^Probabilities have the class frequencies of the training data: .* \d+ validation examples/,
    );
    const { columns } = await readColumns(output, { columns: { prediction: "text", row: "number" } });
    const prediction = columns.get("prediction");
    expect(
      prediction?.kind === "text" && [...prediction.codes].map((code) => prediction.distinct[code]),
    ).toEqual(["rare", "common"]);

    const known = file("known.csv", "kind,x,c\nrare,6,u\nrare,-3,v\ncommon,-3,v\nodd,0,u\n");
    const metrics = join(folder, "metrics.json");
    const measured = await leeway([
      ...["predict", join(runs, "t"), known, "--metrics", metrics, "--threads", "1", "--keep", "x"],
    ]);
    expect(measured.stdout.trim().split("\n")).toHaveLength(5);
    expect(measured.stdout).toMatch(/^file,row,x,prediction,probability,p_common,p_rare\n/);
    expect(measured.stderr).toContain("of 3 of 4 examples");
    expect(measured.stderr).toContain(
      'no class of the run, 1 of them, are left out of the accuracy, the first "odd"',
    );
    expect(JSON.parse(readFileSync(metrics, "utf8"))).toMatchObject({ examples: 3, perClass: [1, 0.5] });
    const unknown = await leeway(["predict", join(runs, "t"), fresh, "--metrics", metrics, "--threads", "1"]);
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toContain("--metrics: expected input that names classes of the run");
  });

  test("writes the very configuration that training would have made", async () => {
    const texts = file("texts.csv", `text,label\n${"good film,a\nbad film,b\ngood,a\n".repeat(30)}`);
    for (const data of [[train, "--label", "kind"], [relative(process.cwd(), texts)]]) {
      const config = join(temporaryFolder(), "run.yaml");
      const seen = await leeway(["inspect", ...data, "--json", "--write-config", config]);
      const { method } = (JSON.parse(seen.stdout) as { recommendation: { method: string } }).recommendation;
      const read = await leeway(["config", "show", "--config", config]);
      expect(read.stdout).toBe((await leeway(["config", "show", ...data, "--method", method])).stdout);
    }
  });

  test("takes a length by the number of examples beside a file that says none", async () => {
    const shown = async (...args: string[]): Promise<string> =>
      (await leeway(["config", "show", ...args])).stdout;
    const config = file("method.yaml", "method: erm\n");
    const beside = await shown(train, "--label", "kind", "--config", config);
    expect(beside).toBe(await shown(train, "--label", "kind", "--method", "erm"));
    expect(beside).toContain("epochs: 30\nbatchSize: 64\n");
    const whole = file(
      "whole.yaml",
      `dataset: mine\nsource: { kind: table, paths: [${train}], label: kind }\n`,
    );
    expect(await shown("--config", whole)).toContain("epochs: 30\nbatchSize: 64\n");
    expect(await shown("--config", whole, "--epochs", "7")).toContain("epochs: 7\nbatchSize: 64\n");
    const decays = file("decays.yaml", "schedule: { decays: [{ fromEpoch: 10, factor: 0.1 }] }\n");
    expect(await shown(train, "--label", "kind", "--config", decays)).not.toContain("epochs: 30\n"); // its epochs are its own
  });

  test("writes no configuration of what cannot be trained, and says so", async () => {
    const one = file("one.csv", "x,label\n1,a\n2,a\n");
    const { code, stderr } = await leeway(["inspect", one, "--write-config", join(folder, "one.yaml")]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("there must be two classes with examples")]);
  });

  test("says in one line what is wrong", async () => {
    const noLabel = await leeway(["train", train, "--threads", "1", "--runs-dir", runs]);
    expect([noLabel.code, noLabel.stderr]).toEqual([
      3,
      expect.stringContaining("Say which column holds the classes: --label COLUMN.") as unknown,
    ]);
    for (const [option, input] of [
      ["--output", train],
      ["--output", join(dirname(train), "tr*.csv")],
      ["--metrics", train],
    ] as const) {
      const onInput = await leeway(["predict", join(runs, "t"), input, option, train]);
      expect([onInput.code, onInput.stderr]).toEqual([
        2,
        expect.stringContaining(`${option}: expected another file than the input`),
      ]);
    }
    const oneFile = await leeway([
      "predict",
      join(runs, "t"),
      train,
      "--output",
      "p.csv",
      "--metrics",
      "p.csv",
    ]);
    expect([oneFile.code, oneFile.stderr]).toEqual([
      2,
      expect.stringContaining("--metrics: expected another file than --output"),
    ]);
    const twoFormats = await leeway(["predict", runs, train, "--output", "p.csv", "--format", "jsonl"]);
    expect([twoFormats.code, twoFormats.stderr]).toEqual([
      2,
      expect.stringContaining("--format: expected csv, as --output ends"),
    ]);
    const noFolder = await leeway([
      "predict",
      join(runs, "t"),
      train,
      "--output",
      join(folder, "no", "p.csv"),
    ]);
    expect([noFolder.code, noFolder.stderr]).toEqual([2, expect.stringContaining("a folder that is there")]);
    const noRun = await leeway(["predict", join(folder, "nowhere"), train]);
    expect([noRun.code, noRun.stderr.split("\n").length]).toEqual([1, 2]);
    const twice = await leeway(["train", train, "--dataset", "cifar10"]);
    expect([twice.code, twice.stderr]).toEqual([
      2,
      expect.stringContaining("none beside the argument DATA") as unknown,
    ]);
  });
});
