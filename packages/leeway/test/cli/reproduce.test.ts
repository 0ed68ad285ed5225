import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { cellRecipe, cifarColumns } from "../../src/experiments/index.ts";
import { recipeText } from "../../src/records/index.ts";
import { createRunFolder, takeClaim } from "../../src/storage/index.ts";
import { processorName } from "../../src/runs/index.ts";
import { epoch, metrics, run, summary } from "../records/examples.ts";
import { leeway } from "./leeway-process.ts";

const root = mkdtempSync(join(tmpdir(), "leeway-reproduce-"));
const runsDir = join(root, "runs");
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** No native part, no data, and no user's settings: what is only looked up needs none of them. */
const environment = { HOME: root, XDG_CACHE_HOME: root, LEEWAY_CACHE: root };
const settings = { epochs: 40, precision: "bf16", protocol: "paper", model: "resnet32" } as const;

/** Writes what a finished run of CIFAR-10 LT-100 leaves. */
function writeFinished(method: string, seed: number, topOne: number): void {
  const folder = createRunFolder(runsDir, `${method}-${seed}`);
  const recipe = cellRecipe({ column: cifarColumns[0]!, method }, seed, settings); // eight columns
  const environmentHere = { ...run.environment, cpu: processorName() };
  folder.writeRun({ ...run, id: folder.id, recipe, environment: environmentHere });
  folder.appendEpoch({ ...epoch, imagesPerSecond: 500 });
  folder.writeSummary({ ...summary, test: { ...metrics, topOne } });
}

beforeAll(() => {
  writeFinished("erm", 0, 0.7);
  writeFinished("erm", 1, 0.71);
  writeFinished("ldam-drw", 0, 0.76);
});

const column = [
  "--columns",
  "cifar10-lt-100",
  "--epochs",
  "40",
  "--precision",
  "bf16",
  "--runs-dir",
  runsDir,
];
const table2 = ["reproduce", "table2", ...column];

suite("leeway reproduce", () => {
  test("lists what there is", async () => {
    const { code, stdout } = await leeway(["reproduce"], { environment });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^table2 {2}top-1 error/m);
    expect(stdout.match(/^(table|fig)\d/gm)).toHaveLength(10);
  });

  test("says of data that is not there what it costs and how to get it", async () => {
    const args = ["reproduce", "table3", "--dry-run", "--runs-dir", runsDir];
    const { code, stdout } = await leeway(args, { environment });
    expect(code).toBe(0);
    // 437,513 images x (5 x 90 - 2 x 30) epochs: the first 30 of erm-drw and ldam-drw are those of erm and ldam.
    expect(stdout).toContain("5 to do, of 90 epochs: 170,630,070 training images");
    expect(stdout).toContain("iNaturalist 2018 is not on this machine. ");
  });
});

suite("leeway reproduce fig3", () => {
  const figures = join(root, "figures");
  const fig3 = ["reproduce", "fig3", ...column, "--methods", "ldam-drw", "--out", figures];

  test("draws finished runs without the native part, and says where", async () => {
    const { code, stdout, stderr } = await leeway(fig3, { environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const files = [".svg", ".png", ".vl.json"].map((ending) => join(figures, `fig3-cifar10-lt-100${ending}`));
    for (const file of files) expect(stdout).toContain(`  ${file}\n`);
    const [svg, png, spec] = files.map((file) => readFileSync(file));
    for (const line of [
      "CIFAR-10, long-tailed, ratio 100",
      "resnet32, 40 epochs, bf16, protocol paper; seed 0",
    ])
      expect(svg!.toString()).toContain(`>${line}<`);
    expect(png!.subarray(1, 4).toString()).toBe("PNG");
    expect(JSON.parse(spec!.toString())).toMatchObject({ title: { text: "Learning curves" } });
  });

  test("--json names the files and the runs in them", async () => {
    const { stdout } = await leeway([...fig3, "--json"], { environment });
    expect(JSON.parse(stdout)).toMatchObject({
      figure: "fig3",
      plan: { finished: 1, todo: 0 },
      drawn: [
        {
          column: "cifar10-lt-100",
          svg: join(figures, "fig3-cifar10-lt-100.svg"),
          methods: [{ method: "ldam-drw", runs: [join(runsDir, "ldam-drw-0")] }],
        },
      ],
    });
  });

  test("says which seed of which method is not in it", async () => {
    const args = ["reproduce", "fig3", ...column, "--methods", "erm,ldam-drw", "--seeds", "0,1"];
    const place = { column: cifarColumns[0]!, method: "ldam-drw" }; // eight columns
    const claim = takeClaim(runsDir, recipeText(cellRecipe(place, 1, settings)));
    const { code, stdout } = await leeway([...args, "--out", figures], { environment });
    if (claim.taken) claim.release();
    expect(code).toBe(0);
    expect(stdout).toContain(`Left to process ${process.pid} on `);
    expect(stdout).toContain("Not drawn: LDAM-DRW on cifar10-lt-100, seed 1, which has no finished run.\n");
    expect(stdout).not.toContain("Not drawn: ERM");
    const svg = readFileSync(join(figures, "fig3-cifar10-lt-100.svg"), "utf8");
    for (const line of ["ERM: mean of seeds 0, 1", "LDAM-DRW: seed 0"]) expect(svg).toContain(`>${line}<`);
  });

  test("leaves a run out whose file it needs is not there", async () => {
    const args = ["reproduce", "fig6", "--methods", "erm", "--epochs", "40", "--precision", "bf16"];
    const { code, stdout } = await leeway([...args, "--columns", "cifar10-lt-100", "--runs-dir", runsDir], {
      environment,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(
      "Not drawn: ERM on cifar10-lt-100, seed 0, whose run has no first-stage.safetensors.",
    );
  });

  test("--dry-run draws nothing", async () => {
    const out = join(root, "none");
    const { stdout } = await leeway(["reproduce", "fig3", ...column, "--out", out, "--dry-run"], {
      environment,
    });
    expect(stdout).toContain("1 of 3 runs done, 2 to do");
    expect(existsSync(out)).toBe(false);
  });
});

suite("leeway reproduce table2", () => {
  test("where all is done runs nothing, and puts the paper's number beside ours", async () => {
    const args = [...table2, "--methods", "erm", "--seeds", "0,1"];
    const { code, stdout, stderr } = await leeway(args, { environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^CIFAR-10, long-tailed, ratio 100 {2}cifar10-lt-100$/m);
    expect(stdout).toMatch(/^ {2}ERM +29\.64 +29\.50 ± 0\.71 +−0\.14 +2$/m); // 30 and 29
    expect(stdout).toContain("Epochs: ours 40, the paper's 200.");
    expect(stdout).toContain("Both are optimistic.");
    expect(stdout).toContain("± is the standard deviation over seeds");
  });

  test("--dry-run says what there is to do, and shows a dash where nothing is done", async () => {
    const args = [...table2, "--methods", "erm,ldam-drw,focal", "--seeds", "0,1", "--dry-run"];
    const { code, stdout } = await leeway(args, { environment });
    expect(code).toBe(0);
    // Three runs of 40 x 12,406 images, and the test set 41 times; (496,240 + 410,000 / 3) · 3 / 500 s = 63 min.
    expect(stdout).toContain(
      "3 of 6 runs done, 3 to do, of 40 epochs: 1,488,720 training images and 1,230,000 evaluated, " +
        "about 63 minutes at 500 images/s (as in 3 earlier runs, 2 threads).",
    );
    expect(stdout).toMatch(/^ {2}Focal +29\.62 +– +– +0$/m);
    expect(stdout).toMatch(/^ {2}LDAM-DRW +22\.97 +24\.00 +\+1\.03 +1$/m);
  });

  test("--json prints one object", async () => {
    const args = [...table2, "--methods", "erm,focal", "--seeds", "0,1", "--dry-run", "--json"];
    const { stdout } = await leeway(args, { environment });
    const any = (kind: unknown): unknown => expect.any(kind) as unknown;
    expect(JSON.parse(stdout)).toEqual({
      table: "table2",
      source: expect.stringContaining("arXiv:1906.07413v2") as unknown,
      unit: "top-1 error, per cent",
      settings,
      seeds: [0, 1],
      dryRun: true,
      plan: {
        finished: 2,
        todo: 2,
        begun: 0,
        forks: [],
        saved: 0,
        images: 2 * 40 * 12_406,
        evaluated: 2 * 41 * 10_000,
        hours: any(Number),
        speed: { examplesPerSecond: 500, runs: 3, threads: 2 },
        absent: [expect.stringContaining("cifar-10-binary.tar.gz") as unknown],
      },
      cells: [
        {
          column: "cifar10-lt-100",
          method: "erm",
          paper: 29.64,
          ours: { n: 2, mean: any(Number), deviation: any(Number), interval: [any(Number), any(Number)] },
          difference: any(Number),
          paperInInterval: true,
          seeds: [0, 1],
          missingSeeds: [],
          runs: [join(runsDir, "erm-0"), join(runsDir, "erm-1")],
          unseenStage: [],
        },
        {
          column: "cifar10-lt-100",
          method: "focal",
          paper: 29.62,
          ours: null,
          difference: null,
          paperInInterval: null,
          seeds: [],
          missingSeeds: [0, 1],
          runs: [],
          unseenStage: [],
        },
      ],
      failed: [],
      held: [],
      caveats: any(Array),
    });
  });

  test("--markdown prints a table", async () => {
    const args = [...table2, "--methods", "erm", "--seeds", "0,1", "--markdown"];
    const { stdout } = await leeway(args, { environment });
    expect(stdout).toContain("### CIFAR-10, long-tailed, ratio 100\n\n| top-1 error, % | paper | ours |");
    expect(stdout).toContain("| ERM | 29.64 | 29.50 ± 0.71 | −0.14 | 2 |");
  });

  test("says where the native part is missing that there is no speed", async () => {
    const args = ["reproduce", "table2", "--runs-dir", join(root, "none"), "--dry-run", "--json"];
    const { code, stdout } = await leeway(args, { environment });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ plan: { todo: 72, speed: null, hours: null } });
  });

  test("asks for the data before it runs", async () => {
    const { code, stderr } = await leeway([...table2, "--methods", "focal"], { environment });
    expect(code).toBe(3);
    expect(stderr).toContain("0 of 1 run done, 1 to do");
    expect(stderr).toContain("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  });

  test.each([
    [["reproduce", "tabel2"], 'Did you mean "table2"?'],
    [["reproduce", "table2", "--columns", "cifar10-lt100"], 'Did you mean "cifar10-lt-100"?'],
    [["reproduce", "table2", "--methods", "erm,ldam_drw"], 'got "ldam_drw". Did you mean "ldam-drw"?'],
    [["reproduce", "table2", "--dataset", "mnist"], "--dataset: expected none for table2, a table"],
    [["reproduce", "table2", "--out", "here"], "--out: expected none for table2, a table"],
    [["reproduce", "table1", "--model", "resnet32"], "--model: expected none for table1"],
    [["reproduce", "--epochs", "3"], "--epochs: expected none without an experiment, got 3. Name one."],
    [
      ["reproduce", "fig5", "--model", "resnet32"],
      "--model: expected resnet8-sphere, which fig5 is drawn of",
    ],
    [["reproduce", "fig5", "--seeds", "0,1"], "--seeds: expected one seed: fig5 shows one network"],
    [
      ["reproduce", "fig2", "--dataset", "inaturalist2018"],
      "The smallest class of iNaturalist 2018 has 2 training images.",
    ],
    [["reproduce", "table2", "--methods", "all,ldam-dwr"], 'Did you mean "ldam-drw"?'],
    [["reproduce", "table1", "--methods", "all,emr"], 'Did you mean "erm"?'],
    [["reproduce", "fig3", "--dataset", "fashion-mnst"], 'Did you mean "fashion-mnist"?'],
    [["reproduce", "fig3", "--markdown"], "A figure is a file: --out."],
    [["reproduce", "table2", "--seeds", "1,0"], "--seeds: expected ascending numbers"],
    [
      ["reproduce", "table2", "--shard", "1/2"],
      "--shard: expected an option of this version, got one that was removed. Start the same command in several",
    ],
    [["reproduce", "table2", "--json", "--markdown"], "cannot be used with option"],
  ])("guesses what was meant by %j", async (args, words) => {
    const { code, stdout, stderr } = await leeway(args, { environment });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(words);
  });
});

suite("leeway reproduce table1", () => {
  const table1 = ["reproduce", "table1", "--methods", "erm,tfidf-rw", "--seeds", "0,1", "--dry-run"];

  test("--dry-run says what search and seeds cost, and where the data is from", async () => {
    const { code, stdout } = await leeway([...table1, "--runs-dir", join(root, "none")], { environment });
    expect(code).toBe(0);
    // Four candidates of ERM and the second seed of one: 5 x 10 epochs of nine tenths of 13,750 reviews.
    expect(stdout).toContain("0 of 5 runs done, 5 to do, of 10 epochs: 618,750 training texts");
    expect(stdout).toContain("for how long is not known: no earlier run tells"); // nor is the native part there
    expect(stdout).toContain("Besides, 5 runs of the logistic regression");
    expect(stdout).toContain("IMDB reviews is not on this machine. ");
    expect(stdout).toContain("8 runs of the search are missing");
    expect(stdout).not.toContain("were chosen on the validation split"); // nothing was
    expect(stdout).not.toContain("One seed");
  });

  test("--json has the plan, and the seeds that each row lacks", async () => {
    const args = [...table1, "--json", "--runs-dir", join(root, "none")];
    const { stdout } = await leeway(args, { environment });
    expect(JSON.parse(stdout)).toMatchObject({
      table: "table1",
      plan: { finished: 0, todo: 5, speed: null },
      quickRuns: 5,
      rows: [
        { name: "erm", seeds: [], missingSeeds: [0, 1], chosen: null },
        { name: "tfidf-rw", seeds: [], missingSeeds: [0, 1], chosen: null },
      ],
    });
  });
});

suite("the recorded runs", () => {
  const results = fileURLToPath(new URL("../../../../results/", import.meta.url));
  const table1 = "erm,rs,rw,erm-drw,ldam,ldam-drw,balanced-softmax,tfidf-rw";
  const table2 = "erm,focal,ldam,cb-rs,cb-rw,cb-focal,hg-drs,ldam-hg-drs,m-drw,ldam-drw";
  test.each([
    ["table1", [join(results, "imdb"), "--methods", table1, "--seeds", "0,1,2", "--epochs", "5"]],
    [
      "table2",
      [
        ...[join(results, "cifar10-lt100"), "--columns", "cifar10-lt-100", "--methods", table2],
        ...["--seeds", "0,1", "--epochs", "40"],
      ],
    ],
  ])("are those of %s as it is asked for today: nothing is left to run", async (table, [runs, ...asked]) => {
    const args = ["reproduce", table, "--runs-dir", runs!, ...asked, "--precision", "bf16", "--dry-run"];
    const { code, stdout } = await leeway(args, { environment });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^All of \d+ runs done: nothing to run\.$/m);
    expect(stdout).not.toContain("are missing");
  });
});
