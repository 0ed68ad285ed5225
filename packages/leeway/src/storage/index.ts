export { writeFileAtomically } from "./atomic-file.ts";
export { type Claim, type ClaimHolder, takeClaim } from "./claim.ts";
export { createRunFolder, runFiles, runName } from "./run-folder.ts";
export type { RunFolder } from "./run-folder.ts";
export { listRuns, readRun } from "./stored-run.ts";
export type { StoredRun } from "./stored-run.ts";
