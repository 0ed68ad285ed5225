export { type ChartSpec, type Heading, type PngOptions, renderPng, renderSvg } from "./chart.ts";
export { classErrors, type ClassErrorsData, type ClassErrorSeries } from "./figures/class-errors.ts";
export { featureQuality, type FeatureQuality, type FeatureQualityData } from "./figures/feature-quality.ts";
export { type FeatureCloud, featureSphere, type FeatureSphereData } from "./figures/feature-sphere.ts";
export { type LearningCurve, learningCurves, type LearningCurvesData } from "./figures/learning-curves.ts";
export { classCountsChart, type ClassCountsData } from "./figures/class-counts.ts";
