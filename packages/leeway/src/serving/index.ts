export { defaultLimits, type Limits } from "./limits.ts";
export { openServed, type ServedModel } from "./served-model.ts";
export { type Service, type ServiceOptions, startService } from "./service.ts";
export { requireOwnHost, requireOwnSite } from "./hosts.ts";
export { HttpError, refusal } from "./http-error.ts";
export { openServer } from "./http-server.ts";
