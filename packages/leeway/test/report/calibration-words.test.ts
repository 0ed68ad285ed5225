import { describe as suite, expect, test } from "vitest";
import { calibrationChoice } from "../../src/report/calibration-words.ts";

const fit = { temperature: 1, offsets: [0, 0], examples: 100, prior: "training" } as const;
const compared = [
  { kind: "temperature", logLoss: 0.2099, behind: 0.005, standardError: 0.003 },
  { kind: "beta", logLoss: 0.2049, behind: 0, standardError: 0 },
] as const;

suite("calibrationChoice", () => {
  test("says nothing of the default", () => {
    expect(calibrationChoice(fit)).toBe("");
    expect(calibrationChoice(undefined)).toBe("");
  });

  test("names the curve, and what it was chosen from", () => {
    expect(calibrationChoice({ ...fit, kind: "isotonic" })).toBe("; calibrated by an isotonic curve");
    expect(calibrationChoice({ ...fit, kind: "beta", compared })).toBe(
      "; calibrated by a beta curve, chosen by cross-validated log loss (temperature 0.2099, beta 0.2049)",
    );
    expect(calibrationChoice({ ...fit, compared })).toMatch(/^; calibrated by temperature, chosen by/);
  });
});
