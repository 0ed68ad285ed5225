export { appPage } from "./app-page.ts";
export { reportIn, reportPage } from "./report-page.ts";
