import { Command } from "commander";
import { describe as suite, expect, test } from "vitest";
import { addRecipeOptions, type RecipeFlags, requestedRecipe } from "../../src/cli/recipe-options.ts";
import {
  type Recipe,
  recipeFor,
  type RecipeOptions,
  type RequestedMethodOptions,
} from "../../src/recipe/index.ts";

/** The recipe that arguments ask for, read as the command line reads them. */
function asked(...args: readonly string[]): Recipe {
  const command = addRecipeOptions(new Command("train")).exitOverride();
  command.parse(["--dataset", "cifar10", ...args], { from: "user" });
  return requestedRecipe({ flags: command.opts<RecipeFlags>(), file: {} });
}

suite("requestedRecipe", () => {
  test("is the paper's recipe where nothing is asked", () => {
    expect(asked()).toEqual(recipeFor("cifar10"));
  });

  test("takes every field of the recipe", () => {
    const args = "--profile step --ratio 10 --max-per-class 500 --method erm --model resnet20 --epochs 10";
    const more =
      "--batch-size 64 --momentum 0.8 --weight-decay 1e-3 --precision bf16 --seed 3 --protocol paper";
    expect(asked(...args.split(" "), ...more.split(" "))).toMatchObject({
      ...{ profile: "step", ratio: 10, maxPerClass: 500, method: "erm", model: "resnet20", epochs: 10 },
      ...{ batchSize: 64, momentum: 0.8, weightDecay: 1e-3, precision: "bf16", seed: 3, protocol: "paper" },
    });
  });

  test("thins classes by name, as often as it is asked", () => {
    expect(asked("--keep", "cat=0.1", "--keep", "a=b=1").keep).toEqual({ cat: 0.1, "a=b": 1 });
    for (const wrong of ["cat", "=0.1", "cat=0", "cat=2", "cat="]) {
      expect(() => asked("--keep", wrong)).toThrow("--keep: expected");
    }
  });

  test("weighs classes by name, several at once or one by one", () => {
    const weights = (...args: string[]): unknown => asked(...args).classWeight;
    expect(weights("--class-weight", "cat=20,dog=1", "--class-weight", "a, b=2")).toEqual({
      ...{ cat: 20, dog: 1, "a, b": 2 },
    });
    expect(weights("--class-weight", "a=b=1, cat=3")).toEqual({ "a=b": 1, cat: 3 });
    expect(() => weights("--class-weight", "cat=2,dog")).toThrow(
      '--class-weight: expected class=weight, got "cat=2,dog".',
    );
    expect(() => weights("--class-weight", "cat=2,dog=0")).toThrow(
      '--class-weight: expected a number above 0 and at most 1000000, got "0".',
    );
  });

  test("takes whole numbers of examples a batch", () => {
    expect(asked("--min-per-batch", "cat=2,dog=1").minPerBatch).toEqual({ cat: 2, dog: 1 });
    expect(() => asked("--min-per-batch", "cat=1.5")).toThrow(
      '--min-per-batch: expected a whole number from 1 to 1000000, got "1.5".',
    );
    expect(() => asked("--min-per-batch", "cat=100,dog=29")).toThrow(
      "--min-per-batch: expected at most 128 in all, the size of a batch, got 129.",
    );
  });

  test("says of texts how they become numbers, and of nothing else", () => {
    const text = asked("--dataset", "imdb", "--max-length", "100", "--min-count", "5");
    expect(text.text).toEqual({ maxLength: 100, minCount: 5 });
    expect(() => asked("--max-length", "100")).toThrow(
      "--max-length: expected not to be set for data other than texts, got 100",
    );
  });

  test("scales the schedule to the run, or takes its parts as they are given", () => {
    expect(asked("--epochs", "40").schedule).toEqual({
      base: 0.1,
      warmupEpochs: 5,
      decays: [
        { fromEpoch: 32, factor: 0.01 },
        { fromEpoch: 36, factor: 0.01 },
      ],
    });
    const parts = "--epochs 40 --lr 0.05 --warmup-epochs 0 --decay-at 20 --decay-factor 0.1";
    expect(asked(...parts.split(" ")).schedule).toEqual({
      base: 0.05,
      warmupEpochs: 0,
      decays: [{ fromEpoch: 20, factor: 0.1 }],
    });
  });

  test.for([
    ["cifar10", 0.01],
    ["inaturalist2018", 0.1],
    ["imdb", 0.1],
  ] as const)("drops the rate of %s at other epochs by the usual factor, %d", ([dataset, factor]) => {
    const { decays } = asked("--dataset", dataset, "--epochs", "90", "--decay-at", "30,60").schedule;
    expect(decays).toEqual([30, 60].map((fromEpoch) => ({ fromEpoch, factor })));
  });

  test("refuses a part held out for the test where the data has a test split", () => {
    const testFraction = 0.3;
    const source = { kind: "table", paths: ["a.csv"] } as const;
    const recipe = (flags: RecipeFlags): Recipe =>
      requestedRecipe({ flags: { testFraction, ...flags }, file: {} });
    const message = "--test-fraction: expected not to be set for data with a test split, got 0.3.";
    expect(() => recipe({ dataset: "cifar10" })).toThrow(message);
    expect(() => recipe({ dataset: "a", source: { ...source, testPaths: ["b.csv"] } })).toThrow(message);
    expect(recipe({ dataset: "a", source })).toMatchObject({ testFraction });
  });

  test("begins at a rate that suits the optimizer, or at the one that is given", () => {
    expect(asked("--optimizer", "adam").schedule.base).toBe(0.001);
    expect(asked("--optimizer", "adam", "--lr", "0.1").schedule.base).toBe(0.1);
    expect(asked("--dataset", "imdb", "--optimizer", "sgd").schedule.base).toBe(0.1);
  });

  test("turns the epoch of --defer-at into its share of the run", () => {
    expect(asked("--epochs", "50", "--defer-at", "29").methodOptions).toMatchObject({ deferAt: 29 / 50 });
  });

  test("takes a deferral as an epoch or as a share, as a file and a program do", () => {
    const deferAt = (...args: string[]): unknown => asked("--epochs", "40", ...args).methodOptions["deferAt"];
    expect(["32", "0.8", "80%", "1", "1.0"].map((text) => deferAt("--defer-at", text))).toEqual([
      ...[0.8, 0.8, 0.8, 1 / 40, 1],
    ]);
    const options = (value: NonNullable<RequestedMethodOptions["deferAt"]>): RecipeOptions => ({
      epochs: 40,
      methodOptions: { deferAt: value },
    });
    for (const value of [0.8, 32, { epoch: 32 }]) {
      expect(recipeFor("cifar10", options(value)).methodOptions["deferAt"]).toBe(0.8);
    }
    expect(() => deferAt("--defer-at", "120%")).toThrow(
      "--defer-at: expected an epoch such as 160, or a share",
    );
  });

  test("takes the weight decay that a file takes", () => {
    expect(asked("--weight-decay", "2").weightDecay).toBe(2);
  });

  test("answers an option that has another name with that name", () => {
    expect(() => asked("--posthoc", "logit-adjustment", "--posthoc-tau", "0.5")).toThrow(
      "--posthoc-tau: expected an option of this version, got one that was removed. It is --tau now.",
    );
  });

  test("hands the method its options", () => {
    expect(asked("--max-margin", "0.3", "--scale", "10", "--beta", "0.99").methodOptions).toMatchObject({
      maxMargin: 0.3,
      scale: 10,
      beta: 0.99,
    });
  });

  test("composes a method where a part of one is named", () => {
    const args = "--loss ldam --classifier cosine --weights effective-number --epochs 40 --defer-at 32";
    expect(asked(...args.split(" "))).toMatchObject({
      method: "composed",
      methodOptions: { loss: "ldam", classifier: "cosine", weights: "effective-number", deferAt: 0.8 },
    });
    expect(asked("--sampler", "sqrt").methodOptions).toMatchObject({
      loss: "cross-entropy",
      sampler: "sqrt",
    });
  });

  test("refuses parts beside a method's name, and parts that are none", () => {
    expect(() => asked("--method", "ldam-drw", "--classifier", "linear")).toThrow(
      '--classifier: expected to go with method composed, got "ldam-drw". Name a loss and its parts, or a method.',
    );
    expect(() => asked("--weights", "squareroot")).toThrow(
      '--weights: expected one of none, inverse, effective-number, sqrt, got "squareroot".',
    );
    expect(() => asked("--loss", "focal", "--max-margin", "1")).toThrow(
      '--max-margin: expected to go with a part that has it, got "Focal". ' +
        "It has loss, classifier, weights, sampler, posthoc, gamma.",
    );
    expect(() => asked("--weights", "sqrt", "--beta", "0.9")).toThrow("--beta: expected to go with a part");
    expect(() => asked("--loss", "ldam", "--margins", "uniform", "--test-prior", "1,2")).toThrow(
      '--test-prior: expected to go with margins ldam, got "uniform". One margin for all knows no prior.',
    );
  });

  test("reads a test prior as numbers, one a class", () => {
    const prior = "10,9,8,7,6,5,4,3,2,0.5";
    expect(asked("--method", "ldam", "--test-prior", prior).methodOptions).toMatchObject({
      testPrior: [10, 9, 8, 7, 6, 5, 4, 3, 2, 0.5],
    });
    expect(() => asked("--test-prior", "1,2")).toThrow(
      "--test-prior: expected a number for each of 10 classes",
    );
    expect(() => asked("--test-prior", "1,,2")).toThrow(
      '--test-prior: expected a number of at least 0, got "".',
    );
    expect(() => asked("--method", "erm", "--test-prior", prior)).toThrow(
      '--test-prior: expected to go with a method that has it (ldam, ldam-hg-drs, ldam-drs, ldam-drw, ldam-drw-sam), got "erm".',
    );
  });

  test.each([
    ["--method", "ldam_drw", "ldam-drw"],
    ["--profile", "long-tail", "longtail"],
    ["--model", "resnet23", "resnet20"],
    ["--protocol", "papre", "paper"],
    ["--precision", "fp23", "fp32"],
  ])("guesses the value of %s that was meant", (option, value, meant) => {
    const message = new RegExp(
      `^${option}: expected one of .*, got "${value}"\\. Did you mean "${meant}"\\?$`,
    );
    expect(() => asked(option, value)).toThrow(message);
  });

  test.each([
    ["--epochs", "12x"],
    ["--epochs", ""],
    ["--epochs", "1e99"],
    ["--epochs", "0"],
    ["--epochs", "1.5"],
    ["--lr", "1e99"],
    ["--lr", "0x10"],
    ["--lr", "-1"],
    ["--lr", "0"],
    ["--ratio", "0.5"],
    ["--ratio", "NaN"],
    ["--batch-size", "-1"],
    ["--seed", "9007199254740993"],
    ["--momentum", "1"],
    ["--validation-fraction", "1"],
    ["--decay-at", "180,160"],
  ])("refuses %s %j and names the option", (option, value) => {
    expect(() => asked(option, value)).toThrow(new RegExp(`^${option}: expected .*, got "${value}"\\.$`));
  });

  test.each([
    [
      "--method erm --max-margin 0.5",
      /^--max-margin: expected to go with a method that has it \(ldam,.*ldam-drw.*\), got "erm"\.$/,
    ],
    [
      "--method ldam --defer-at 5",
      /^--defer-at: expected to go with a method that has it \(.*ldam-drw.*\), got "ldam"\.$/,
    ],
    ["--epochs 40 --decay-at 160,180", "--decay-at: expected epochs below 40, the run's length, got 160."],
    ["--epochs 40 --defer-at 41", "--defer-at: expected a share or an epoch of the run, at most 40, got 41."],
    ["--epochs 4 --warmup-epochs 5", "--warmup-epochs: expected at most 4, the run's length, got 5."],
    [
      "--profile balanced --ratio 10",
      "--ratio: expected 1 with profile balanced, got 10. Name a profile that cuts classes: longtail or step.",
    ],
    [
      "--optimizer adam --momentum 0.5",
      "--momentum: expected not to be set with optimizer adam, got 0.5. Only sgd reads it.",
    ],
    ["--protocol paper --validation-fraction 0.1", "--validation-fraction: expected 0 with protocol paper"],
  ])("refuses what contradicts itself: %s", (args, message) => {
    expect(() => asked(...args.split(" "))).toThrow(message);
  });
});
