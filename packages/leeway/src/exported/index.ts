export { isExported, load, type LoadOptions, type ModelSource, openExported } from "./load.ts";
