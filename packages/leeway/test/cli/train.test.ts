import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { readRun } from "../../src/storage/index.ts";
import { writeFashion } from "./fashion-folder.ts";
import { leeway } from "./leeway-process.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-cli-"));
const runsDir = join(root, "runs");

beforeAll(() => {
  writeFashion(join(root, "data"));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A run of seconds: 49 images, the smallest network, one thread so that busy machines do not matter. */
const place = ["--data-dir", join(root, "data"), "--runs-dir", runsDir, "--threads", "1"];
const tiny = ["--ratio", "10", "--max-per-class", "10", "--model", "resnet8", "--batch-size", "16"];
/** Without a report, which takes longer than so short a training. */
const train = ["train", "fashion-mnist", ...place, ...tiny, "--no-report"];
const reported = train.slice(0, -1);

suite("leeway train", () => {
  test("--json prints one object, with everything that names and measures the run", async () => {
    const { code, stdout, stderr } = await leeway([
      ...train,
      "--epochs",
      "3",
      "--seed",
      "7",
      "--name",
      "shape",
      "--json",
      "--quiet",
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toEqual({
      run: join(runsDir, "shape"),
      method: "ldam-drw",
      dataset: "fashion-mnist",
      profile: "longtail",
      ratio: 10,
      seed: 7,
      protocol: "honest",
      selectedBy: "last", // some classes have no validation image
      status: "finished",
      epochs: 3,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16,64}$/) as unknown,
      topOne: expect.any(Number) as unknown,
      topFive: expect.any(Number) as unknown,
      balancedAccuracy: expect.any(Number) as unknown,
      perClass: expect.any(Array) as unknown,
      classNames: expect.any(Array) as unknown,
      classes: expect.any(Array) as unknown,
      shotGroups: { many: null, medium: null, few: expect.any(Number) as unknown },
      worstClass: expect.any(Number) as unknown,
      gMean: expect.any(Number) as unknown,
      macroF1: expect.any(Number) as unknown,
      expectedCalibrationError: expect.any(Number) as unknown,
      averagePrecision: null,
      areaUnderRoc: null,
      baseRate: null,
      selection: null,
      endedEarly: false,
      calibration: null,
      examplesPerSecond: expect.any(Number) as unknown,
      seconds: expect.any(Number) as unknown,
      best: null,
      unseenStage: null,
      rollbacks: 0,
      skipped: 0,
      notes: [expect.stringMatching(/^Validation images: 10 of 10 classes have fewer than 10/) as unknown],
    });
    expect(result["classes"]).toHaveLength(10);
    expect(result["perClass"]).toHaveLength(10);
    expect(stderr).toBe("");
    expect(readRun(join(runsDir, "shape")).record.command.slice(0, 2)).toEqual(["train", "fashion-mnist"]);
  });

  test("prints a small table, and one line for each epoch where there is no terminal", async () => {
    const { stdout, stderr } = await leeway([...reported, "--epochs", "2", "--method", "erm"]);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(
        /^Training ERM on Fashion-MNIST \(long-tailed, ratio 10: 9…1 images a class, \d+ in all\), resnet8, 2 epochs, fp32, 1 thread$/,
      ),
      expect.stringMatching(/^Run: /),
      expect.stringMatching(
        /^ERM {2}epoch 1\/2 {2}loss [\d.]+ {2}training [\d.]+ % {2}validation [\d.]+ % balanced {2}[\d,]+ examples\/s/,
      ),
      expect.stringMatching(/^ERM {2}epoch 2\/2 /),
      expect.stringMatching(/^Report: .*report\.html$/),
      "",
    ]);
    expect(stdout).toMatch(/^ {2}overall +[\d.]+ % {2}top-1 on 10,000 test images; the last epoch$/m);
    expect(stdout).toMatch(/^ {2}many-shot +– {2}no class has more than 100 training images$/m);
    expect(stdout).toMatch(/^ {2}worst class +[\d.]+ % {2}\S/m);
    expect(stdout).toMatch(/^run {2}/m);
  });

  test("says twice that protocol paper chose the epoch on the test set; --no-progress keeps that", async () => {
    const { stdout, stderr } = await leeway([
      ...train,
      "--epochs",
      "2",
      "--protocol",
      "paper",
      "--no-progress",
    ]);
    expect(stderr).toMatch(
      /^Training LDAM-DRW [^\n]*\nRun: [^\n]*\nProtocol paper: the epoch is chosen on the test set[^\n]*\n$/,
    );
    expect(stdout).toContain("chosen ON THE TEST SET by top-1 (protocol paper)");
  });

  test("writes a report into the run's folder, unless told not to", async () => {
    const written = async (name: string, ...more: string[]): Promise<boolean> => {
      await leeway([...reported, "--epochs", "1", "--name", name, "--quiet", ...more]);
      return existsSync(join(runsDir, name, "report.html"));
    };
    expect(await written("with-report")).toBe(true);
    expect(await written("without-report", "--no-report")).toBe(false);
  });

  test("calls training that diverges a failed run, with exit code 1", async () => {
    const { code, stderr } = await leeway([
      ...train,
      "--epochs",
      "3",
      "--method",
      "erm",
      "--lr",
      "1000",
      "--momentum",
      "0.99",
      "--warmup-epochs",
      "0",
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: (train: expected a finite loss.* lower --lr|softmax: expected .* to be finite.* lower the learning rate)/,
    );
  });

  test("refuses more images of a class than there are", async () => {
    const { code, stderr } = await leeway([...train, "--max-per-class", "6001"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--max-per-class: expected at most 6000");
  });
});

suite("leeway inspect of the catalogue", () => {
  test("recommends what suits the data as it is, not as the paper cuts it", async () => {
    const data = ["--data-dir", join(root, "data")];
    const { stdout } = await leeway(["inspect", "fashion-mnist", ...data, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      ratio: 1,
      recommendation: { method: "erm", recipe: { profile: "natural" } },
    });
  });
});

suite("Ctrl-C", () => {
  const long = [
    "train",
    "fashion-mnist",
    ...place,
    "--model",
    "resnet8",
    "--max-per-class",
    "6000",
    "--epochs",
    "50",
  ];

  test("in the first epoch writes a run that says it was interrupted", async () => {
    let sent = false;
    const { code, stdout, stderr } = await leeway([...long, "--name", "early", "--json"], {
      onStderr: (text, child) => {
        if (sent || !text.includes("Run: ")) return;
        sent = true;
        child.kill("SIGINT");
        child.kill("SIGINT"); // npm passes a key press on a second time
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping: finishing this step and writing what is done.");
    expect(JSON.parse(stdout)).toMatchObject({
      status: "interrupted",
      epochs: 0,
      topOne: null,
      perClass: null,
      best: null,
    });
    const { epochs, summary } = readRun(join(runsDir, "early"));
    expect(epochs).toEqual([]);
    expect(summary).toMatchObject({ status: "interrupted", epochs: 0, test: null });
    expect(readFileSync(join(runsDir, "early", "model.safetensors")).length).toBeGreaterThan(100_000);
  });

  test("after some epochs keeps them; SIGTERM gives 143", async () => {
    let sent = false;
    const { code, stdout } = await leeway([...train, "--epochs", "10000", "--name", "later"], {
      onStderr: (text, child) => {
        if (sent || !text.includes("epoch     2/10000")) return;
        sent = true;
        child.kill("SIGTERM");
      },
    });
    expect(code).toBe(143);
    expect(stdout).toMatch(/interrupted after \d+ of 10,000 epochs/);
    const { epochs, summary } = readRun(join(runsDir, "later"));
    expect(summary).toMatchObject({ status: "interrupted", epochs: epochs.length });
    expect(epochs.length).toBeGreaterThanOrEqual(2);
  });
});

suite("leeway quickstart", () => {
  const quickstart = ["quickstart", "--epochs", "1", ...place];

  test("compares both methods group by group, and says where the runs are", async () => {
    const { code, stdout, stderr } = await leeway(quickstart);
    expect(code).toBe(0);
    expect(stderr).toContain("First plain training (ERM)");
    expect(stdout).toMatch(/^ +ERM +LDAM-DRW +gain$/m);
    for (const row of ["overall", "many-shot", "medium-shot", "few-shot", "worst class"]) {
      expect(stdout).toMatch(new RegExp(`^${row}.* %.* %.*`, "m"));
    }
    expect(stdout).toContain("many-shot  (5 classes of 129 to 1,000 images)");
    expect(stdout).toContain("few-shot  (2 classes of 10 and 16 images)");
    expect(stdout.split(runsDir)).toHaveLength(3);
  });
});
