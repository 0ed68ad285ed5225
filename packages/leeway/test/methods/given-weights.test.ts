import { describe as suite, expect, test } from "vitest";
import { multipliedWeights, ones, powerWeights } from "../../src/imbalance/index.ts";
import {
  firstStage,
  firstStageDifference,
  type GivenWeights,
  givenWeights,
  methodNames,
  methodOf,
  type MethodOptions,
  ownBalance,
  type Stage,
  stagesOf,
  unnamedWeights,
} from "../../src/methods/index.ts";

const counts = [900, 90, 10];
const classNames = ["ok", "late", "fraud"];
const given = givenWeights({ classWeight: { fraud: 20 } }, classNames);

const stages = (name: string, weights: GivenWeights = {}, options: MethodOptions = {}): readonly Stage[] =>
  stagesOf(methodOf(name, options), counts, 10, { given: weights });

suite("givenWeights", () => {
  test("are 1 for a class that is not named", () => {
    expect(given).toEqual({ factors: Float64Array.of(1, 1, 20) });
  });
  test("are none where none were requested", () => {
    expect(givenWeights({}, classNames)).toEqual({});
  });
  test("of classes with the names of an object's own are as requested", () => {
    const names = ["constructor", "toString"];
    expect(givenWeights({ classWeight: { toString: 2 } }, names).factors).toEqual(Float64Array.of(1, 2));
  });
  test("refuse a name that is no class, and guess", () => {
    expect(() => givenWeights({ classWeight: { ok: 1, fruad: 20 } }, classNames)).toThrow(
      'recipe: expected classWeight to be a class among ok, late, fraud, got "fruad". Did you mean "fraud"?',
    );
  });
});

suite.for(methodNames)("with %s, weights that were given", (name) => {
  const plain = stages(name);
  const last = plain.at(-1)!;

  test("multiply those of the last stage, and change nothing before it", () => {
    const factors = given.factors!;
    const expected = { ...last, classWeights: multipliedWeights(last.classWeights, factors) };
    expect(stages(name, given)).toEqual([...plain.slice(0, -1), expected]);
  });
  test("as a power take their place", () => {
    const expected = { ...last, classWeights: powerWeights(counts, { power: 0.5 }) };
    expect(stages(name, { power: 0.5 })).toEqual([...plain.slice(0, -1), expected]);
  });
  test("join as a power times factors", () => {
    const both = stages(name, { ...given, power: 0.5 }).at(-1)!.classWeights;
    expect(both).toEqual(multipliedWeights(powerWeights(counts, { power: 0.5 }), given.factors!));
  });
  test("change no bit where they are equal", () => {
    expect(stages(name, { factors: Float64Array.of(3, 3, 3) })).toEqual(plain);
  });
});

suite("weights that were given", () => {
  test("hold from the first step where the second stage never begins", () => {
    const [only, ...others] = stages("ldam-drw", given, { deferAt: 1 });
    expect([only!.classWeights, others]).toEqual([multipliedWeights(ones(counts), given.factors!), []]);
  });
  test.for([
    [{ classWeight: { fraud: 20 } }, "stage"],
    [{ weightPower: 0.5 }, "stage"],
    [{}, null],
  ] as const)("%o tell the first stage of erm from that of erm-drw: %s", ([requested, difference]) => {
    for (const known of [givenWeights(requested, classNames), unnamedWeights(requested, 3)]) {
      const until = { epoch: 8, epochs: 10, given: known };
      const [one, other] = ["erm", "erm-drw"].map((name) => firstStage(methodOf(name), counts, until));
      expect(firstStageDifference(one!, other!)).toBe(difference);
    }
  });
});

suite("ownBalance", () => {
  test.for([
    ["erm", undefined],
    ["cb-rw", undefined],
    ["ldam-drw", undefined],
    ["logit-adjustment", "shifts logits by class frequencies"],
    ["logit-adjustment-post-hoc", "shifts logits by class frequencies"],
    ["vs", "shifts logits by class frequencies"],
    ["rs", "draws rare classes more often"],
    ["crt", "draws rare classes more often"],
  ] as const)("of %s is %s", ([name, balance]) => {
    expect(ownBalance(methodOf(name))).toBe(balance);
  });
});
