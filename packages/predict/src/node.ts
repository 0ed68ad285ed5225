export { load } from "../../leeway/src/exported/load.ts";
export * from "./names.ts";
