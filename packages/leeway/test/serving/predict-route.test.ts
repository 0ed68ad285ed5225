import { Readable } from "node:stream";
import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { predict, type Prediction } from "../../src/probes/index.ts";
import type { Service } from "../../src/serving/index.ts";
import { image } from "../data/images/image-files.ts";
import { ask, type Answer, post, recordedRun, serving } from "./services.ts";

let [tables, texts, images, vectors]: Service[] = [];
beforeAll(async () => {
  setThreads(1);
  tables = await serving("table");
  texts = await serving("texts");
  images = await serving("fashion-mnist");
  vectors = await serving("embeddings");
});

const row = { first: 1.5, second: 3, colour: "x" };
const rows = [row, { first: 0.4, second: null, colour: "z" }, { first: "0.3", second: 9, colour: "new" }];

/** The refusal of an answer. */
function refusalOf({ status, body }: Answer): unknown {
  return { status, ...(body as { error: object }).error };
}

/** Predictions whose probabilities are equal but for the rounding of rows in other company. */
function near(predictions: readonly Prediction[]): unknown {
  return predictions.map((each) => ({
    ...each,
    probability: expect.closeTo(each.probability, 5) as number,
    probabilities: Object.fromEntries(
      Object.entries(each.probabilities).map(([name, p]) => [name, expect.closeTo(p, 5) as number]),
    ),
  }));
}

suite("POST /predict of a table", () => {
  test("answers one row with one prediction, and several with a list, as predict does", async () => {
    const expected = await predict(recordedRun("table"), rows);
    const [first] = near(expected) as unknown[];
    expect(await post(tables!, row)).toMatchObject({ status: 200, body: first });
    expect((await post(tables!, rows)).body).toEqual({ predictions: near(expected) });
    expect((await post(tables!, [])).body).toEqual({ predictions: [] });
  });

  test("answers JSON lines with JSON lines", async () => {
    const expected = await predict(recordedRun("table"), rows);
    for (const type of ["application/x-ndjson", "application/jsonl; charset=utf-8"]) {
      const lines = rows.map((each) => `${JSON.stringify(each)}\r\n`).join("\n");
      const { body, headers } = await post(tables!, lines, { type });
      expect(headers.get("content-type")).toBe("application/x-ndjson");
      const answers = (body as string).trimEnd().split("\n");
      expect(answers.map((line) => JSON.parse(line) as unknown)).toEqual(near(expected));
    }
  });

  test("takes the prior as text, as JSON and in a header", async () => {
    const prior = [0.7, 0.2, 0.1];
    const [expected] = near(await predict(recordedRun("table"), [row], { prior })) as unknown[];
    const text = "a=0.7,c=0.1,b=0.2";
    const json = JSON.stringify({ a: 7, b: 2, c: 1 });
    for (const each of [text, json].map(encodeURIComponent)) {
      expect((await post(tables!, row, { query: `?prior=${each}` })).body).toEqual(expected);
      expect((await post(tables!, row, { headers: { "leeway-prior": each } })).body).toEqual(expected);
    }
    const [trained] = near(await predict(recordedRun("table"), [row], { prior: "training" })) as unknown[];
    expect((await post(tables!, row, { query: "?prior=training" })).body).toEqual(trained);
  });

  test("answers the probabilities of the most probable classes alone", async () => {
    const [whole] = await predict(recordedRun("table"), [row]);
    const { body } = await post(tables!, row, { query: "?top=2" });
    const best = Object.entries(whole!.probabilities).sort(([, a], [, b]) => b - a);
    expect(Object.keys((body as Prediction).probabilities)).toEqual(best.slice(0, 2).map(([name]) => name));
    const all = await post(tables!, row, { query: "?top=9&decision=none" });
    expect(Object.keys((all.body as Prediction).probabilities)).toEqual(["a", "b", "c"]);
  });

  test("names the row and the column of what is wrong", async () => {
    const without = { first: 1.5, colour: "x" };
    expect(refusalOf(await post(tables!, [row, without]))).toEqual({
      ...{ status: 422, row: 2, column: "second" },
      message:
        'POST /predict: expected a column "second" in row 2, got the columns first, colour. null stands for a missing value.',
    });
    expect(refusalOf(await post(tables!, [row, row, { ...row, colour: { a: 1 } }]))).toEqual({
      ...{ status: 422, row: 3, column: "colour" },
      message: "POST /predict: expected colour of row 3 to be a text, a number or null, got an object.",
    });
    expect(refusalOf(await post(tables!, [row, "x"]))).toMatchObject({ status: 422, row: 2 });
    expect(refusalOf(await post(tables!, "5"))).toEqual({
      ...{ status: 422, row: 1 },
      message: "POST /predict: expected row 1 to be an object with a value for every column, got 5.",
    });
    const lines = `${JSON.stringify(row)}\n{"first":`;
    expect(refusalOf(await post(tables!, lines, { type: "application/x-ndjson" }))).toMatchObject({
      status: 400,
      row: 2,
    });
  });

  test("does not read columns that the model has not, however deep they are", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const body = JSON.stringify(row).replace("}", `,"other":${deep}}`);
    expect(await post(tables!, body)).toMatchObject({ status: 200 });
    const wrong = JSON.stringify(row).replace('"x"', deep);
    expect(refusalOf(await post(tables!, wrong))).toMatchObject({ status: 422, column: "colour" });
    expect(await post(tables!, '{"__proto__": 1}')).toMatchObject({ status: 422 });
  });

  test.for([
    ["?prior=a=1", "POST /predict: expected prior.b to be a share, as for every class, got nothing."],
    ["?prior=a=1,b=1,d=1", "prior to name classes among a, b, c, got"],
    ["?prior=a=0,b=1,c=1", "expected prior.a to be a number above 0, got 0."],
    ["?prior={", "prior: expected training, auto or class=share"],
    ["?prior=autumn", "prior: expected training"],
    ["?top=0", 'top: expected a whole number of at least 1, got "0".'],
    ["?top=1.5", "top: expected a whole number"],
    ["?decision=some", "decision: expected none"],
    ["?pior=training", 'got "pior". Did you mean "prior"?'],
  ])("refuses %s", async ([query, words]) => {
    const refused = refusalOf(await post(tables!, row, { query: query! }));
    expect(refused).toMatchObject({ status: 422, message: expect.stringContaining(words!) as string });
  });

  test.for([
    ["", 400, "expected JSON, got nothing"],
    ["{", 400, "expected JSON, got text that is not"],
    [new Uint8Array([0x22, 0xff, 0x22]), 400, "expected text in UTF-8"],
  ] as const)("refuses the body %j", async ([body, status, words]) => {
    const refused = refusalOf(await post(tables!, body));
    expect(refused).toMatchObject({ status, message: expect.stringContaining(words) as string });
  });

  test.for([
    "text/csv",
    "text/plain",
    "image/png",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
  ])("refuses the type %s", async (type) => {
    expect(refusalOf(await post(tables!, row, { type }))).toEqual({
      status: 415,
      message: `POST /predict: expected the content type of rows, application/json or application/x-ndjson, in UTF-8, got "${type}".`,
    });
  });

  test("refuses packed bodies", async () => {
    const refused = await post(tables!, row, { headers: { "content-encoding": "gzip" } });
    expect(refusalOf(refused)).toMatchObject({
      status: 415,
      message: expect.stringContaining("gzip") as string,
    });
  });
});

suite("POST /predict of other kinds", () => {
  test("takes texts as JSON and as they are", async () => {
    const all = ["some a0 and 0", 'bb\n"more"', '{"text": 1}', "ünknown"];
    const expected = near(await predict(recordedRun("texts"), all)) as unknown[];
    expect((await post(texts!, all)).body).toEqual({ predictions: expected });
    expect((await post(texts!, JSON.stringify(all[0]))).body).toEqual(expected[0]);
    for (const [i, type] of ["text/plain", "text/plain;charset=UTF-8"].entries()) {
      expect((await post(texts!, all[i]!, { type })).body).toEqual(expected[i]);
    }
    expect(refusalOf(await post(texts!, ["a", { text: "b" }]))).toMatchObject({ status: 422, row: 2 });
  });

  test("takes vectors, one or many", async () => {
    const all = [
      [0, 1, 0, 1, 0, 1],
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    ];
    const expected = near(await predict(recordedRun("embeddings"), all)) as unknown[];
    expect((await post(vectors!, all)).body).toEqual({ predictions: expected });
    expect((await post(vectors!, all[0])).body).toEqual(expected[0]);
    for (const wrong of [[1, 2, 3], [all[0], [1, 2]], [[0, 1, 0, 1, 0, null]], {}, "[1e999,1,1,1,1,1]"]) {
      expect(refusalOf(await post(vectors!, wrong))).toMatchObject({ status: 422 });
    }
  });

  test("takes an image as it is, or several in a form", async () => {
    const [dark, light] = await Promise.all(["#222", "#ddd"].map((color) => image(color, { format: "png" })));
    const one = await post(images!, dark!, { type: "image/png" });
    expect(one).toMatchObject({ status: 200, body: { class: expect.any(String) as string } });
    const form = new FormData();
    for (const [i, bytes] of [dark!, light!].entries())
      form.append("image", new Blob([new Uint8Array(bytes)]), `${i}.png`);
    const { body } = await ask(images!, "/predict", { method: "POST", body: form });
    const { predictions } = body as { predictions: Prediction[] };
    expect(predictions[0]).toEqual((near([one.body as Prediction]) as unknown[])[0]);
    expect(predictions[1]!.probability).not.toBe(predictions[0]!.probability);
  });

  test("reads no file that a request names", async () => {
    const path = recordedRun("data/photos");
    expect((await post(images!, JSON.stringify(path))).status).toBe(415);
    expect((await post(images!, path, { type: "text/plain" })).status).toBe(415);
    expect(refusalOf(await post(images!, path, { type: "image/png" }))).toMatchObject({ status: 422 });
  });

  test("refuses what is no image, and a form without one, in words about the request", async () => {
    const broken = refusalOf(await post(images!, "GIF89a", { type: "image/gif" }));
    expect(broken).toMatchObject({
      status: 422,
      message: expect.stringMatching(
        /^POST \/predict: expected row 1 to be an image that can be read, got/,
      ) as string,
    });
    expect(JSON.stringify(broken)).not.toContain("/tmp");
    const form = new FormData();
    form.append("image", "none");
    const asked = await ask(images!, "/predict", { method: "POST", body: form });
    expect(refusalOf(asked)).toMatchObject({ status: 422 });
    const type = "multipart/form-data; boundary=x";
    expect(refusalOf(await post(images!, "--y", { type }))).toMatchObject({ status: 400 });
  });

  test("answers a body that comes in parts", async () => {
    const body = Readable.toWeb(
      Readable.from([Buffer.from('"some '), Buffer.from('words"')]),
    ) as ReadableStream;
    const init = { method: "POST", headers: { "content-type": "application/json" }, body, duplex: "half" };
    expect((await ask(texts!, "/predict", init as RequestInit)).status).toBe(200);
  });
});
