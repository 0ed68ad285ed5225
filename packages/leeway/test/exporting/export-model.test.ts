import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setThreads } from "@leeway/torch";
import sharp from "sharp";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { load } from "../../src/exported/index.ts";
import { exportModel } from "../../src/exporting/index.ts";
import { manifestSchema } from "../../src/inference/index.ts";
import { decide } from "../../src/probes/index.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { armFailpoints, passedFailpoints } from "../../src/storage/index.ts";
import { type KindOfRun, kindsOfRun } from "../runs/kinds.ts";
import { answerOfReadme, pythonOfReadmes } from "./readme-python.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-export-"));
const runs = new Map<string, string>();

async function trained({ kind, recipe, data }: KindOfRun): Promise<string> {
  const run = recipe(kind === "tables" ? { validationFraction: 0.3 } : {});
  const name = kind.replaceAll(/\W+/g, "-");
  for await (const event of runRecipe(run, { runsDir: root, name, data: await data(run) }))
    if (event.kind === "end") return event.folder;
  throw new Error("a run ends");
}

beforeAll(async () => {
  setThreads(1);
  for (const kind of kindsOfRun) runs.set(kind.kind, await trained(kind));
}, 60_000);
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const run = (kind: string): string => runs.get(kind)!;
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const manifestOf = (path: string): ReturnType<typeof manifestSchema.parse> =>
  manifestSchema.parse(JSON.parse(readFileSync(join(path, "model.json"), "utf8")));

const python = "/usr/bin/python3";
const hasChecker = spawnSync(python, ["-c", "import onnx.checker"]).status === 0;
if (!hasChecker) console.warn("Graphs are not checked: Debian's python3-onnx is not installed.");

/** Kills a process so many ms after the first hidden folder of what it writes is there, if it still runs. */
async function killedWhileWriting(
  args: readonly string[],
  { place, delay }: { readonly place: string; readonly delay: number },
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const watcher = watch(place, (_, name) => {
    if (name?.startsWith(".") === true) setTimeout(() => child.kill("SIGKILL"), delay);
  });
  await once(child, "close");
  watcher.close();
  return child.signalCode;
}

suite("exportModel", () => {
  test.for(kindsOfRun.map(({ kind }) => kind))("writes %s into the run's folder, whole", async (kind) => {
    const { path, files } = await exportModel(run(kind), { licence: "CC0" });
    expect(path).toBe(join(run(kind), "export"));
    expect(readdirSync(path).sort()).toEqual(Object.keys(files).sort());
    const manifest = manifestOf(path);
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      expect(hashOf(join(path, name))).toBe(sha256);
      expect(readFileSync(join(path, name)).length).toBe(bytes);
    }
    expect(manifest).toMatchObject({ weights: hashOf(join(run(kind), "model.safetensors")), licence: "CC0" });
    expect(manifest.trained?.test?.examples).toBeGreaterThan(0);
    const readme = readFileSync(join(path, "README.md"), "utf8");
    for (const name of manifest.classNames) expect(readme).toContain(`| \`${name}\` |`);
    expect(readme).toContain("## Licence\n\nCC0");
  });

  test.runIf(pythonOfReadmes !== undefined).for(kindsOfRun.map(({ kind }) => kind))(
    "explains %s by Python that runs",
    async (kind) => {
      const { path } = await exportModel(run(kind), { output: join(root, `explained-${kind}`) });
      const background = { r: 20, g: 90, b: 200 };
      await sharp({ create: { width: 50, height: 40, channels: 3, background } })
        .jpeg()
        .toFile(join(path, "photo.jpg"));
      const [name, all] = answerOfReadme(path);
      const { classNames } = manifestOf(path);
      expect(Object.keys(all)).toEqual(classNames);
      expect(classNames).toContain(name);
      expect(Object.values(all).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    },
  );

  test.runIf(hasChecker)("writes graphs that ONNX's own checker accepts", async () => {
    for (const [kind, folder] of runs) {
      const { path } = await exportModel(folder, { output: join(root, `checked-${kind}`) });
      const check =
        "import onnx, sys; m = onnx.load(sys.argv[1]); onnx.checker.check_model(m, full_check=True); " +
        "print(m.ir_version, [(o.domain, o.version) for o in m.opset_import], sorted(p.key for p in m.metadata_props))";
      const said = execFileSync(python, ["-c", check, join(path, "model.onnx")], { encoding: "utf8" });
      expect(said.trim()).toBe(
        "8 [('', 17)] ['classes', 'data_fingerprint', 'leeway', 'recipe', 'test_metrics', 'train_counts']",
      );
    }
  });

  test("says how the catalogue's images become input, which their runs do not record", async () => {
    const { path } = await exportModel(run("images"));
    const record: unknown = JSON.parse(readFileSync(join(path, "preparation.json"), "utf8"));
    expect(record).toMatchObject({ kind: "image", size: 32, side: 32, resize: "crop" });
  });

  test("takes the run's decision along, and refuses one of other weights", async () => {
    const folder = run("tables");
    await decide(folder, { criteria: [{ class: 2, criterion: { kind: "best-f1" } }] });
    const { files, path } = await exportModel(folder);
    expect(Object.keys(files)).toContain("decision.json");
    expect(readFileSync(join(path, "README.md"), "utf8")).toContain("best-f1 of `c`");
    const file = join(folder, "decision.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/"model": ".*"/, '"model": "0123"'));
    await expect(exportModel(folder)).rejects.toThrow(
      `${file}: expected a decision of the run's weights, got one of others. Decide again with leeway decide.`,
    );
    rmSync(file);
  });

  test("counts what stored weights cost, and writes it down", async () => {
    const { path, cost } = await exportModel(run("tables"), {
      precision: "fp16",
      output: join(root, "half"),
    });
    expect(cost).toMatchObject({ split: "validation", stored: cost!.fp32 });
    expect(manifestOf(path)).toMatchObject({ precision: "fp16", precisionCost: cost });
    const whole = await exportModel(run("tables"), { output: join(root, "whole") });
    const bytes = ({ files }: typeof whole): number => files["model.onnx"]!;
    expect(bytes({ ...whole, path })).toBeGreaterThan(readFileSync(join(path, "model.onnx")).length);
  });

  test("replaces a model, and nothing else", async () => {
    const output = join(root, "taken");
    mkdirSync(output);
    await exportModel(run("tables"), { output });
    await exportModel(run("tables"), { output, licence: "again" });
    expect(manifestOf(output).licence).toBe("again");
    const mine = join(root, "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "thesis.txt"), "");
    await expect(exportModel(run("tables"), { output: mine })).rejects.toThrow(
      `${mine}: expected a new folder, or an exported model to replace, got a folder that holds something else. Name another --output.`,
    );
    await expect(exportModel(run("tables"), { output: join(mine, "thesis.txt") })).rejects.toThrow(
      "got a file",
    );
    expect(readdirSync(mine)).toEqual(["thesis.txt"]);
  });

  test("leaves the old model as it was wherever writing fails", async () => {
    const output = join(root, "steady");
    await exportModel(run("tables"), { output });
    const before = readFileSync(join(output, "model.json"), "utf8");
    armFailpoints("");
    await exportModel(run("tables"), { output, licence: "new" });
    const places = passedFailpoints().filter(
      (place) => !place.startsWith("remove") && !place.startsWith("sync-folder:2"),
    );
    armFailpoints(undefined);
    await exportModel(run("tables"), { output });
    for (const place of places) {
      armFailpoints(`${place}:enospc`);
      await expect(exportModel(run("tables"), { output, licence: "new" })).rejects.toThrow("ENOSPC");
      armFailpoints(undefined);
      expect(readFileSync(join(output, "model.json"), "utf8")).toBe(before);
      expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
    }
  });

  test("leaves a whole model, or for a moment none, where its process is killed", async () => {
    const place = join(root, "killed");
    mkdirSync(place);
    const output = join(place, "model");
    const before = (await exportModel(run("tables"), { output })).files;
    const program = fileURLToPath(new URL("../../bin/leeway.js", import.meta.url));
    const signals = new Set<string | null>();
    for (const delay of [0, 1, 3, 10]) {
      const args = [program, "export", run("tables"), "--output", output];
      signals.add(await killedWhileWriting(args, { place, delay }));
      if (!existsSync(output)) await exportModel(run("tables"), { output }); // between two renames
      expect(readdirSync(output).sort()).toEqual(Object.keys(before).sort());
      const model = await load(output); // verifies its files
      expect(await model.predict({ first: 1, second: 0, colour: "x" })).toHaveProperty("class");
      await model.close();
    }
    expect(signals).toContain("SIGKILL");
  });

  test("names what is wrong with a run", async () => {
    await expect(exportModel(join(root, "no"))).rejects.toThrow(
      "expected the folder of a run, got none there",
    );
    const folder = await trained({ ...kindsOfRun[1]!, kind: "broken" });
    const weights = join(folder, "model.safetensors");
    truncateSync(weights, 100);
    await expect(exportModel(folder)).rejects.toThrow(
      `${weights}: expected the weights of the run's network`,
    );
    rmSync(weights);
    await expect(exportModel(folder)).rejects.toThrow("expected the network of a run that has ended");
    writeFileSync(join(folder, "preparation.json"), '{"kind":"image"}');
    writeFileSync(weights, "");
    await expect(exportModel(folder)).rejects.toThrow(`${join(folder, "preparation.json")}: expected`);
    expect(existsSync(join(folder, "export"))).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0)("names a folder that cannot be written", async () => {
    const locked = join(root, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    await expect(exportModel(run("tables"), { output: join(locked, "model") })).rejects.toThrow("EACCES");
  });
});
