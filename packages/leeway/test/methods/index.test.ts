import { describe as suite, expect, test } from "vitest";
import {
  effectiveNumberWeights,
  inverseFrequencyWeights,
  uniformMargins,
} from "../../src/imbalance/index.ts";
import { crossEntropyLoss, ldamLoss, type Loss, lossOf } from "../../src/losses/index.ts";
import { methodFields, methodNames, methodOf, stagesOf } from "../../src/methods/index.ts";
import { answerOf } from "../losses/reference.ts";

suite("methodOf", () => {
  test("gives the method of that name, with the options asked for", () => {
    expect(methodOf("ldam-drw", { beta: 0.99 })).toMatchObject({
      name: "ldam-drw",
      title: "LDAM-DRW",
      classifier: "cosine",
      scale: 30,
      options: { maxMargin: 0.5, scale: 30, beta: 0.99, deferAt: 0.8 },
    });
  });
  test("guesses what an unknown name was meant to be", () => {
    expect(() => methodOf("ldam_drw")).toThrow(
      /^methodOf: expected method to be one of erm, .*, got "ldam_drw"\. Did you mean "ldam-drw"\?$/,
    );
    expect(() => methodOf("toString")).toThrow(/got "toString"\.$/);
  });
  test("refuses an option that the method has not, and says which methods have it", () => {
    expect(() => methodOf("erm", { beta: 0.9 })).toThrow(
      'methodOf: expected beta to go with a method that has it (cb-rs, cb-rw, cb-focal, m-drw, erm-drw, cb-drw, ldam-drw, mixup-drw, ldam-drw-sam), got "erm".',
    );
    expect(() => methodOf("m-drw", { testPrior: [1, 2] })).toThrow(
      'methodOf: expected testPrior to go with a method that has it (ldam, ldam-hg-drs, ldam-drs, ldam-drw, ldam-drw-sam), got "m-drw".',
    );
  });
});

/** What a run records of each method, and a sweep finds it by. */
const recorded = {
  erm: {},
  focal: { gamma: 1 },
  ldam: { maxMargin: 0.5, scale: 30 },
  rs: {},
  rw: {},
  "cb-rs": { beta: 0.9999 },
  "sqrt-rs": {},
  "cb-rw": { beta: 0.9999 },
  "cb-focal": { gamma: 1, beta: 0.9999 },
  "hg-drs": { maxMargin: 0.5, scale: 30, deferAt: 0.8 },
  "ldam-hg-drs": { maxMargin: 0.5, scale: 30, deferAt: 0.8 },
  "m-drw": { maxMargin: 0.5, scale: 30, beta: 0.9999, deferAt: 0.8 },
  "erm-drs": { deferAt: 0.8 },
  "erm-drw": { beta: 0.9999, deferAt: 0.8 },
  "cb-drw": { beta: 0.9999, deferAt: 0.8 },
  "ldam-drs": { maxMargin: 0.5, scale: 30, deferAt: 0.8 },
  "ldam-drw": { maxMargin: 0.5, scale: 30, beta: 0.9999, deferAt: 0.8 },
  "logit-adjustment": { tau: 1 },
  "balanced-softmax": {},
  vs: { gamma: 0.15, tau: 1.25 },
  "logit-adjustment-post-hoc": { tau: 1 },
  "tau-norm": { tau: 1 },
  crt: { deferAt: 0.95 },
  lws: { deferAt: 0.95 },
  mislas: { smoothHead: 0.3, smoothTail: 0, deferAt: 0.95, mixup: 1 },
  "bs-head": { deferAt: 0.95 },
  gcl: { maxMargin: 0.5, scale: 30, deferAt: 0.95, mixup: 1 },
  proco: { tau: 1 },
  bcl: { tau: 1 },
  "mixup-drw": { beta: 0.9999, deferAt: 0.8, mixup: 1 },
  "ldam-drw-sam": { maxMargin: 0.5, scale: 30, beta: 0.9999, deferAt: 0.8, rho: 0.8 },
};

test("the options that methods record have the names, defaults and order of the runs that are recorded", () => {
  const options = Object.fromEntries(methodNames.map((name) => [name, methodOf(name).options]));
  expect(JSON.stringify(options)).toBe(JSON.stringify(recorded));
});

suite("τ of posthoc", () => {
  test("is tau, or posthocTau where the loss has a τ of its own", () => {
    const tauNorm = methodOf("composed", { posthoc: "tau-norm", tau: 0.5 });
    expect(tauNorm).toMatchObject({ posthoc: { normTau: 0.5 }, options: { tau: 0.5 } });
    const options = {
      loss: "logit-adjustment",
      posthoc: "logit-adjustment",
      tau: 2,
      posthocTau: 0.5,
    } as const;
    expect(methodOf("composed", options)).toMatchObject({ posthoc: { priorTau: 0.5 }, options });
  });
  test("is read where a record of version 0.1 calls it posthocTau", () => {
    const recorded = methodOf("composed", { posthoc: "logit-adjustment", posthocTau: 0.5 });
    expect(recorded).toEqual(methodOf("composed", { posthoc: "logit-adjustment", tau: 0.5 }));
    expect(() => methodOf("composed", { posthocTau: 0.5 })).toThrow("expected posthocTau to go with a part");
  });
});

suite("methodFields", () => {
  test("give of an option that losses read differently what it is in each", () => {
    expect(methodFields.gamma).toMatchObject({
      help: "γ, how much sureness takes away; vector-scaling: γ of the multipliers",
      default: "1; vector-scaling: 0.15",
    });
    expect(methodFields.deferAt.default).toBe("0.8; crt, lws, mislas, bs-head, gcl: 0.95");
  });
});

suite("the methods with equal counts", () => {
  const counts = [9, 9, 9];
  const values = (loss: Loss): number[] =>
    answerOf(
      loss,
      [
        [0.3, -0.2, 0.9],
        [0.1, 0.4, -0.5],
      ],
      [1, 0],
    ).values;

  test("erm and erm-drw are cross entropy", () => {
    for (const name of ["erm", "erm-drw"]) {
      expect(values(lossOf(stagesOf(methodOf(name), counts, 40)[0].loss))).toEqual(
        values(crossEntropyLoss()),
      );
    }
  });
  test("ldam and ldam-drw are the same form with a uniform margin", () => {
    for (const name of ["ldam", "ldam-drw"]) {
      expect(values(lossOf(stagesOf(methodOf(name), counts, 40)[0].loss))).toEqual(
        values(ldamLoss(uniformMargins(3, 0.5))),
      );
    }
  });
});

suite("mislas", () => {
  test("mixes examples with a share that is drawn evenly, from Beta(1, 1)", () => {
    expect(methodOf("mislas").regularisers).toMatchObject({ mixup: 1, cutmix: 0, rho: 0, cutout: 0 });
    expect(methodOf("mislas").options).toMatchObject({ mixup: 1 });
  });
});

suite("bs-head and gcl", () => {
  test("train the last layer alone at the end: by balanced softmax, or with classes drawn equally often", () => {
    const [, head] = stagesOf(methodOf("bs-head"), [500, 5], 200);
    expect(head).toMatchObject({ fromEpoch: 190, trainable: "classifier", restart: true });
    expect(head!.loss).toMatchObject({ kind: "vector-scaling", multipliers: null });
    const [first, second] = stagesOf(methodOf("gcl"), [500, 5], 200);
    expect(first.loss).toMatchObject({
      kind: "gaussian-cloud",
      margin: 0.5,
      scale: 30,
      clouds: Float64Array.of(0, 1),
    });
    expect(second).toMatchObject({ samplingOdds: inverseFrequencyWeights([500, 5]), loss: first.loss });
  });
});

suite("cb-drw", () => {
  test("weighs by effective numbers first and by 1/n_j from the deferral on", () => {
    const counts = [500, 5];
    const [first, second] = stagesOf(methodOf("cb-drw"), counts, 200);
    expect(first.classWeights).toEqual(effectiveNumberWeights(counts));
    expect(second).toMatchObject({ fromEpoch: 160, classWeights: inverseFrequencyWeights(counts) });
  });
});
