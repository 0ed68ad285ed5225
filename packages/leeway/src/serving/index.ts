export { defaultLimits, type Limits } from "./limits.ts";
export { type ServedModel, serveRun } from "./served-model.ts";
export { type Service, type ServiceOptions, startService } from "./service.ts";
