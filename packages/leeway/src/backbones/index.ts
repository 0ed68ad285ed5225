export { findRuntime } from "./find-runtime.ts";
export { jsonFile } from "./json-file.ts";
export { findLayout, type BackboneKind } from "./layout.ts";
export { type Backbone, openBackbone, type BackboneOptions } from "./open-backbone.ts";
export { backboneFault } from "./backbone-fault.ts";
export { reopenBackbone } from "./reopen-backbone.ts";
