import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { type CustomData } from "../../../src/catalogue/index.ts";
import { openCustomData } from "../../../src/data/index.ts";
import type { TextExamples } from "../../../src/data/text/text-source.ts";
import { RunError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "./text-files.ts";

function fileOf(name: string, content: string | Buffer): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function open(path: string, more: Partial<CustomData> = {}): Promise<TextExamples> {
  const { train } = await openCustomData({ kind: "text", paths: [path], ...more });
  return train as TextExamples;
}

const csv = 'label,text\nspam,"win, now"\nham,hello\nspam,buy\n';

suite("own texts", () => {
  test("come from CSV, TSV and JSONL, classes in the order of their names", async () => {
    const lines = [
      ["spam", "win, now"],
      ["ham", "hello"],
      ["spam", "buy"],
    ];
    const jsonl = lines.map(([label, text]) => `${JSON.stringify({ text, label })}\n`).join("");
    const tsv = `text\tlabel\n${lines.map(([label, text]) => `${text!}\t${label!}\n`).join("")}`;
    for (const path of [fileOf("a.csv", csv), fileOf("a.jsonl", jsonl), fileOf("a.tsv", tsv)]) {
      const { texts, classNames, labels } = await open(path);
      expect([texts, classNames, [...labels]]).toEqual([
        ["win, now", "hello", "buy"],
        ["ham", "spam"],
        [1, 0, 1],
      ]);
    }
  });

  test("come from a folder for a class", async () => {
    const folder = writeTree(temporaryFolder(), [
      ["a/1.txt", "x"],
      ["b/1.txt", "y"],
    ]);
    expect((await open(folder)).texts).toEqual(["x", "y"]);
  });

  test("may have columns of other names, and labels that are numbers", async () => {
    const path = fileOf("a.csv", "stars,body\n10,x\n2,y\n");
    const { classNames, texts } = await open(path, { label: "stars", options: { text: "body" } });
    expect([classNames, texts]).toEqual([
      ["2", "10"],
      ["x", "y"],
    ]);
  });

  test("are in the encoding that is named, and their labels in the column with a usual name", async () => {
    const path = fileOf("a.csv", Buffer.from("target,text\na,caf\xe9\nb,y\n", "latin1"));
    expect((await open(path, { options: { encoding: "latin-1" } })).texts).toEqual(["café", "y"]);
    await expect(open(path, { options: { encoding: "latin1" } })).rejects.toThrow('Did you mean "latin-1"?');
  });

  test("have the classes of training in the test", async () => {
    const data = { kind: "text", paths: [fileOf("a.csv", csv)] } as const;
    const held = await openCustomData({ ...data, testPaths: [fileOf("b.csv", "label,text\nspam,x\n")] });
    expect([...held.test!.labels]).toEqual([1]);
    const stray = openCustomData({ ...data, testPaths: [fileOf("b.csv", "label,text\nnews,x\n")] });
    await expect(stray).rejects.toThrow(
      /b\.csv, row 1: expected a class that the training data has \(ham, spam\), got "news"/,
    );
  });

  const refused: readonly [what: string, content: string | Buffer, message: RegExp][] = [
    ["a missing column", "label,body\na,x\nb,y\n", /text/],
    ["one class", "label,text\na,x\na,y\n", /expected two classes or more in column "label", got only "a"/],
    ["no row", "label,text\n", /a\.csv.* expected/],
    ["an empty file", "", /a\.csv/],
    [
      "a row without a label",
      "label,text\na,x\n,y\nb,z\n",
      /row 2: expected a class in column "label", got nothing/,
    ],
    [
      "a row without a text",
      "label,text\na,x\nb,\nb,z\n",
      /row 2: expected a text in column "text", got nothing/,
    ],
    ["another encoding", Buffer.from("label,text\na,\xe9\x02\nb,y\n", "latin1"), /a\.csv/],
  ];
  test.for(refused)(
    "are refused with %s, in one sentence that names the file",
    async ([, content, message]) => {
      const path = fileOf("a.csv", content);
      await expect(open(path)).rejects.toMatchObject({ name: "RunError", code: "data" });
      await expect(open(path)).rejects.toThrow(message);
    },
  );

  test("load or say what is wrong, whatever the damage", async () => {
    const path = fileOf("a.csv", csv);
    const whole = Buffer.from(csv);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const harmed = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) harmed[at] = value;
        writeFileSync(path, harmed);
        await open(path).then(
          ({ texts, labels, classNames }) => {
            expect(texts).toHaveLength(labels.length);
            expect(Math.max(...labels)).toBeLessThan(classNames.length);
          },
          (error: unknown) => {
            if (!(error instanceof RunError)) throw error;
            expect(error.message).toContain("a.csv");
          },
        );
      }),
      { numRuns: 25 },
    );
  });
});
