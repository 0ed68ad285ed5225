import { decodeSafetensors, encodeSafetensors, libtorch, scope, setThreads, tensor } from "@leeway/torch";
import { testDevices } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { openPredictor } from "../../src/probes/index.ts";
import type { Recipe } from "../../src/recipe/index.ts";
import { forkRun, resumeRun, runRecipe } from "../../src/runs/index.ts";
import { newestCheckpoint, readRun, writeCheckpoint } from "../../src/storage/index.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { kindsOfRun, tables } from "./kinds.ts";
import { abandoned, leftBy, resumed, wholeRun } from "./stopped-run.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

const everyStep = { steps: 1, share: 1 };

suite.each(testDevices())("a run on %s", (device) => {
  test.each(kindsOfRun.map((each) => [each.kind, each] as const))(
    "goes on in the middle of an epoch with the same bits, dropout's too: %s",
    async (_, { recipe: recipeFor, data: read }) => {
      const recipe = recipeFor({});
      const data = await read(recipe);
      const options = { data, device, checkpoints: everyStep };
      const whole = await wholeRun(recipe, { runsDir: folderInMemory(), ...options });
      const folder = await abandoned(
        runRecipe(recipe, { runsDir: folderInMemory(), ...options }),
        (event) => event.kind === "saved" && event.position.step === 5,
      );
      await resumed(folder, { data }); // on the device that it was begun on
      expect(leftBy(folder)).toEqual(leftBy(whole));
    },
  );

  test("records the device, and a GPU with what drives it", async () => {
    const recipe = tinyRecipe({ epochs: 1 });
    const folder = await wholeRun(recipe, { runsDir: folderInMemory(), data: tinyData(recipe), device });
    const { environment } = readRun(folder).record;
    expect(environment.device).toBe(device);
    if (device === "cpu") expect(environment.gpu).toBeUndefined();
    else expect(environment.gpu).toMatchObject({ reproducible: true });
  });

  test("forks with the bits of a run from the start", async () => {
    const runsDir = folderInMemory();
    const schedule = { base: 0.05, warmupEpochs: 0, decays: [{ fromEpoch: 1, factor: 0.1 }] };
    const recipeOf = (method: string): Recipe => tinyRecipe({ method, epochs: 2, schedule });
    const [data, method] = [tinyData(recipeOf("erm")), "erm-drs"];
    const trunk = await wholeRun(recipeOf("erm"), { runsDir, data, device });
    const fork = await abandoned(
      forkRun(trunk, { name: method, options: recipeOf(method).methodOptions }, { runsDir, data }),
    );
    expect(leftBy(fork)).toEqual(leftBy(await wholeRun(recipeOf(method), { runsDir, data, device })));
    expect(readRun(fork).record.environment.device).toBe(device);
  });

  test("predicts as the CPU does", async () => {
    const recipe = tables.recipe({});
    const folder = await wholeRun(recipe, {
      runsDir: folderInMemory(),
      data: await tables.data(recipe),
      device,
    });
    const rows = [
      { first: 1.2, second: 0.3, colour: "x" },
      { first: 0.1, second: 1.4, colour: "z" },
    ];
    const [there, here] = [openPredictor(folder, { device }), openPredictor(folder)];
    const [ours, theirs] = [await there.predict(rows), await here.predict(rows)];
    await there.close();
    await here.close();
    expect(ours.map((each) => each.class)).toEqual(theirs.map((each) => each.class));
    ours.forEach(({ probability }, i) => {
      expect(probability).toBeCloseTo(theirs[i]!.probability, 4); // as many
    });
  });
});

suite("a run that was begun on a GPU", () => {
  test("goes on on the CPU only where that is allowed, and without the GPU's random numbers", async () => {
    const recipe = tinyRecipe();
    const options = { runsDir: folderInMemory(), data: tinyData(recipe), checkpoints: everyStep };
    const folder = await abandoned(
      runRecipe(recipe, options),
      (event) => event.kind === "saved" && event.position.step === 4,
    );
    const { files } = newestCheckpoint(folder).checkpoint;
    const state = JSON.parse(Buffer.from(files["state.json"]!).toString()) as {
      setting: { environment: Record<string, unknown> };
    };
    const gpu = { name: "a card", runtime: "CUDA 12.4", reproducible: true };
    state.setting.environment = { ...state.setting.environment, device: "cuda", gpu };
    const bytes = scope(() => {
      const { tensors } = decodeSafetensors(files["tensors.safetensors"]!);
      return encodeSafetensors({ ...tensors, "gpu-generator": tensor(new Uint8Array(16)) });
    });
    const changed = { "tensors.safetensors": bytes, "state.json": Buffer.from(JSON.stringify(state)) };
    writeCheckpoint(folder, changed, { best: false });
    const { data } = options;
    await expect(resumed(folder, { data, device: "cpu" })).rejects.toThrow(/gpu: .*a card.* → nothing/);
    await resumed(folder, { data, device: "cpu", allowChange: true });
    expect(readRun(folder).summary?.status).toBe("finished");
    expect(leftBy(folder)).toEqual(
      leftBy(await wholeRun(recipe, { runsDir: folderInMemory(), data: options.data })),
    );
  });

  test.skipIf(!libtorch().cuda)("may be faster than reproducible, which is recorded and kept", async () => {
    const recipe = tinyRecipe();
    const options = { data: tinyData(recipe), device: "cuda", checkpoints: everyStep };
    const folder = await abandoned(
      runRecipe(recipe, { runsDir: folderInMemory(), reproducible: false, ...options }),
      (event) => event.kind === "saved" && event.position.step === 4,
    );
    await abandoned(resumeRun(folder, options));
    const { record } = readRun(folder);
    expect(record.environment.gpu?.reproducible).toBe(false);
    expect(record.resumed?.[0]?.changes).toEqual([]);
  });
});
