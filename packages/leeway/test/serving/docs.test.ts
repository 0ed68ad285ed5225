import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { recipeForData, runRecipe } from "../../src/index.ts";
import { predictionSchema, predictionsSchema } from "../../src/serving/schemas.ts";
import { openServed, type Service } from "../../src/serving/index.ts";
import { root } from "../pages.ts";
import { serving } from "./services.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-serve-docs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const page = readFileSync(join(root, "docs/serve.md"), "utf8");

/** The lines of curl that ask the model of transactions; those of images and texts ask others. */
const lines = [...page.matchAll(/^curl .*$/gm)]
  .map(([line]) => line)
  .filter((line) => line.includes('"amount"'));

/** The table of the page: large amounts at night are fraud. */
function transactions(): string {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const fraud = i % 10 === 0;
    const hour = fraud ? 3 : 8 + (i % 12);
    return `${(fraud ? 900 : 10) + (i % 13)},${hour},${i % 3 === 0 ? "NL" : "US"},${fraud ? "yes" : "no"}`;
  });
  return ["amount,hour,country,fraud", ...rows, ""].join("\n");
}

suite("the requests of docs/serve.md", () => {
  let service: Service | undefined;
  beforeAll(async () => {
    setThreads(1);
    const table = join(folder, "transactions.csv");
    writeFileSync(table, transactions());
    const recipe = await recipeForData(table, { label: "fraud", epochs: 5 });
    for await (const event of runRecipe(recipe, { runsDir: folder, name: "run" }))
      if (event.kind === "end") service = await serving(await openServed(event.folder));
  });

  function answerTo(line: string): Promise<unknown> {
    const command = line.replace("localhost:8000", `localhost:${service!.port}`); // served before
    return new Promise((resolve, reject) => {
      execFile("bash", ["-c", `${command} --silent`], (error, stdout) => {
        if (error === null) resolve(JSON.parse(stdout) as unknown);
        else reject(new Error(`${command}: ${error.message}`));
      });
    });
  }

  test("are five, and answered as it says", async () => {
    expect(lines).toHaveLength(5);
    const [one, many, line, prior, wrong] = await Promise.all(lines.map(answerTo));
    expect(predictionSchema.parse(one)).toMatchObject({ class: "yes" });
    expect(predictionsSchema.parse(many).predictions).toHaveLength(2);
    expect(predictionSchema.parse(line)).toMatchObject({ class: "no" });
    expect(Object.keys(predictionSchema.parse(prior).probabilities)).toHaveLength(1);
    const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json!) as object);
    expect(wrong).toEqual(blocks[1]);
    expect(Object.keys(one as object)).toEqual(Object.keys(blocks[0]!));
  });
});
