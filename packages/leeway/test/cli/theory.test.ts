import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { tradeOffFrom } from "../../src/theory/counts-theory.ts";
import type { CountsTheory, RunTheory } from "../../src/theory/index.ts";
import { writeFashion } from "./fashion-folder.ts";
import { leeway } from "./leeway-process.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-theory-"));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** No native part, no data, and no user's settings. */
const bare = { HOME: root, XDG_CACHE_HOME: root, LEEWAY_CACHE: root };

async function counted(...args: string[]): Promise<CountsTheory> {
  const { code, stdout, stderr } = await leeway(["theory", ...args, "--json"], { environment: bare });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as CountsTheory;
}

suite("leeway theory of class counts", () => {
  test("prints the paper's margins and weights without data and without libtorch", async () => {
    const { code, stdout } = await leeway(["theory", "cifar10"], { environment: bare });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^CIFAR-10, profile longtail: 10 classes, 12,406 examples, ratio 100$/m);
    expect(stdout).toMatch(/^ +0 +5,000 +0\.1581 +3,934\.8 +0\.0402 +0\.0506 +40\.3 % +11\.9 % +many$/m);
    expect(stdout).toMatch(/^ +9 +50 +0\.5000 +49\.9 +4\.0236 +3\.9927 +0\.4 % +9\.4 % +medium$/m);
    expect(stdout).toContain("C n_j^(-1/4), eq. 13, C = 1.3296, so that the largest is 0.5");
  });
  test("--json has the same numbers, and those of counts that are given", async () => {
    const cifar100 = await counted("cifar100", "--profile", "longtail", "--ratio", "100");
    expect(cifar100.constant).toBeCloseTo(0.7477, 4);
    expect(cifar100.classes).toHaveLength(100);
    expect(cifar100.tradeOff).toBeNull();
    expect(await counted("--counts", cifar100.classes.map(({ count }) => count).join(","))).toEqual(cifar100);
  });
  test("takes largest margin, exponent, β and C(F)", async () => {
    const shape = ["--max-margin", "0.3", "--exponent", "1/3", "--beta", "0.9", "--complexity", "4"];
    const { classes, constant } = await counted("--counts", "800,100", ...shape);
    expect(classes.map(({ margin }) => margin)).toEqual([expect.closeTo(0.15, 12), 0.3]);
    expect(constant).toBeCloseTo(0.3 * 100 ** (1 / 3), 12);
    expect(classes[1]!.effectiveNumber).toBeCloseTo((1 - 0.9 ** 100) / 0.1, 9);
    expect(classes[1]!.bound).toBeCloseTo(2 / 10 / 0.3 + Math.log(900) / 10, 12);
  });
  test("takes a known test set (eq. 15)", async () => {
    const { classes } = await counted("--counts", "5000,500,50", "--test-counts", "500,50,5");
    expect(classes.map(({ margin }) => margin)).toEqual([0.5, 0.5, 0.5]);
  });
  test("says for two classes where the boundary should be", async () => {
    const { tradeOff, classes } = await counted("--counts", "12500,1250");
    expect(tradeOff!.best).toEqual(classes.map(({ margin }) => expect.closeTo(margin, 12) as number));
    expect(tradeOff!.bestCost).toBeLessThan(tradeOff!.cost);
    const known = await counted("--counts", "12500,1250", "--test-counts", "10,1");
    expect(known.tradeOff).toBeNull(); // which is of a balanced test set
    expect(tradeOff!.biasShift).toBeLessThan(0); // the frequent class gives way
    const { stdout } = await leeway(["theory", "--counts", "12500,1250"]);
    expect(stdout).toMatch(/Two classes, γ₁ \+ γ₂ = 0\.781 \(Theorem 3, error falling as n\^\(-0\.5\)\)/);
  });
  test("takes a data set as training does: its smallest class, its largest margin, its profile", async () => {
    const mnist = await counted("mnist", "--profile", "balanced");
    expect(mnist.classes.map(({ count }) => count)).toEqual(Array(10).fill(5421));
    const imdb = await counted("imdb");
    expect(imdb.classes.map(({ count }) => count)).toEqual([12_500, 12_500]);
    const species = await counted("inaturalist2018", "--profile", "step", "--ratio", "2");
    expect(Math.max(...species.classes.map(({ margin }) => margin))).toBe(0.3);
  });
  test("takes the name of a data set by --dataset too, and says what it is now", async () => {
    const { code, stdout, stderr } = await leeway(["theory", "--dataset", "cifar10"], { environment: bare });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Note: --dataset cifar10 is now the argument: leeway theory cifar10.\n",
    });
    expect(stdout).toBe((await leeway(["theory", "cifar10"], { environment: bare })).stdout);
  });
  test("knows no trade-off with a class that has no margin", () => {
    expect(tradeOffFrom([100, 10], [-0.5, 3], 0.25)).toBeNull();
    expect(tradeOffFrom([100, 10], [0.5, 3], 0.25)).not.toBeNull();
  });
  test.for([
    [["imdb", "--ratio", "3"], "--ratio: expected none for imdb as it is, got 3. Name a profile"],
    [["inaturalist2018"], "Its own class sizes are only known once it is read"],
    [[], "theory: expected a data set, --counts or the folder of a run, got nothing."],
    [
      ["--counts", "5"],
      '--counts: expected whole numbers of at least two classes, divided by commas, got "5".',
    ],
    [["--counts", "5,0"], "expected counts[1] to be a whole number of at least 1, got 0."],
    [["--counts", "5,6", "--ratio", "3"], "--ratio: expected none with --counts, got 3."],
    [["--counts", "5,6", "--quantile", "0.5"], "--quantile: expected none without a run, got 0.5."],
    [
      ["--counts", "5,6", "--exponent", "1/0"],
      '--exponent: expected a number or a fraction from 0 to 1, got "1/0".',
    ],
    [["cifar10", "--max-per-class", "6000"], "--max-per-class: expected at most 5000"],
    [
      ["cifra10"],
      'theory: expected a data set or the folder of a run, got "cifra10". Did you mean "cifar10"?',
    ],
    [["cifar10", "--counts", "5,6"], "--counts: expected none beside cifar10, got [5, 6]."],
    [["runs/x", "--counts", "5,6"], "--counts: expected none with a run, got [5, 6]."],
  ] as const)("refuses %j", async ([args, message]) => {
    const { code, stdout, stderr } = await leeway(["theory", ...args], { environment: bare });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

suite("leeway theory of a run", () => {
  const folder = join(root, "runs", "trained");
  const dataDir = ["--data-dir", join(root, "data"), "--threads", "1"];

  beforeAll(async () => {
    writeFashion(join(root, "data"));
    const size = ["--ratio", "10", "--max-per-class", "20", "--model", "resnet8", "--batch-size", "16"];
    const place = [
      ...dataDir,
      "--runs-dir",
      join(root, "runs"),
      "--name",
      "trained",
      "--quiet",
      "--no-report",
    ];
    const { code } = await leeway([
      ...[
        "train",
        "--dataset",
        "fashion-mnist",
        "--method",
        "ldam-drw",
        "--epochs",
        "6",
        "--validation-fraction",
        "0",
      ],
      ...size,
      ...place,
    ]);
    expect(code).toBe(0);
  }, 60_000);
  const measured = async (...args: string[]): Promise<RunTheory> => {
    const { code, stdout, stderr } = await leeway(["theory", folder, ...dataDir, "--json", ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as RunTheory;
  };

  test("measures each class, fits the law and gives the bounds in both readings", async () => {
    const { classes, fits, bounds, maxLogit } = await measured();
    expect(classes).toHaveLength(10);
    for (const { minimum, lowest, median, margin } of classes) {
      expect(minimum).toBeLessThanOrEqual(lowest);
      expect(lowest).toBeLessThanOrEqual(median);
      expect(margin).toBe(median);
    }
    expect(fits.median.classes).toBe(classes.filter(({ median }) => median > 0).length);
    expect(maxLogit).toBe(1);
    expect(bounds.map(({ reading, source }) => [reading, source])).toEqual([
      ["capacity", "estimated"],
      ["rademacher", "estimated"],
    ]);
    expect(bounds[0]!.capacity).toBeCloseTo(4 * 10 * 10, 9); // of a cosine head: (2K)²
  });
  test("takes C(F) as given, and the minimum of eq. 2 as γ_j", async () => {
    const { bounds, classes } = await measured("--complexity", "5", "--quantile", "0");
    for (const { margin, minimum } of classes) expect(margin).toBe(minimum);
    expect(bounds[0]).toMatchObject({ reading: "capacity", source: "given", capacity: 5 });
    const [, estimated] = (await measured("--quantile", "0")).bounds;
    expect(bounds.slice(1)).toEqual([estimated]); // the other reading is as without it
  });
  test("takes exponent and δ", async () => {
    expect(await measured("--exponent", "1/3", "--delta", "0.2")).toMatchObject({
      exponent: 1 / 3,
      delta: 0.2,
    });
  });
  test("prints margins, law, bounds and what they are worth", async () => {
    const { code, stdout } = await leeway(["theory", folder, ...dataDir]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^LDAM-DRW on Fashion-MNIST \(long-tailed, ratio 10\), seed 0: margins of \d+ training/,
    );
    expect(stdout).toMatch(/^ +T-shirt\/top +20 /m);
    expect(stdout).toMatch(/^ {2}median +(p = −?\d|no fit).* of 10 classes$/m);
    expect(stdout).toContain("Bounds with γ_j the median, R_j = √(C(F)/n_j), C(F) = 400");
    expect(stdout).toContain("Read the shape, not the numbers");
  });
  test("refuses data that is not what the run was trained on", async () => {
    const record = join(folder, "run.json");
    const text = readFileSync(record, "utf8");
    writeFileSync(record, text.replace(/"fingerprint": "....../, '"fingerprint": "000000'));
    const { code, stdout, stderr } = await leeway(["theory", folder, ...dataDir]);
    writeFileSync(record, text);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("expected the data it was trained on, fingerprint 000000");
  });
  test("names the folder that is no run", async () => {
    const { code, stderr } = await leeway(["theory", join(root, "nowhere"), ...dataDir]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${join(root, "nowhere")}: expected the folder of a run`);
  });
});
