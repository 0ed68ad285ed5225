import { describe as suite, expect, test } from "vitest";
import { methodOf, type MethodOptions, stagesOf } from "../../src/methods/index.ts";
import { posthocOffsets, unthinnedCalibration } from "../../src/training/unthinned.ts";

const [unthinnedCounts, counts] = [
  [100_000, 100],
  [5000, 100],
];

/** The last stage of a method in a run on thinned data. */
function sessionOf(name: string, options: MethodOptions = {}): Parameters<typeof unthinnedCalibration>[0] {
  const method = methodOf(name, options);
  return {
    method,
    stage: stagesOf(method, counts, 10).at(-1)!,
    data: { counts: counts, unthinnedCounts: unthinnedCounts },
  };
}

/** b of the frequent class less that of the rare one. */
function difference(name: string, options: MethodOptions = {}): number {
  const [frequent, rare] = unthinnedCalibration(sessionOf(name, options))!.offsets;
  return frequent! - rare!;
}

suite("unthinnedCalibration", () => {
  test("is one over the share that was kept, for plain training", () => {
    expect(difference("erm")).toBeCloseTo(Math.log(20), 10);
  });
  test.for(["rw", "rs", "logit-adjustment"])(
    "is the whole ratio for %s, which had all classes alike",
    (name) => {
      expect(difference(name)).toBeCloseTo(Math.log(1000), 10);
    },
  );
  test.for([0.5, 1, 2])("undoes what is taken off after training, with τ = %d", (tau) => {
    expect(difference("logit-adjustment-post-hoc", { tau })).toBeCloseTo(tau * Math.log(1000), 10);
  });
  test("does nothing where nothing was thinned", () => {
    const session = sessionOf("erm");
    expect(unthinnedCalibration({ ...session, data: { counts: counts } })).toBeNull();
  });
});

suite("posthocOffsets", () => {
  test("with τ = 1 are those of the thinned frequencies, which the network knows", () => {
    const [frequent, rare] = posthocOffsets(sessionOf("logit-adjustment-post-hoc"))!;
    expect(frequent! - rare!).toBeCloseTo(Math.log(50), 10);
  });
  test("are none with other methods", () => {
    expect(posthocOffsets(sessionOf("erm"))).toBeNull();
  });
});
