export { GradientBuckets } from "./gradient-buckets.ts";
export { canJoinRanks, initProcessGroup, type JoinOptions } from "./init-process-group.ts";
export { type Collective, ProcessGroup } from "./process-group.ts";
export { withSharedStatistics } from "./shared-statistics.ts";
