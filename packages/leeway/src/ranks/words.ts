import type { Launcher, Placement } from "./placement.ts";

/** What people call a launcher. */
export const launcherNames: Readonly<Record<Launcher, string>> = {
  torchrun: "torchrun",
  leeway: "leeway launch",
  slurm: "Slurm (srun)",
  mpi: "MPI",
  pytorchjob: "a PyTorchJob",
};

/** Which launcher was found and what it says, for a person: "Rank 0 of 4, 2 on this machine, started by torchrun; …". */
export function placementWords(placement: Placement): string {
  const { launcher, rank, size, localSize, masterAddress, masterPort, servedByLauncher, attempt } = placement;
  const again = attempt === 0 ? "" : `, restart ${attempt}`;
  const server = servedByLauncher ? "the launcher's store" : "the store";
  return (
    `Rank ${rank} of ${size}, ${localSize} on this machine, started by ${launcherNames[launcher]}${again}; ` +
    `${server} at ${masterAddress}:${masterPort}`
  );
}

/**
 * How a run that is interrupted goes on as it was trained: by itself, or with its ranks.
 *
 * @param args what resumes it: "resume runs/long"
 */
export function resumeWords(args: string, placement: Placement | null): string {
  if (placement === null || placement.size === 1) return `It goes on with: leeway ${args}`;
  const { launcher, size, localSize } = placement;
  if (launcher !== "leeway")
    return `It goes on with: leeway ${args}, started by ${launcherNames[launcher]} again`;
  const where = localSize === size ? "" : ", on each machine";
  return `It goes on with${where}: leeway launch --ranks ${size} -- ${args}`;
}
