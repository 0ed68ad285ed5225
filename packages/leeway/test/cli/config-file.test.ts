import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { readConfig } from "../../src/cli/config-file.ts";
import { recipeFile, type RecipeName } from "../../src/cli/recipe-files.ts";
import { type RecipeFlags, requestedRecipe } from "../../src/cli/recipe-options.ts";
import {
  configJsonSchema,
  configText,
  type Recipe,
  recipeFor,
  type RecipeOptions,
} from "../../src/recipe/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

/** A file of that text. */
function fileOf(text: string, name = "run.yaml"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** The recipe of a file and options over it. */
const asked = (text: string, flags: RecipeFlags = {}): Recipe =>
  requestedRecipe({ flags, ...readConfig(fileOf(text)) });

suite("a configuration file", () => {
  test("says any field of the recipe; what it leaves out is usual", () => {
    expect(asked("dataset: cifar10\nepochs: 40\nseed: 3\n")).toEqual(
      recipeFor("cifar10", { epochs: 40, seed: 3 }),
    );
  });
  test("may be JSON", () => {
    const path = fileOf('{ "$schema": "./x.json", "dataset": "cifar10", "method": "erm" }', "run.json");
    expect(requestedRecipe({ flags: {}, ...readConfig(path) })).toEqual(
      recipeFor("cifar10", { method: "erm" }),
    );
  });
  test("comes with Leeway too: the paper's is the default of images, others have any length", () => {
    const recipe = (name: RecipeName, flags: RecipeFlags = {}): Recipe =>
      requestedRecipe({
        flags: { dataset: "cifar10", recipe: name, ...flags },
        ...readConfig(recipeFile(name)),
      });
    expect(recipe("paper")).toEqual(recipeFor("cifar10"));
    expect(recipe("strong").schedule).toMatchObject({ decays: [], cosineUntil: 400 });
    expect(recipe("strong", { epochs: 40 }).schedule.cosineUntil).toBe(40);
    expect(recipe("strong", { decayAt: [300] }).schedule).toEqual({
      ...{ base: 0.1, warmupEpochs: 10 },
      decays: [{ fromEpoch: 300, factor: 0.01 }],
    });
    expect(recipe("strong", { epochs: 5 }).schedule).toEqual({
      ...{ base: 0.1, warmupEpochs: 1, decays: [] },
      cosineUntil: 5,
    });
    const bare = recipe("strong", { augment: "none", averageDecay: 0, cutout: 0, decayAt: [320] });
    expect(bare).not.toHaveProperty("augment");
    expect(bare).not.toHaveProperty("averageDecay");
    expect(bare.methodOptions).not.toHaveProperty("cutout");
    expect(recipe("best")).toMatchObject({ method: "proco", augment: "autoaugment", batchSize: 256 });
    const drops = (...epochs: readonly number[]) => ({
      decays: epochs.map((fromEpoch) => ({ fromEpoch, factor: 0.1 })),
    });
    expect(recipe("best").schedule).toEqual({ base: 0.3, warmupEpochs: 5, ...drops(160, 180) });
    expect(recipe("best", { epochs: 40 }).schedule).toMatchObject(drops(32, 36));
    const longer = { epochs: 400, decayAt: [360, 380] };
    expect(recipe("best", longer).schedule).toEqual({ base: 0.3, warmupEpochs: 10, ...drops(360, 380) });
  });
  test.for([
    [{ dataset: "imdb", recipe: "strong" }, 'expected none for texts, got "strong". It is for images;'],
    [
      { dataset: "own", source: { kind: "table", paths: ["own.csv"] }, recipe: "features" },
      'expected none for tables, got "features". It is for embeddings;',
    ],
    [
      { dataset: "cifar10", recipe: "features" },
      'expected one for images (paper, strong, best), got "features". It is for embeddings;',
    ],
    [
      { dataset: "cifar10", backbone: "dinov2.onnx", recipe: "best" },
      'expected one for embeddings (features), got "best". It is for images;',
    ],
  ] as const)("that comes with Leeway is for one kind of data: %o", ([flags, message]) => {
    expect(() => requestedRecipe({ flags, ...readConfig(recipeFile(flags.recipe)) })).toThrow(
      `--recipe: ${message}`,
    );
  });
  test("says the method's parameters, or the parts of a composed one", () => {
    expect(asked("dataset: cifar10\nmethodOptions: { maxMargin: 0.3 }").methodOptions).toMatchObject({
      maxMargin: 0.3,
      scale: 30,
    });
    const composed = `
dataset: cifar10
method: composed
methodOptions:
  loss: ldam
  weights: effective-number
  deferAt: 0.8
`;
    expect(asked(composed).methodOptions).toMatchObject({ loss: "ldam", classifier: "cosine", deferAt: 0.8 });
  });
  test("that names a part and no method composes one", () => {
    const text = "dataset: cifar10\nmethodOptions: { loss: focal, weights: sqrt, mixup: 0.2 }";
    const focal: RecipeOptions = {
      method: "composed",
      methodOptions: { loss: "focal", weights: "sqrt", mixup: 0.2 },
    };
    expect(asked(text)).toEqual(recipeFor("cifar10", focal));
    expect(asked(text, { sampler: "sqrt" }).methodOptions).toMatchObject({ loss: "focal", sampler: "sqrt" });
    expect(asked(text, { method: "erm" }).methodOptions).toEqual({ mixup: 0.2 });
  });
  test("says the parameters of the method that is usual for its data", () => {
    const text = "dataset: own\nsource: { kind: table, paths: [own.csv] }\nmethodOptions: { tau: 2 }";
    expect(asked(text)).toMatchObject({ method: "logit-adjustment", methodOptions: { tau: 2 } });
  });
  test("says parts of the schedule, the others being usual", () => {
    const { schedule } = asked("dataset: cifar10\nepochs: 40\nschedule: { base: 0.05 }");
    expect(schedule).toEqual({ ...recipeFor("cifar10", { epochs: 40 }).schedule, base: 0.05 });
  });
  test("gives way to options", () => {
    const text = "dataset: cifar10\nepochs: 40\nratio: 10\nschedule: { base: 0.05, warmupEpochs: 2 }";
    expect(asked(text, { epochs: 20, dataset: "cifar100", lr: 0.2 })).toMatchObject({
      ...{ dataset: "cifar100", epochs: 20, ratio: 10 },
      schedule: { base: 0.2, warmupEpochs: 2 },
    });
  });
  test("lends its factor to decays at other epochs", () => {
    const text = "dataset: cifar10\nschedule: { decays: [{ fromEpoch: 100, factor: 0.5 }] }";
    expect(asked(text, { decayAt: [50] }).schedule.decays).toEqual([{ fromEpoch: 50, factor: 0.5 }]);
  });
  test("places decays at shares of the run, in a file and by an option; one that rounds to its end is none", () => {
    const drops = "[{ fromEpoch: 0.5, factor: 0.5 }, { fromEpoch: 0.9, factor: 0.1 }]";
    const text = `dataset: cifar10\nschedule: { decays: ${drops} }`;
    const first = { fromEpoch: 20, factor: 0.5 };
    expect(asked(text, { epochs: 40 }).schedule.decays).toEqual([first, { fromEpoch: 36, factor: 0.1 }]);
    expect(asked(text, { epochs: 4 }).schedule.decays).toEqual([{ ...first, fromEpoch: 2 }]);
    expect(asked(text, { epochs: 40, decayAt: [0.25, 30] }).schedule.decays).toEqual([
      { fromEpoch: 10, factor: 0.5 },
      { fromEpoch: 30, factor: 0.5 },
    ]);
    expect(() => asked("dataset: cifar10\nschedule: { decays: [{ fromEpoch: 1.5, factor: 0.5 }] }")).toThrow(
      "run.yaml:2:24: expected schedule.decays[0].fromEpoch to be right (an epoch such as 160, or a share such as 0.8), got 1.5",
    );
  });
  test("lends its parameters to the same method only, its regularisers to any", () => {
    const text = "dataset: cifar10\nmethod: ldam\nmethodOptions: { maxMargin: 0.3, mixup: 0.4 }";
    expect(asked(text, { scale: 10 }).methodOptions).toEqual({ maxMargin: 0.3, scale: 10, mixup: 0.4 });
    expect(asked(text, { method: "ldam-drw" }).methodOptions).toMatchObject({ maxMargin: 0.5, mixup: 0.4 });
    expect(asked(text, { loss: "focal" })).toMatchObject({
      method: "composed",
      methodOptions: { loss: "focal", gamma: 1, mixup: 0.4 },
    });
  });
  test("may leave the name of own data to its path", () => {
    const text = "source: { kind: table, paths: [data/loans.csv], label: y }";
    expect(asked(text)).toMatchObject({ dataset: "loans", source: { label: "y" } });
  });
  test("that says how one network reads texts says nothing of another's reading", () => {
    const text = "source: { kind: text, paths: [mails.csv] }\nmodel: tfidf\ntext: { maxLength: 50 }";
    expect(asked(text).text).toEqual({ maxLength: 50 });
    expect(asked(text, { model: "ngrams" }).text).toMatchObject({ wordNgrams: 2, charNgrams: 4 });
  });
  test("of another profile lends none of its sizes", () => {
    const text = configText(recipeFor("cifar10", { profile: "step", ratio: 7, maxPerClass: 70 }));
    expect(asked(text, { profile: "natural" })).toMatchObject({ ratio: 1, maxPerClass: null });
    expect(asked(text, { profile: "longtail" })).toMatchObject({ ratio: 100, maxPerClass: null });
    expect(asked(text, { profile: "step" })).toMatchObject({ ratio: 7, maxPerClass: 70 });
  });
  test.for([
    ["names what is not there", "dataset: cifar10\nepochs: *x", "Unresolved alias"],
    ["holds itself", "x: &x { y: *x }", "expected YAML that can be written out."],
  ])("that %s is refused", ([, text, words]) => {
    expect(() => asked(text!)).toThrow(words);
  });
  test("made from a recipe asks for it again", () => {
    const recipes = [
      recipeFor("cifar10", { methodOptions: { testPrior: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } }),
      recipeFor("fashion-mnist", { method: "composed", methodOptions: { loss: "focal", weights: "sqrt" } }),
      recipeFor("cifar100", { optimizer: "adam", keep: { apple: 0.5 }, epochs: 3 }),
    ];
    for (const recipe of recipes) expect(asked(configText(recipe))).toEqual(recipe);
  });

  const refused: readonly (readonly [string, string, string])[] = [
    [
      "a field it has not",
      "dataset: cifar10\nepoch: 3",
      '2:1: expected epoch not to be there, got 3. Did you mean "epochs"?',
    ],
    [
      "a parameter no method has",
      "methodOptions:\n  maxMargn: 1",
      '2:3: expected methodOptions.maxMargn not to be there, got 1. Did you mean "maxMargin"?',
    ],
    [
      "a name that is not one",
      "seed: 1\nprecision: bf-16",
      '2:1: expected precision to be one of fp32, bf16, got "bf-16". Did you mean "bf16"?',
    ],
    ["a method that is not one", "method: ldam_drw", 'Did you mean "ldam-drw"?'],
    [
      "a part that is not one",
      "method: composed\nmethodOptions:\n  loss: ce\n",
      "3:3: expected methodOptions.loss to be one of cross-entropy, focal",
    ],
    [
      "parts that do not go together",
      "method: composed\nmethodOptions:\n  gamma: 1\n",
      '3:3: expected methodOptions.gamma to go with a part that has it, got "CE". It has loss, classifier, ',
    ],
    [
      "what the parts have not, where they alone make the method",
      "methodOptions:\n  loss: focal\n  maxMargin: 1\n",
      '3:3: expected methodOptions.maxMargin to go with a part that has it, got "Focal". It has loss, classifier, ',
    ],
    [
      "a prior of one margin for all",
      "method: composed\nmethodOptions: { loss: ldam, margins: uniform, testPrior: [1, 2] }",
      '2:48: expected methodOptions.testPrior to go with margins ldam, got "uniform". One margin for all knows no prior.',
    ],
    [
      "a part that follows from another and does not go with a third",
      "method: composed\nmethodOptions:\n  loss: ldam\n  posthoc: tau-norm\n",
      '2:1: expected methodOptions.classifier to be linear with posthoc tau-norm, got "cosine".',
    ],
    [
      "an option that the method has not",
      "method: erm\nmethodOptions:\n  gamma: 1\n",
      '3:3: expected methodOptions.gamma to go with a method that has it (focal, cb-focal, vs), got "erm".',
    ],
    [
      "a part beside a method's name",
      "method: ldam-drw\nmethodOptions: { loss: focal }",
      '2:18: expected methodOptions.loss to go with method composed, got "ldam-drw". Name a loss and its parts, or a method.',
    ],
    ["a data set that is not one", "dataset: cifar-10", "1:1: expected dataset to be one of "],
    ["nothing for a name", 'dataset: ""', '1:1: expected dataset not to be empty, got "".'],
    ["a number out of its range", "ratio: 0.5", "1:1: expected ratio to be a number of at least 1, got 0.5."],
    [
      "a wrong kind of value",
      "epochs: many",
      '1:1: expected epochs to be a whole number from 1 to 1000000, got "many".',
    ],
    [
      "an item of a list",
      "schedule:\n  decays:\n    - fromEpoch: 3\n      factor: 0\n",
      "4:7: expected schedule.decays[0].factor to be a number above 0, got 0.",
    ],
    ["a list in place of fields", "- 1", "1:1: expected an object, got [1]."],
    ["a text that is no YAML", "seed: [1", "expected YAML or JSON."],
    [
      "too short a list",
      "methodOptions: { testPrior: [1] }",
      "testPrior to have at least 2 of them, got [1].",
    ],
    [
      "a run without an end",
      "epochs: 10000000",
      "1:1: expected epochs to be a whole number from 1 to 1000000",
    ],
    [
      "nothing held out for a test",
      "testFraction: 0",
      "1:1: expected testFraction to be a number above 0 and below 1, got 0.",
    ],
  ];
  test.for(refused)("refuses %s, saying where", ([, text, message]) => {
    const path = fileOf(text);
    expect(() => readConfig(path)).toThrow(message);
    expect(() => readConfig(path)).toThrow(new RegExp(`^${path.replaceAll(".", "\\.")}:\\d+:\\d+: `));
  });
  test.for([
    ["ratio: 100000", "2:1: expected ratio to be at most 5000, the largest class, got 100000. "],
    [
      "protocol: paper\nvalidationFraction: 0.1",
      "3:1: expected validationFraction to be 0 with protocol paper, got 0.1. The paper's protocol",
    ],
    [
      "methodOptions:\n  testPrior: [1, 2]",
      "3:3: expected methodOptions.testPrior to be a number for each of 10 classes, got [1, 2].",
    ],
    [
      "methodOptions: { gamma: 1 }",
      '2:18: expected methodOptions.gamma to go with a method that has it (focal, cb-focal, vs), got "ldam',
    ],
    [
      "testFraction: 0.3",
      "2:1: expected testFraction not to be set for data with a test split, got 0.3. Leave it out.",
    ],
    [
      "optimizer: adamw\nmomentum: 0.5",
      "3:1: expected momentum not to be set with optimizer adamw, got 0.5.",
    ],
    ["text: { minCount: 2 }", "2:9: expected text.minCount not to be set for data other than texts, got 2."],
  ] as const)("that says %j, which its data refuses, is answered with the place", ([text, message]) => {
    expect(() => asked(`dataset: cifar10\n${text}`)).toThrow(`run.yaml:${message}`);
  });
  test("is not named for what an option says, or what it does not say", () => {
    expect(() => asked("dataset: cifar10\nratio: 10", { ratio: 100_000 })).toThrow(
      "--ratio: expected at most 5000",
    );
    expect(() => asked("dataset: cifar10", { maxPerClass: 50 })).toThrow("--ratio: expected");
    const step = "dataset: cifar10\nprofile: step\nratio: 7";
    expect(() => asked(step, { profile: "longtail", maxPerClass: 50 })).toThrow("--ratio: expected");
  });
  test("lends a momentum to SGD alone, and what it holds out to data without a test split", () => {
    const text = configText(recipeFor("cifar10", { momentum: 0.5, nesterov: true }));
    expect(asked(text, { optimizer: "adam" })).toMatchObject({ optimizer: "adam", momentum: 0.9 });
    expect(asked(text, { optimizer: "adam" })).not.toHaveProperty("nesterov");
    expect(asked(text, { momentum: 0 })).not.toHaveProperty("nesterov");
    expect(asked(text, { optimizer: "sgd" })).toMatchObject({ momentum: 0.5, nesterov: true });
    expect(() => asked(text, { optimizer: "adam", nesterov: true })).toThrow(
      '--nesterov: expected not to be set without sgd and a momentum above 0, got "adam".',
    );
    const source = { kind: "table", paths: ["own.csv"] } as const;
    const own = configText(recipeFor("own", { source, testFraction: 0.3 }));
    const tested = { dataset: "own", source: { ...source, testPaths: ["more.csv"] } };
    expect(asked(own, tested)).not.toHaveProperty("testFraction");
    expect(asked(own)).toHaveProperty("testFraction", 0.3);
  });
  test("lends its rate to an optimizer of its own kind alone", () => {
    const sgd = configText(recipeFor("cifar10", { epochs: 40 }));
    const { schedule } = recipeFor("cifar10", { epochs: 40 });
    expect(asked(sgd, { optimizer: "adam" }).schedule).toEqual({ ...schedule, base: 0.001 });
    const adam = "dataset: cifar10\noptimizer: adam\nschedule: { base: 0.0003 }";
    expect(asked(adam).schedule.base).toBe(0.0003);
    expect(asked(adam, { optimizer: "adamw" }).schedule.base).toBe(0.0003);
    expect(asked(adam, { optimizer: "sgd" }).schedule.base).toBe(0.1);
    expect(asked(adam, { optimizer: "sgd", lr: 0.2 }).schedule.base).toBe(0.2);
  });
  test("that is not there is named", () => {
    expect(() => readConfig("no-such.yaml")).toThrow(
      "no-such.yaml: expected a configuration file, got no such file.",
    );
  });
  const scaled = "Leave it out to scale the default schedule to the run";
  const share = `${scaled}, or name a share of the epochs, such as 0.8.`;
  test.for([
    [
      "decays: [{ fromEpoch: 300, factor: 0.1 }]",
      `3:14: expected schedule.decays[0].fromEpoch to be below 200, the run's length, got 300. ${share}`,
    ],
    [
      "decays: [{ fromEpoch: 200, factor: 0.1 }]",
      `3:14: expected schedule.decays[0].fromEpoch to be below 200, the run's length, got 200. ${share}`,
    ],
    [
      "warmupEpochs: 400",
      `3:3: expected schedule.warmupEpochs to be at most 200, the run's length, got 400. ${scaled}.`,
    ],
  ] as const)("is refused where its schedule reaches past the run: %s", ([part, message]) => {
    expect(() => asked(`dataset: cifar10\nschedule:\n  ${part}`)).toThrow(`run.yaml:${message}`);
  });
  test("is refused where an option makes the run shorter than its schedule, unless options say that too", () => {
    const text = configText(recipeFor("cifar10"));
    expect(() => asked(text, { epochs: 40 })).toThrow(
      "expected schedule.decays[0].fromEpoch to be below 40, the run's length, got 160. Leave it out",
    );
    expect(asked(text, { epochs: 40, decayAt: [20] }).schedule).toMatchObject({ warmupEpochs: 5 });
    const short = { epochs: 4, decayAt: [2] };
    expect(() => asked(text, short)).toThrow(
      "expected schedule.warmupEpochs to be at most 4, the run's length, got 5.",
    );
    expect(asked(text, { ...short, warmupEpochs: 1 }).schedule).toMatchObject({ warmupEpochs: 1 });
  });
  test.for([1, 2, 3])(
    "of a run of %d epochs, whose usual drops may come at its end, asks for it again",
    (epochs) => {
      const recipe = recipeFor("cifar10", { epochs });
      expect(asked(configText(recipe))).toEqual(recipe);
      expect(asked(configText(recipe), { epochs })).toEqual(recipe);
    },
  );
});

suite("configJsonSchema", () => {
  const schema = configJsonSchema() as { properties: Record<string, Record<string, unknown>> };

  test("has every field of a recipe, described", () => {
    const recipe = recipeFor("cifar10", { optimizer: "adam" });
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(recipe)));
    for (const field of Object.values(schema.properties)) expect(field).toHaveProperty("description");
  });
  test("knows the names and refuses fields it has not", () => {
    expect(schema).toMatchObject({ additionalProperties: false });
    expect(schema.properties["method"]!["enum"]).toEqual(
      expect.arrayContaining(["erm", "ldam-drw", "composed"]),
    );
    expect(schema).not.toHaveProperty("required");
  });
});
