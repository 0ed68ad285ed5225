import { type nn, scope, setThreads, tensor } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { evaluate, endSession, type Session, startSession } from "../../src/training/index.ts";
import { posthocLogits } from "../../src/training/evaluate.ts";
import { tinyData, tinyRecipe } from "../runs/tiny-run.ts";

const sessions: Session[] = [];
const sessionOf = (method: string, tau?: number): Session => {
  const recipe = tinyRecipe({
    method,
    validationFraction: 0,
    ...(tau === undefined ? {} : { methodOptions: { tau } }),
  });
  const session = startSession(recipe, tinyData(recipe));
  sessions.push(session);
  return session;
};
const read = (session: Session, logits: readonly number[]): number[] =>
  scope(() => posthocLogits(session, tensor(logits, [1, 4])).toNumbers());

beforeAll(() => {
  setThreads(1);
});
afterAll(() => {
  sessions.forEach(endSession);
});

suite("posthocLogits", () => {
  test("leaves a method without it alone", () => {
    expect(read(sessionOf("erm"), [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  });

  test("takes τ log π off each logit", () => {
    const counts = [20, 12, 6, 4]; // of tinyData: 42 in all
    const adjusted = read(sessionOf("logit-adjustment-post-hoc", 2), [0, 0, 0, 0]);
    adjusted.forEach((value, j) => {
      expect(value).toBeCloseTo(-2 * Math.log(counts[j]! / 42), 5); // float32
    });
  });

  test("takes τ log π / s off the logits of a loss that multiplies them by s", () => {
    const plain = read(sessionOf("logit-adjustment-post-hoc", 2), [0, 0, 0, 0]);
    const recipe = tinyRecipe({
      method: "composed",
      methodOptions: { classifier: "cosine", scale: 20, posthoc: "logit-adjustment", tau: 2 },
      validationFraction: 0,
    });
    const session = startSession(recipe, tinyData(recipe));
    sessions.push(session);
    read(session, [0, 0, 0, 0]).forEach((value, j) => {
      expect(20 * value).toBeCloseTo(plain[j]!, 4);
    });
  });

  test("divides each logit by its weight vector's length to the power of τ, the bias taken off", () => {
    const session = sessionOf("tau-norm", 0.5);
    const { weight, bias } = session.model.classifier as nn.Linear;
    const rows = weight.toNumbers();
    const offsets = bias!.toNumbers();
    const adjusted = read(session, [1, 2, 3, 4]);
    adjusted.forEach((value, j) => {
      const length = Math.hypot(...rows.slice(64 * j, 64 * (j + 1)));
      expect(value).toBeCloseTo((j + 1 - offsets[j]!) / Math.sqrt(length), 4);
    });
  });

  test("is what a split is measured by", async () => {
    // At τ = 40 the rarest class wins every image: a quarter of the balanced test set.
    const session = sessionOf("logit-adjustment-post-hoc", 40);
    const { metrics } = await evaluate(session, session.data.test);
    expect(metrics.perClass).toEqual([0, 0, 0, 1]);
  });
});
