import { describe as suite, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.ts";
import {
  batchMinimum,
  expectedCounts,
  type OptimizerName,
  paperSchedule,
  type Recipe,
  recipeFor,
  type RecipeOptions,
} from "../../src/recipe/index.ts";

suite("recipeFor", () => {
  test.for(["proco", "bcl"])(
    "refuses %s of what has no further views, and what its views do not go with",
    (method) => {
      const of =
        (methodOptions = {}, dataset = "cifar10") =>
        () =>
          recipeFor(dataset, { method, methodOptions });
      expect(of({}, "imdb")).toThrow(
        `recipe: expected method to be one for data other than images, of which there are no further views, got "${method}". Take logit-adjustment.`,
      );
      for (const mixing of ["cutmix", "cmo"])
        expect(of({ [mixing]: 1 })).toThrow(`expected ${mixing} to be 0 with`);
      expect(of({ mixup: 1 })).toThrow(
        `expected mixup to be 0 with method ${method}, whose views are each of one class`,
      );
      expect(of({ rho: 0.1 })).toThrow(
        `expected rho to be 0 with method ${method}, whose step has three views already`,
      );
      expect(of({ cutout: 16 })).not.toThrow();
    },
  );
  test("is the paper's recipe where nothing is asked for", () => {
    expect(recipeFor("cifar10")).toEqual({
      dataset: "cifar10",
      profile: "longtail",
      ratio: 100,
      maxPerClass: null,
      method: "ldam-drw",
      methodOptions: { maxMargin: 0.5, scale: 30, beta: 0.9999, deferAt: 0.8 },
      model: "resnet32",
      epochs: 200,
      batchSize: 128,
      schedule: {
        base: 0.1,
        warmupEpochs: 5,
        decays: [
          { fromEpoch: 160, factor: 0.01 },
          { fromEpoch: 180, factor: 0.01 },
        ],
      },
      momentum: 0.9,
      weightDecay: 2e-4,
      precision: "fp32",
      seed: 0,
      protocol: "honest",
      validationFraction: 0.1,
    });
  });
  test("is the paper's for Tiny ImageNet and iNaturalist too", () => {
    expect(recipeFor("tiny-imagenet")).toMatchObject({
      ...{ profile: "longtail", model: "resnet18", epochs: 120, batchSize: 128, weightDecay: 2e-4 },
      schedule: { base: 0.1, warmupEpochs: 0, decays: [{ fromEpoch: 90, factor: 0.1 }] },
      methodOptions: { maxMargin: 0.5, deferAt: 0.75 },
    });
    const decays = [30, 60].map((fromEpoch) => ({ fromEpoch, factor: 0.1 }));
    expect(recipeFor("inaturalist2018")).toMatchObject({
      ...{ profile: "natural", model: "resnet50", epochs: 90, schedule: { base: 0.1, decays } },
      methodOptions: { maxMargin: 0.3, deferAt: 60 / 90 },
    });
    expect(recipeFor("inaturalist2018", { method: "erm" }).methodOptions).toEqual({});
    expect(recipeFor("tiny-imagenet", { methodOptions: { deferAt: 0.5 } }).methodOptions).toMatchObject({
      deferAt: 0.5,
    });
  });
  test("defers where the rate drops, but not what defers for reasons of its own", () => {
    const deferAt = (method: string): unknown => recipeFor("tiny-imagenet", { method }).methodOptions.deferAt;
    expect(["ldam-drw", "erm-drs", "crt", "mislas"].map(deferAt)).toEqual([0.75, 0.75, 0.95, 0.95]);
  });

  test("expects the class counts that a profile leaves, but none that thinning would change", () => {
    const expected = (...[dataset, options]: Parameters<typeof recipeFor>): unknown =>
      expectedCounts(recipeFor(dataset, options));
    expect(expected("cifar10", { profile: "step", ratio: 10 })).toHaveLength(10);
    expect(expected("cifar10", { profile: "step", ratio: 10, keep: { cat: 0.1 } })).toBeNull();
    const step = [5421, 542].flatMap((n) => Array<number>(5).fill(n));
    expect(expected("mnist", { profile: "step", ratio: 10 })).toEqual(step);
    expect(expected("inaturalist2018", {})).toBeNull();
    expect(() => expected("inaturalist2018", { profile: "longtail", ratio: 10 })).toThrow(
      "The rarest class would keep no example of 2.",
    );
  });

  test("leaves the class sizes of own images as they are, whatever they are called", () => {
    const source = { kind: "image", paths: ["photos"] } as const;
    expect(recipeFor("tiny-imagenet", { source })).toMatchObject({
      ...{ profile: "natural", model: "resnet32", epochs: 60, batchSize: 128 },
    });
  });
  test("puts what was asked for in its place", () => {
    const asked: RecipeOptions = {
      profile: "step",
      ratio: 10,
      maxPerClass: 500,
      method: "erm",
      model: "resnet20",
      epochs: 40,
      batchSize: 64,
      momentum: 0,
      weightDecay: 0,
      precision: "bf16",
      seed: 7,
      validationFraction: 0.2,
    };
    expect(recipeFor("fashion-mnist", asked)).toMatchObject({ dataset: "fashion-mnist", ...asked });
  });
  test("scales the schedule with the epochs", () => {
    for (const epochs of [1, 7, 40, 400]) {
      expect(recipeFor("cifar10", { epochs }).schedule).toEqual(paperSchedule(epochs));
    }
  });
  const source = { kind: "table", paths: ["t.csv"] } as const;
  const rates: readonly (readonly [
    data: string,
    usual: RecipeOptions,
    optimizer: OptimizerName,
    base: number,
  ])[] = [
    ["cifar10", {}, "adam", 0.001],
    ["inaturalist2018", {}, "adamw", 0.001],
    ["cifar10", {}, "sgd", 0.1],
    ["t", { source }, "sgd", 0.1],
    ["t", { source }, "adam", 0.002],
    ["t", { source, model: "mlp" }, "adamw", 0.001],
    ["imdb", { model: "tfidf" }, "adam", 0.005],
    ["imdb", { model: "tfidf" }, "sgd", 0.1],
  ];
  test.for(rates)("of %s, %j, with %s changes the usual schedule's rate alone, to %d", (each) => {
    const [data, usual, optimizer, base] = each;
    const { schedule } = recipeFor(data, usual);
    expect(recipeFor(data, { ...usual, optimizer }).schedule).toEqual({ ...schedule, base });
  });
  test("takes another schedule as it is", () => {
    const schedule = { base: 0.3, warmupEpochs: 0, decays: [] };
    expect(recipeFor("cifar10", { epochs: 40, schedule }).schedule).toEqual(schedule);
    expect(recipeFor("cifar10", { optimizer: "adam", schedule }).schedule).toEqual(schedule);
  });
  test("records the method's options, asked for or not", () => {
    const { methodOptions } = recipeFor("cifar10", { methodOptions: { beta: 0.99 } });
    expect(methodOptions).toEqual({ maxMargin: 0.5, scale: 30, beta: 0.99, deferAt: 0.8 });
  });
  test("takes a test prior of as many classes as the data has, of own data of any number", () => {
    const methodOptions = { testPrior: [3, 2, 1] };
    const source = { kind: "image", paths: ["photos"] } as const;
    expect(recipeFor("photos", { source, methodOptions }).methodOptions).toMatchObject(methodOptions);
    for (const profile of ["longtail", "natural"] as const) {
      expect(() => recipeFor("cifar10", { profile, methodOptions })).toThrow(
        "recipe: expected testPrior to be a number for each of 10 classes, got [3, 2, 1].",
      );
    }
    expect(() =>
      recipeFor("cifar10", { methodOptions: { testPrior: new Array<number>(10).fill(0) } }),
    ).toThrow("recipe: expected testPrior to be above 0 for some class, got [0, ");
  });
  test("holds nothing out with the paper's protocol", () => {
    expect(recipeFor("cifar10", { protocol: "paper" }).validationFraction).toBe(0);
  });
  test("has no ratio but 1 with the balanced profile", () => {
    expect(recipeFor("cifar10", { profile: "balanced" }).ratio).toBe(1);
  });
});

suite("the default network of tables", () => {
  const source = { kind: "table", paths: ["t.csv"] } as const;
  const recipe = (options: RecipeOptions): Recipe => recipeFor("t", { source, ...options });

  test("is an ensemble below a million rows, and one network of more", () => {
    expect(recipe({})).toMatchObject({ model: "tabm", optimizer: "adamw", weightDecay: 0.03 });
    expect([1000, 999_999, 1_000_000].map((examples) => recipe({ examples }).model)).toEqual([
      ...["tabm", "tabm", "mlp"],
    ]);
    expect(recipe({ examples: 1_000_000 })).toMatchObject({ optimizer: "adam", weightDecay: 0 });
  });
  test("counts the rows that are left of the most frequent class", () => {
    expect(recipe({ examples: 5_000_000, keepNegatives: 0.05 }).model).toBe("tabm");
  });
  test("is the requested one of any number", () => {
    expect(recipe({ examples: 1_000_000, model: "tabm" })).toMatchObject({
      model: "tabm",
      weightDecay: 0.03,
    });
    expect(recipe({ examples: 1000, model: "mlp" })).toMatchObject({ model: "mlp", weightDecay: 0 });
  });
  test("does not change that of ready vectors", () => {
    const vectors = { kind: "embedding", paths: ["v.npy"] } as const;
    expect([1000, 1_000_000].map((examples) => recipe({ source: vectors, examples }).model)).toEqual([
      ...["linear", "linear"],
    ]);
  });
});

suite("a recipe that is read back", () => {
  const source = { kind: "table", paths: ["t.csv"] } as const;

  test.for(["sgd", "adam", "adamw"] as const)("has its optimizer, %s", (optimizer) => {
    const tables = recipeFor("t", { source, optimizer });
    expect(recipeFor("t", tables)).toEqual(tables);
    expect(tables.optimizer).toBe(optimizer);
    const images = recipeFor("cifar10", { optimizer });
    const { dataset, ...fields } = images;
    expect(recipeFor(dataset, fields)).toEqual(images);
    // As a fork asks for it.
    expect(recipeFor(dataset, { ...images, method: "erm", methodOptions: {} })).toMatchObject({
      ...{ method: "erm", schedule: images.schedule, momentum: 0.9 },
    });
  });
});

suite("recipeFor refuses", () => {
  /** What is asked for, maybe of a wrong kind as it comes from JavaScript, and what the error says. */
  const refused: readonly (readonly [options: object, message: string])[] = [
    [{ ratio: 0.01 }, "recipe: expected ratio to be a number of at least 1, got 0.01."],
    [{ ratio: 10, profile: "natural" }, "recipe: expected ratio to be 1 with profile natural, got 10."],
    [
      { maxPerClass: 9, profile: "natural" },
      "recipe: expected maxPerClass not to be set with profile natural, got 9.",
    ],
    [{ source: { kind: "x", paths: ["p"] } }, "recipe: expected source.kind to be one of image, text,"],
    [{ source: { kind: "table" } }, "recipe: expected source.paths to be a list, got nothing."],
    [
      { source: { kind: "table", paths: ["t.csv"] }, testFraction: 0 },
      "testFraction to be a number above 0 and below 1",
    ],
    [
      { testFraction: 0.3 },
      "recipe: expected testFraction not to be set for data with a test split, got 0.3. Leave it out.",
    ],
    [
      { source: { kind: "table", paths: ["t.csv"], testPaths: ["u.csv"] }, testFraction: 0.2 },
      "recipe: expected testFraction not to be set for data with a test split, got 0.2.",
    ],
    [
      { optimizer: "adam", momentum: 0.5 },
      "recipe: expected momentum not to be set with optimizer adam, got 0.5. Only sgd reads it.",
    ],
    [
      { source: { kind: "table", paths: ["t.csv"] }, momentum: 0 },
      "expected momentum not to be set with optimizer adamw, got 0.",
    ],
    [{ testProfile: {} }, "recipe: expected testProfile.profile to be one of longtail, step, got nothing."],
    [{ method: 5 }, "recipe: expected method to be one of"],
    [{ ratio: Infinity }, "recipe: expected ratio to be a number of at least 1, got Infinity."],
    [
      { maxPerClass: 50 },
      "profileCounts: expected ratio to be at most 50, the largest class, got 100. The rarest class would keep no example of 50.",
    ],
    [{ maxPerClass: 0 }, "recipe: expected maxPerClass to be a whole number of at least 1, got 0."],
    [{ epochs: 0 }, "recipe: expected epochs to be a whole number from 1 to 1000000, got 0."],
    [{ epochs: 1.5 }, "recipe: expected epochs to be a whole number from 1 to 1000000, got 1.5."],
    [{ batchSize: -1 }, "recipe: expected batchSize to be a whole number from 1 to 1000000, got -1."],
    [{ momentum: 1 }, "recipe: expected momentum to be a number of at least 0 and below 1, got 1."],
    [{ weightDecay: -1 }, "recipe: expected weightDecay to be a number of at least 0, got -1."],
    [{ weightDecay: NaN }, "recipe: expected weightDecay to be a number of at least 0, got NaN."],
    [{ seed: -1 }, "recipe: expected seed to be a whole number of at least 0, got -1."],
    [
      { validationFraction: 1 },
      "recipe: expected validationFraction to be a number of at least 0 and below 1, got 1.",
    ],
    [
      { protocol: "paper", validationFraction: 0.1 },
      "recipe: expected validationFraction to be 0 with protocol paper, got 0.1. The paper's protocol chooses the epoch on the test set.",
    ],
    [
      { protocol: "paper", patience: 3 },
      "recipe: expected patience not to be set with protocol paper, got 3. No validation split tells when to end.",
    ],
    [
      { validationFraction: 0, patience: 3 },
      "recipe: expected patience not to be set without a validation split, got 3. Hold out a part of the training data, or leave it out.",
    ],
    [
      { selectBy: "average-precison" },
      'recipe: expected selectBy to be one of balanced-accuracy, average-precision, macro-f1, worst-class, log-loss, recall-at-precision=0.9, precision-at-recall=0.9, got "average-precison". Did you mean "average-precision"?',
    ],
    [{ selectBy: "recall-at-precision=2" }, "What follows = is above 0 and at most 1."],
    [
      { protocol: "paper", selectBy: "log-loss" },
      'recipe: expected selectBy not to be set with protocol paper, got "log-loss". The paper\'s protocol chooses by top-1 accuracy.',
    ],
    [{ patience: 0 }, "recipe: expected patience to be a whole number from 1 to 1000000, got 0."],
    [
      { schedule: { base: 0, warmupEpochs: 0, decays: [] } },
      "recipe: expected schedule.base to be a number above 0 and at most 1000, got 0.",
    ],
    [
      { schedule: { base: 1, warmupEpochs: -1, decays: [] } },
      "recipe: expected schedule.warmupEpochs to be a whole number of at least 0, got -1.",
    ],
    [
      { schedule: { base: 1, warmupEpochs: 0, decays: [{ fromEpoch: 1.5, factor: 1 }] } },
      "recipe: expected schedule.decays[0].fromEpoch to be right (an epoch such as 160, or a share such as 0.8), got 1.5.",
    ],
    [
      { schedule: { base: 1, warmupEpochs: 0, decays: [{ fromEpoch: 1, factor: 0 }] } },
      "recipe: expected schedule.decays[0].factor to be a number above 0, got 0.",
    ],
    [
      { methodOptions: { maxMargin: -1 } },
      "recipe: expected methodOptions.maxMargin to be a number above 0 and at most 10, got -1.",
    ],
    [
      { methodOptions: { scale: 0 } },
      "recipe: expected methodOptions.scale to be a number above 0 and at most 10000, got 0.",
    ],
    [
      { methodOptions: { beta: 1 } },
      "recipe: expected methodOptions.beta to be a number of at least 0 and below 1, got 1.",
    ],
    [
      { methodOptions: { deferAt: 201 } },
      "methodOptions.deferAt to be a share or an epoch of the run, at most 200, got 201.",
    ],
    [
      { method: "erm", methodOptions: { beta: 0.9 } },
      "recipe: expected methodOptions.beta to go with a method that has it (cb-rs, cb-rw, ",
    ],
  ];
  test.for(refused)("%j", ([options, message]) => {
    expect(() => recipeFor("cifar10", options)).toThrow(message);
    expect(() => recipeFor("cifar10", options)).toThrow(ArgumentError);
  });
});

suite("a misspelt name", () => {
  const misspelt: readonly (readonly [options: object, guess: string])[] = [
    [{ profile: "long-tail" }, "longtail"],
    [{ method: "ldam_drw" }, "ldam-drw"],
    [{ model: "resnet33" }, "resnet32"],
    [{ precision: "fp23" }, "fp32"],
    [{ protocol: "papre" }, "paper"],
    [{ epoch: 3 }, "epochs"],
  ];
  test.for(misspelt)("in %j is guessed", ([options, guess]) => {
    expect(() => recipeFor("cifar10", options)).toThrow(`Did you mean "${guess}"?`);
  });
  test("of a data set is guessed", () => {
    expect(() => recipeFor("cifar-10")).toThrow('got "cifar-10". Did you mean "cifar10"?');
  });
  test("of a method's option guesses the right one", () => {
    expect(() => recipeFor("cifar10", { methodOptions: { maxmargin: 1 } as object })).toThrow(
      'expected methodOptions.maxmargin not to be there, got 1. Did you mean "maxMargin"?',
    );
  });
});

suite("a recipe of version 0.1", () => {
  test("may call the τ of posthoc posthocTau", () => {
    const of = (tau: object): unknown =>
      recipeFor("cifar10", { method: "composed", methodOptions: { posthoc: "tau-norm", ...tau } });
    expect(of({ posthocTau: 0.5 })).toEqual(of({ tau: 0.5 }));
  });
});

suite("a recipe's model", () => {
  test.for(["resnet", "resnet2", "resnet33", "resnet032", "resnet32x", "ResNet32", "mlp"])(
    "is not %s for images",
    (model) => {
      expect(() => recipeFor("cifar10", { model })).toThrow(
        "recipe: expected model to be one of resnet8, resnet14,",
      );
    },
  );
});

suite("a recipe for own data", () => {
  const source = { kind: "image", paths: ["photos"] } as const;
  test("leaves class counts as they are, and holds a fifth out where there is no test split", () => {
    expect(recipeFor("photos", { source })).toMatchObject({ profile: "natural", testFraction: 0.2, source });
    expect(recipeFor("photos", { source: { ...source, testPaths: ["more"] } })).not.toHaveProperty(
      "testFraction",
    );
  });

  test("of texts is Adam's on all there is, for the paper's network", () => {
    const recipe = recipeFor("imdb", { method: "erm", keep: { neg: 0.1 } });
    expect(recipe).toMatchObject({
      ...{ model: "bilstm", optimizer: "adam", batchSize: 64, epochs: 10, profile: "natural", ratio: 1 },
      ...{ keep: { neg: 0.1 }, weightDecay: 0, schedule: { base: 1e-3 } },
    });
    expect(recipe).not.toHaveProperty("text");
  });

  test("of a network with needs of its own is that network's", () => {
    const recipe = recipeFor("imdb", { model: "tfidf", text: { minCount: 3 } });
    expect(recipe).toMatchObject({
      ...{ epochs: 30, weightDecay: 3e-4, schedule: { base: 0.005 } },
      text: { maxLength: 5000, minCount: 3 },
      method: "logit-adjustment",
    });
  });

  const texts = { kind: "text", paths: ["mails.csv"] } as const;
  test("of custom texts is n-grams with logit adjustment, and says which n-grams", () => {
    expect(recipeFor("mails", { source: texts, text: { charNgrams: 0 } })).toMatchObject({
      ...{ model: "ngrams", method: "logit-adjustment", optimizer: "adam", weightDecay: 3e-5 },
      schedule: { base: 0.03 },
      text: { wordNgrams: 2, charNgrams: 0, minCount: 2, vocabularySize: 200_000 },
    });
  });

  test("of custom texts for the LSTM is what it is for the paper's", () => {
    const recipe = recipeFor("mails", { source: texts, model: "bilstm", examples: 12_375 });
    expect(recipe).toMatchObject({ method: "ldam-drw", batchSize: 64, epochs: 11, schedule: { base: 1e-3 } });
    expect(recipe).not.toHaveProperty("text");
  });

  test.for([
    ["ngrams", { maxLength: 9 }, "text.maxLength not to be set for ngrams, got 9. All of a text is read."],
    [
      "bilstm",
      { wordNgrams: 2 },
      "text.wordNgrams not to be set for bilstm, got 2. Only --model ngrams reads it.",
    ],
    ["tfidf", { charNgrams: 3 }, "text.charNgrams not to be set for tfidf, got 3."],
    [
      "ngrams",
      { wordNgrams: 0, charNgrams: 0 },
      "text.wordNgrams to be above 0 where charNgrams is 0, got 0",
    ],
    ["ngrams", { charNgrams: 1 }, "text.charNgrams to be 0 or at least 2, got 1"],
  ] as const)("refuses for %s %o, which it does not read", ([model, text, message]) => {
    expect(() => recipeFor("mails", { source: texts, model, text })).toThrow(message);
  });
});

suite("class weights in a recipe", () => {
  const source = { kind: "table", paths: ["t.csv"] } as const;
  const methodFor = (options: RecipeOptions): string => recipeFor("t", { source, ...options }).method;

  test("take a plain method where the data's own balances without them", () => {
    expect(methodFor({})).toBe("logit-adjustment");
    expect([{ weightPower: 0.5 }, { classWeight: { a: 2 } }].map(methodFor)).toEqual(["erm", "erm"]);
    expect(recipeFor("cifar10", { weightPower: 0.5 }).method).toBe("ldam-drw");
  });
  test("leave a method that was named", () => {
    expect(methodFor({ weightPower: 0.5, method: "logit-adjustment" })).toBe("logit-adjustment");
    expect(methodFor({ weightPower: 0.5, methodOptions: { loss: "focal" } })).toBe("composed");
  });
  test("are left out where none were requested", () => {
    expect(recipeFor("t", { source, classWeight: {} })).toEqual(recipeFor("t", { source, method: "erm" }));
  });
});

suite("a minimum a batch in a recipe", () => {
  const source = { kind: "table", paths: ["t.csv"] } as const;
  const minPerBatch = { fraud: 3, odd: 2 };

  test("is refused where a batch has no room for it", () => {
    expect(recipeFor("t", { source, batchSize: 5, minPerBatch }).minPerBatch).toEqual(minPerBatch);
    expect(() => recipeFor("t", { source, batchSize: 4, minPerBatch })).toThrow(
      "recipe: expected minPerBatch to be at most 4 in all, the size of a batch, got 5.",
    );
  });
  test("is of classes that are there, and have examples", () => {
    const minimum = (names: readonly string[], counts: readonly number[]): unknown =>
      batchMinimum({ minPerBatch }, { classNames: names, counts });
    expect(minimum(["ok", "odd", "fraud"], [90, 9, 1])).toEqual([0, 2, 3]);
    expect(() => minimum(["ok", "od", "fraud"], [90, 9, 1])).toThrow('got "odd". Did you mean "od"?');
    expect(() => minimum(["ok", "odd", "fraud"], [90, 9, 0])).toThrow(
      'recipe: expected minPerBatch to be a class with training examples, got "fraud".',
    );
  });
});
