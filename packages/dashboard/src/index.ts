export { appPage } from "./app-page.ts";
export { reportPage } from "./report-page.ts";
