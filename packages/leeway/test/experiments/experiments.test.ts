import { describe as suite, expect, test } from "vitest";
import { paperNumber, paperNumbers } from "../../src/analysis/index.ts";
import {
  caveats,
  type Cell,
  cellRecipe,
  cellsOf,
  type Choice,
  earlierSpeed,
  type Experiment,
  experiments,
  filledTable,
  planOf,
  placesOf,
  runCost,
} from "../../src/experiments/index.ts";
import { type MethodOptions, methodNames } from "../../src/methods/index.ts";
import { profileCounts } from "../../src/imbalance/index.ts";
import { type Recipe, recipeFor } from "../../src/recipe/index.ts";
import type { StoredRun } from "../../src/storage/index.ts";
import { epoch, metrics, run, summary } from "../records/examples.ts";

const table2 = experiments.find(({ name }) => name === "table2") as Experiment;
const table5 = experiments.find(({ name }) => name === "table5") as Experiment;
const settings = { epochs: 200, precision: "fp32", protocol: "paper", model: "resnet32" } as const;
const choice: Choice = {
  places: placesOf(table2, { columns: ["cifar10-lt-100"], methods: ["erm", "logit-adjustment"] }),
  seeds: [0, 1],
  settings,
};

/** A finished run of a cell of `choice`. */
function finished(method: string, seed: number, topOne: number): StoredRun {
  const place = { ...choice.places[0]!, method };
  return {
    path: `runs/${method}-${seed}`,
    record: { ...run, recipe: cellRecipe(place, seed, settings) },
    epochs: [epoch],
    summary: { ...summary, test: { ...metrics, topOne } },
  };
}

suite("experiments", () => {
  test("are every table and figure with results", () => {
    expect(experiments.map(({ name }) => name).join(" ")).toBe(
      "table1 table2 table3 table4 table5 table6 fig2 fig3 fig5 fig6",
    );
  });

  test("that are tables print a number in the column of each row", () => {
    for (const experiment of experiments) {
      if (experiment.kind !== "table") continue;
      const printed = paperNumbers.filter(
        ({ table, measure }) => table === experiment.name && measure === "top-1 error",
      );
      expect(placesOf(experiment)).toHaveLength(printed.length);
    }
  });

  test("have every method there is in table 2", () => {
    expect([...table2.rows, ...table2.rivals].sort()).toEqual([...methodNames].sort());
  });
});

suite("placesOf", () => {
  test("leaves out by itself what the paper does not print, but not what is asked for", () => {
    const columns = ["cifar100-lt-100"];
    expect(placesOf(table2, { columns }).map(({ method }) => method)).not.toContain("hg-drs");
    expect(placesOf(table2, { columns, methods: ["hg-drs"] })).toHaveLength(1);
  });
});

suite("cellsOf", () => {
  test("is the paper's recipe on the column's data", () => {
    const [place] = placesOf(table2, { columns: ["cifar100-step-10"], methods: ["ldam-drw"] });
    expect(cellRecipe(place!, 3, settings)).toEqual(
      recipeFor("cifar100", { profile: "step", ratio: 10, method: "ldam-drw", seed: 3, protocol: "paper" }),
    );
  });

  test("goes seed by seed", () => {
    expect(cellsOf(choice).map(({ method, seed }) => `${method} ${seed}`)).toEqual([
      "erm 0",
      "logit-adjustment 0",
      "erm 1",
      "logit-adjustment 1",
    ]);
  });
});

suite("filledTable", () => {
  const cells = filledTable(table2, choice, [finished("erm", 0, 0.7), finished("erm", 1, 0.72)]);

  test("puts the paper's number beside ours, and a dash's null where one is missing", () => {
    expect(cells[0]).toMatchObject({ method: "erm", paper: 29.64, seeds: [0, 1], missingSeeds: [] });
    expect(cells[0]!.ours!.mean).toBeCloseTo(29, 10);
    expect(cells[1]).toMatchObject({
      paper: null,
      ours: null,
      difference: null,
      missingSeeds: [0, 1],
      runs: [],
    });
  });

  test("says where the chosen epoch came before the second stage", () => {
    const drw = {
      ...choice,
      places: placesOf(table2, { columns: ["cifar10-lt-100"], methods: ["ldam-drw"] }),
    };
    const [run] = [finished("ldam-drw", 1, 0.7)];
    const early = { ...run, summary: { ...summary, best: { ...summary.best!, epoch: 159 } } };
    const filled = filledTable(table2, drw, [early]);
    expect(filled[0]!.unseenStage).toEqual([1]);
    expect(caveats(table2, drw, filled).join("\n")).toContain(
      "LDAM-DRW on CIFAR-10, long-tailed, ratio 100, seed 1: an epoch before its last stage was chosen",
    );
    const late = { ...run, summary: { ...summary, best: { ...summary.best!, epoch: 160 } } };
    expect(filledTable(table2, drw, [late])[0]!.unseenStage).toEqual([]);
  });

  test("takes no run of another recipe", () => {
    const other = finished("erm", 0, 0.7);
    const shorter = { ...other, record: { ...other.record, recipe: { ...other.record.recipe, epochs: 40 } } };
    expect(filledTable(table2, choice, [shorter])[0]!.ours).toBeNull();
  });

  test("uses the table's own numbers", () => {
    const places = placesOf(table5, { columns: ["cifar100-step-100"] });
    expect(filledTable(table5, { ...choice, places }, [])[0]!.paper).toBe(
      paperNumber("table5", { row: "erm", column: "cifar100-step-100" }),
    );
  });
});

suite("table 4", () => {
  const table4 = experiments.find(({ name }) => name === "table4") as Experiment;

  test("has the paper's recipe for its images", () => {
    const [place] = placesOf(table4, { columns: ["tiny-imagenet-step-10"], methods: ["ldam-drw"] });
    const recipe = cellRecipe(place!, 0, { ...settings, epochs: 120, model: "resnet18" });
    expect(recipe).toMatchObject({ dataset: "tiny-imagenet", profile: "step", ratio: 10 });
    expect(recipe.schedule.decays).toEqual([{ fromEpoch: 90, factor: 0.1 }]);
    expect(recipe.methodOptions).toMatchObject({ deferAt: 0.75, maxMargin: 0.5 });
  });

  test("compares first guesses and the first five, and knows CB-RW as CB softmax", () => {
    const places = placesOf(table4, { columns: ["tiny-imagenet-lt-100"], methods: ["cb-rw"] });
    const at = { ...settings, epochs: 120, model: "resnet18" };
    const recipe = cellRecipe(places[0]!, 0, at);
    const done = finished("erm", 0, 0.3);
    const test = { ...metrics, topOne: 0.3, topFive: 0.5 };
    const stored = { ...done, record: { ...done.record, recipe }, summary: { ...summary, test } };
    const [cell] = filledTable(table4, { places, seeds: [0], settings: at }, [stored]);
    expect(cell).toMatchObject({ paper: 72.72, topFive: { paper: 52.62 } });
    expect(cell!.ours!.mean).toBeCloseTo(70, 9);
    expect(cell!.topFive!.ours!.mean).toBeCloseTo(50, 9);
  });
});

suite("table 6", () => {
  const table6 = experiments.find(({ name }) => name === "table6") as Experiment;
  const recipeIn = (column: string, method: string): Recipe => {
    const [place] = placesOf(table6, { columns: [column], methods: [method] });
    return cellRecipe(place!, 0, settings);
  };

  test("tests on what is as imbalanced as the training set, and tells LDAM how", () => {
    const { testProfile, methodOptions } = recipeIn("cifar10-lt-100-test-1", "ldam-drw");
    expect(testProfile).toEqual({ profile: "longtail", ratio: 100, seed: 1 });
    const prior = methodOptions["testPrior"] as number[];
    expect(prior.toSorted((one, other) => other - one)).toEqual(
      profileCounts("longtail", { classes: 10, max: 1000, ratio: 100 }),
    );
    expect(recipeIn("cifar10-lt-100-test-2", "ldam-drw").methodOptions["testPrior"]).not.toEqual(prior);
    expect(recipeIn("cifar10-lt-100-test-1", "erm").methodOptions).toEqual({});
  });

  test("costs what its test sets cost", () => {
    const { evaluated } = runCost(recipeIn("cifar10-step-100-test-1", "erm"));
    expect(evaluated).toBe(201 * (5 * 1000 + 5 * 10));
  });
});

suite("caveats", () => {
  const words = (changed: Partial<Choice["settings"]>): string =>
    caveats(table2, { ...choice, settings: { ...settings, ...changed } }, []).join("\n");

  test("say where ours was made otherwise", () => {
    expect(words({})).not.toMatch(/Epochs|Model|Precision/);
    expect(words({ epochs: 40 })).toContain("Epochs: ours 40, the paper's 200.");
    expect(words({ precision: "bf16" })).toContain("Precision: ours bf16");
    expect(words({ model: "resnet8" })).toContain("Model: ours resnet8");
  });

  test("call the paper's way of choosing the epoch optimistic in both protocols", () => {
    expect(words({ protocol: "paper" })).toContain("Both are optimistic");
    expect(words({ protocol: "honest" })).toContain("reads the test set once");
  });

  test("say that one seed shows no spread", () => {
    const filled = filledTable(table2, choice, [finished("erm", 0, 0.7)]);
    expect(caveats(table2, choice, filled).join()).toContain("One seed");
  });
});

suite("runCost", () => {
  test("counts training images, and evaluated ones for a third", () => {
    const recipe = recipeFor("cifar10", { epochs: 10, protocol: "paper", method: "erm" });
    const [images, evaluated] = [124_060, 110_000]; // LT-100 has 12,406; the test set is read 10 + 1 times
    expect(runCost(recipe)).toEqual({ images, evaluated, work: images + evaluated / 3 });
  });

  test("counts sharpness-aware steps twice", () => {
    const cost = (method: string): number => {
      const { work, evaluated } = runCost(recipeFor("cifar10", { method }));
      return work - evaluated / 3;
    };
    expect(cost("ldam-drw-sam")).toBeCloseTo(2 * cost("ldam-drw"), 6);
  });
});

suite("earlierSpeed", () => {
  const runs = [finished("erm", 0, 0.7), finished("erm", 1, 0.7)];

  const asked = { model: "resnet32", precision: "fp32", dataset: "cifar10" } as const;
  const { cpu, threads } = run.environment;
  const speed = { examplesPerSecond: epoch.imagesPerSecond, runs: 2, threads };

  test("is that of runs of the same model and precision, on images of the same size", () => {
    expect(earlierSpeed(runs, asked, { cpu })).toEqual(speed);
    expect(earlierSpeed(runs, { ...asked, dataset: "cifar100" }, { cpu })).toEqual(speed);
    expect(earlierSpeed(runs, { ...asked, precision: "bf16" }, { cpu })).toBeNull();
    expect(earlierSpeed(runs, { ...asked, dataset: "tiny-imagenet" }, { cpu })).toBeNull();
  });

  test("is that of the same processor, with so many threads where they are given", () => {
    expect(earlierSpeed(runs, asked, { cpu: "another" })).toBeNull();
    expect(earlierSpeed(runs, asked, { cpu, threads: 64 })).toBeNull();
  });
});

suite("planOf", () => {
  test("tells what is finished, begun and to do", () => {
    const begun: StoredRun = { ...finished("erm", 1, 0.7), summary: null };
    const plan = planOf(cellsOf(choice), [finished("erm", 0, 0.7), begun]);
    expect(plan).toMatchObject({ finished: 1, begun: 1, forks: [], saved: 0 });
    expect(plan.images).toBe((3 * 200 - 1) * 12_406); // one of its epochs is done
    expect(plan.todo).toHaveLength(3);
  });

  const cells = (methods: readonly [name: string, options?: MethodOptions][]): Cell[] =>
    methods.map(([method, methodOptions = {}]) => {
      const recipe = recipeFor("cifar10", { method, methodOptions, protocol: "paper" });
      return { column: choice.places[0]!.column, method, seed: 0, recipe };
    });

  test("counts ten second stages of one first stage for less than 3.5 runs", () => {
    const ten = cells([
      ["tau-norm"],
      ["erm"],
      ["erm-drw"],
      ["erm-drw", { beta: 0.99 }],
      ["erm-drs"],
      ["crt"],
      ["lws"],
      ["tau-norm", { tau: 0.5 }],
      ["logit-adjustment-post-hoc"],
      ["logit-adjustment-post-hoc", { tau: 0.5 }],
    ]);
    const { todo, forks, work, saved } = planOf(ten, []);
    expect(todo[0]).toBe(ten[1]); // whose evaluations are those of all but the post-hoc methods
    expect(forks.map(({ from, epoch }) => `${from} ${epoch}`)).toEqual(Array(9).fill("erm 160"));
    const full = runCost(ten[1]!.recipe).work;
    expect(work / full).toBeLessThan(3.5);
    expect(work + saved).toBeCloseTo(10 * full, 0);
  });

  test("shares no first stage that differs", () => {
    const different = [
      ["erm"],
      ["ldam"],
      ["ldam", { maxMargin: 0.4 }],
      ["focal"],
      ["rw"],
      ["mixup-drw"],
      ["erm-drw", { deferAt: 0.5 }],
    ] as const;
    expect(planOf(cells(different.map((each) => [...each])), []).forks).toEqual([]);
    const [one] = cells([["erm"]]);
    const other = { ...one!, seed: 1, recipe: { ...one!.recipe, seed: 1, method: "erm-drw" } };
    expect(planOf([one!, other], []).forks).toEqual([]);
  });
});
