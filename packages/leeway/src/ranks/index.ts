export { type NodePlace, nodesFrom } from "./nodes-from.ts";
export type { Launcher, Placement } from "./placement.ts";
export { placementFrom } from "./placement-from.ts";
export { type RankThreads, rankThreads, shareWords } from "./rank-threads.ts";
export { firstHost } from "./slurm.ts";
export { type Environment, usualPort } from "./variables.ts";
export { launcherNames, placementWords, resumeWords } from "./words.ts";
