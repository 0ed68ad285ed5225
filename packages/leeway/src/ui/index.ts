export { type Ui, startUi } from "./ui-service.ts";
