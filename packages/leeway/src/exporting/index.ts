export { type ExportedModel, exportModel, type ExportOptions, type StoredPrecision } from "./export-model.ts";
