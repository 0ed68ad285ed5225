import { mkdirSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { readRun } from "../../src/storage/index.ts";
import { changesSince, forkRun } from "../../src/runs/index.ts";
import { outcome, tinyData, tinyRecipe, tinyRun, type TinyRun, weightsIn } from "./tiny-run.ts";

const runsDir = mkdtempSync(join(tmpdir(), "leeway-fork-"));
const options = {
  epochs: 4,
  schedule: { base: 0.05, warmupEpochs: 0, decays: [{ fromEpoch: 2, factor: 0.1 }] },
  validationFraction: 0.1,
} as const;
const recipeOf = (method: string) =>
  tinyRecipe({
    ...options,
    method,
    ...(["crt", "lws"].includes(method) ? { methodOptions: { deferAt: 0.75 } } : {}),
  });
const data = tinyData(options);
let trunk: TinyRun;

beforeAll(async () => {
  setThreads(1);
  trunk = await tinyRun(recipeOf("erm"), { runsDir, data });
});
afterAll(() => {
  rmSync(runsDir, { recursive: true });
});

async function forked(method: string, from = trunk): Promise<TinyRun> {
  const { name, options: own } = { name: method, options: recipeOf(method).methodOptions };
  for await (const event of forkRun(from.path, { name, options: own }, { runsDir, data })) {
    if (event.kind === "end") {
      return { ...readRun(event.folder), events: [], weights: weightsIn(event.folder) };
    }
  }
  throw new Error("a fork ends");
}

suite("changesSince", () => {
  test("compares with the device that the run was computed on, unless another is to compute", () => {
    const environment = { ...trunk.record.environment, device: "cuda" };
    const run = { ...trunk, record: { ...trunk.record, environment } };
    expect(changesSince(run)).toEqual([]);
    expect(changesSince(run, { device: "cpu" }).map(({ what, from, to }) => [what, from, to])).toEqual([
      ["device", '"cuda"', '"cpu"'],
    ]);
  });
});

suite("forkRun", () => {
  test.each(["erm-drs", "crt", "lws", "erm"])(
    "gives %s the bits it would have had from the start",
    async (method) => {
      const [fork, whole] = [await forked(method), await tinyRun(recipeOf(method), { runsDir, data })];
      expect(outcome(fork)).toEqual(outcome(whole));
    },
  );

  test("gives what can be forked again, with a scaled last layer as with a linear one", async () => {
    const again = await forked("erm-drs", await forked("lws"));
    expect(outcome(again)).toEqual(outcome(await forked("erm-drs")));
  });

  test("names its trunk in its record", async () => {
    const { record } = await forked("erm-drs");
    expect(record.forkedFrom).toEqual({ run: trunk.record.id, epoch: 2 });
    expect(record.recipe.method).toBe("erm-drs");
  });

  test("gives a post-hoc method the same weights, without evaluations in the shared epochs", async () => {
    const [fork, whole] = [
      await forked("logit-adjustment-post-hoc"),
      await tinyRun(recipeOf("logit-adjustment-post-hoc"), { runsDir, data }),
    ];
    expect(fork.epochs.map(({ evaluation }) => evaluation === null)).toEqual([true, true, false, false]);
    expect(fork.epochs.at(-1)?.evaluation).toEqual(whole.epochs.at(-1)?.evaluation);
  });

  test("reads a run that saw the test set once by the paper's protocol, from the fork on", async () => {
    const plain = { ...options, method: "erm", validationFraction: 0 };
    const own = tinyData(plain);
    const once = await tinyRun(tinyRecipe(plain), { runsDir, data: own });
    const whole = await tinyRun(tinyRecipe({ ...plain, protocol: "paper" }), { runsDir, data: own });
    const fork = forkRun(once.path, { name: "erm" }, { runsDir, data: own, protocol: "paper" });
    for await (const event of fork) {
      if (event.kind !== "end") continue;
      const { epochs, record } = readRun(event.folder);
      expect(record.recipe.protocol).toBe("paper");
      expect(epochs.map(({ evaluation }) => evaluation)).toEqual([
        ...[null, null],
        ...whole.epochs.slice(2).map(({ evaluation }) => evaluation),
      ]);
    }
  });

  test("refuses the paper's protocol for a run with a validation split", async () => {
    const fork = forkRun(trunk.path, { name: "erm" }, { runsDir, data, protocol: "paper" });
    await expect(fork.next()).rejects.toThrow(
      "expected validationFraction to be 0 with protocol paper, got 0.1",
    );
  });

  test.each([
    ["ldam-drw", "last layer"],
    ["focal", "loss"],
    ["rw", "stage"],
    ["mixup-drw", "regulariser"],
  ])("refuses %s, whose %s differs", async (method, what) => {
    await expect(forked(method)).rejects.toThrow(`whose ${what} differs. Train it from the start.`);
  });

  test("takes the run's regularisers and parameters, but not when it defers", async () => {
    const mixed = {
      ...options,
      method: "ldam-drw",
      methodOptions: { mixup: 0.4, maxMargin: 0.3, deferAt: 0.6 },
    };
    const { path } = await tinyRun(tinyRecipe(mixed), { runsDir, data });
    for await (const event of forkRun(path, { name: "ldam-drs" }, { runsDir, data })) {
      if (event.kind !== "end") continue;
      expect(event.record.recipe.methodOptions).toEqual({
        mixup: 0.4,
        maxMargin: 0.3,
        scale: 30,
        deferAt: 0.8,
      });
    }
  });

  test("refuses other threads, or records them where they are allowed", async () => {
    setThreads(2);
    try {
      const fork = (allowChange: boolean) =>
        forkRun(trunk.path, { name: "erm-drs" }, { runsDir, data, allowChange });
      await expect(fork(false).next()).rejects.toThrow("got threads: 1 → 2. The last bits may not be those");
      for await (const event of fork(true)) {
        if (event.kind === "end") expect(event.record.forkedFrom?.changes).toEqual(["threads: 1 → 2"]);
      }
    } finally {
      setThreads(1);
    }
  });

  test("refuses a run that has kept no state, and one that is damaged", async () => {
    const other = await tinyRun(
      tinyRecipe({ ...options, method: "erm", schedule: { ...options.schedule, decays: [] } }),
      {
        runsDir,
        data,
      },
    );
    const fork = forkRun(other.path, { name: "erm-drs" }, { runsDir, data });
    await expect(fork.next()).rejects.toThrow("expected the end of the run's first stage, got no such file");
    mkdirSync(join(other.path, "first-stage.safetensors"));
    const folder = forkRun(other.path, { name: "erm-drs" }, { runsDir, data });
    await expect(folder.next()).rejects.toThrow("first stage, got EISDIR. Check that you may read it.");
    truncateSync(join(trunk.path, "first-stage.safetensors"), 1000);
    await expect(forked("erm-drs")).rejects.toThrow("The file is cut off.");
  });
});
