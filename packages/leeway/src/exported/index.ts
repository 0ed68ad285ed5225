export { isExported, load, openExported } from "./load.ts";
