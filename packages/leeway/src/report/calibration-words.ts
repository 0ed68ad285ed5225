import type { CalibrationFit } from "../metrics/index.ts";

/** What a calibration is called: `temperature`, `a beta curve`. */
export function calibrationName({ kind }: Pick<CalibrationFit, "kind">): string {
  if (kind === undefined) return "temperature";
  return { platt: "Platt's curve", beta: "a beta curve", isotonic: "an isotonic curve" }[kind];
}

/**
 * How a calibration came about, for one that is not by default: `; calibrated by a beta curve, chosen by cross-validated log loss
 * (temperature 0.2099, beta 0.2049)`; empty where nothing was requested.
 */
export function calibrationChoice(fit: CalibrationFit | undefined): string {
  if (fit === undefined || (fit.kind === undefined && fit.compared === undefined)) return "";
  const losses = (fit.compared ?? []).map(({ kind, logLoss }) => `${kind} ${logLoss.toFixed(4)}`);
  const chosen = losses.length === 0 ? "" : `, chosen by cross-validated log loss (${losses.join(", ")})`;
  return `; calibrated by ${calibrationName(fit)}${chosen}`;
}
