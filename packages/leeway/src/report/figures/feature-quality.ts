import type { ChartSpec, Heading } from "../chart-spec.ts";
import { classErrors } from "./class-errors.ts";

/** What a linear classifier makes of one backbone's features. */
export interface FeatureQuality {
  /** How the backbone was trained, as it is printed: "ERM". */
  readonly title: string;
  /** The classifier's error on each class: fractions, length K; null for a class without examples. */
  readonly errors: readonly (number | null)[];
}

/** What is drawn of how good features are. */
export interface FeatureQualityData extends Heading {
  readonly backbones: readonly FeatureQuality[];
  /** Length K. */
  readonly classNames: readonly string[];
  /** n_j of what the backbones were trained on, length K. */
  readonly trainCounts: readonly number[];
}

/** The error of a linear classifier on each backbone's features, class by class, with its mean in the legend. */
export function featureQuality({ backbones, ...rest }: FeatureQualityData): ChartSpec {
  return classErrors({
    ...rest,
    panels: ["Linear classifier on fixed features"],
    series: backbones.map(({ title, errors }) => ({
      title: `${title} (mean ${(100 * mean(errors)).toFixed(1)} %)`,
      panels: [errors],
    })),
  });
}

function mean(errors: readonly (number | null)[]): number {
  const known = errors.filter((error) => error !== null);
  return known.reduce((sum, error) => sum + error, 0) / known.length;
}
