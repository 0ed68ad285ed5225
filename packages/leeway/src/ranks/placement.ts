/** The launchers whose variables are known. */
export type Launcher = "torchrun" | "slurm" | "mpi" | "pytorchjob" | "leeway";

/** A process among those that train one network together. */
export interface Placement {
  /** Whose variables say so. */
  readonly launcher: Launcher;
  /** 0 to size - 1; rank 0 writes runs and prints. */
  readonly rank: number;
  readonly size: number;
  /** Its place among the processes of its machine, and how many these are. */
  readonly localRank: number;
  readonly localSize: number;
  /** Where the store of all ranks listens. */
  readonly masterAddress: string;
  readonly masterPort: number;
  /** Whether the launcher serves that store itself, so that rank 0 is a client as well (torchrun's agent). */
  readonly servedByLauncher: boolean;
  /** How often the launcher has started this job anew: ranks of different attempts must not meet. */
  readonly attempt: number;
}
