export { priorCounts, recordVersion } from "./run-record.ts";
export type {
  DataRecord,
  EnvironmentRecord,
  GpuRecord,
  InitRecord,
  RecipeRecord,
  RunRecord,
} from "./run-record.ts";
export type { EpochRecord, EvaluationRecord } from "./epoch-record.ts";
export type { ChoosingMetric, Summary } from "./summary.ts";
export { type DecisionRecord, isBySets, type RequestedDecision } from "./decision-record.ts";
export {
  parseDecision,
  parseEpochRecord,
  parseEpochRecords,
  parseJson,
  parseRunRecord,
  parseSummary,
} from "./parse.ts";
export { recipeText, sameRecipe } from "./same-recipe.ts";
export { calibrationSchema } from "./schemas.ts";
