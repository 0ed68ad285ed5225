import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSafetensors, memory, scope, setThreads, tensor } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { RunError } from "../../src/errors.ts";
import { endSession, evaluate } from "../../src/training/index.ts";
import { loadWeights, openSession } from "../../src/runs/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { tinyData, tinyRecipe, tinyRun, type TinyRun } from "./tiny-run.ts";

const recipe = tinyRecipe({ epochs: 2, method: "erm", validationFraction: 0 });
const data = tinyData(recipe);
const runsDir = mkdtempSync(join(tmpdir(), "leeway-stored-"));
let run: TinyRun;

beforeAll(async () => {
  setThreads(1); // tiny tensors: a second thread would only be waited for
  run = await tinyRun(recipe, { runsDir, data });
});
afterAll(() => {
  rmSync(runsDir, { recursive: true, force: true });
});

/** A copy of the run that may be spoilt. */
function copyOfRun(): string {
  const folder = join(temporaryFolder(), "copy");
  cpSync(run.path, folder, { recursive: true });
  return folder;
}

async function refusal(path: string, given = data): Promise<RunError> {
  const before = memory().tensors;
  const error: unknown = await openSession(path, { data: given }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RunError);
  expect(memory().tensors).toBe(before);
  return error as RunError;
}

suite("openSession", () => {
  test("has the run's recipe, and the network that was measured at its end", async () => {
    const { session, run: stored } = await openSession(run.path, { data });
    expect(stored.record).toEqual(run.record);
    expect(session.recipe).toEqual(recipe);
    const { metrics } = await evaluate(session, data.test, { withConfusion: true });
    expect(metrics).toEqual(run.summary!.test);
    endSession(session);
  });
  test("refuses other data than the run was trained on", async () => {
    const fewer = { ...data, train: data.train.select([0, 1, 30, 37, 41]), counts: [2, 1, 1, 1] };
    const { code, message } = await refusal(run.path, fewer);
    expect(code).toBe("data");
    expect(message).toContain("expected the data it was trained on, fingerprint");
  });
  test("names the network that is not there", async () => {
    const folder = copyOfRun();
    rmSync(join(folder, "model.safetensors"));
    const { code, message } = await refusal(folder);
    expect(code).toBe("run");
    expect(message).toContain(
      "model.safetensors: expected the network of a run that has ended, got no such file.",
    );
  });
  test("refuses a network that is cut off, and one of other parts", async () => {
    const folder = copyOfRun();
    const file = join(folder, "model.safetensors");
    writeFileSync(file, readFileSync(file).subarray(0, 5000));
    expect((await refusal(folder)).message).toContain(
      "expected the weights of the run's network, got others.",
    );
    writeFileSync(
      file,
      scope(() => encodeSafetensors({ other: tensor([1, 2]) })),
    );
    expect((await refusal(folder)).message).toContain("unknown [other]");
  });
  test("leaves a session whose weights do not fit to its owner", async () => {
    const { session } = await openSession(run.path, { data });
    const bytes = scope(() => encodeSafetensors({ other: tensor([1, 2]) }));
    expect(() => {
      loadWeights(session, { path: "other.safetensors", bytes });
    }).toThrow("other.safetensors: expected the weights of the run's network, got others.");
    const { metrics } = await evaluate(session, data.test, { withConfusion: true });
    expect(metrics).toEqual(run.summary!.test);
    endSession(session);
  });
  test("has the recipe of an older run, with a momentum that its optimizer did not read", async () => {
    const folder = copyOfRun();
    const file = join(folder, "run.json");
    const older = readFileSync(file, "utf8").replace(
      '"momentum": 0.9',
      '"optimizer": "adam", "momentum": 0.5',
    );
    writeFileSync(file, older);
    const { session } = await openSession(folder, { data });
    expect(session.recipe).toEqual({ ...recipe, optimizer: "adam", momentum: 0.5 });
    endSession(session);
  });
  test("refuses a recipe that it does not know", async () => {
    const folder = copyOfRun();
    const file = join(folder, "run.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"method": "erm"', '"method": "ern"'));
    const { code, message } = await refusal(folder);
    expect(code).toBe("run");
    expect(message).toMatch(
      /expected a recipe that this version knows, got another\. .*Did you mean "erm"\?/,
    );
  });
});
