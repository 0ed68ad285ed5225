export { defaultLimits, type Limits } from "./limits.ts";
export { openServed, type ServedModel } from "./served-model.ts";
export { type Service, type ServiceOptions, startService } from "./service.ts";
