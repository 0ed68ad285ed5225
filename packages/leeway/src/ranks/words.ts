import type { Launcher, Placement } from "./placement.ts";

const names: Readonly<Record<Launcher, string>> = {
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
    `Rank ${rank} of ${size}, ${localSize} on this machine, started by ${names[launcher]}${again}; ` +
    `${server} at ${masterAddress}:${masterPort}`
  );
}
