import type { Launcher, Placement } from "./placement.ts";
import { slurmTask } from "./slurm.ts";
import { type Environment, isSet, portIn, textIn, variableError, wholeIn } from "./variables.ts";

/**
 * Where a process stands among those that train one network together, by the variables of whoever started it; null for
 * a process on its own. The first launcher whose variables are there is believed: one that runs inside another sets
 * its own beside those of the outer.
 *
 * @throws RunError with code "usage" naming a variable that is impossible or missing
 */
export function placementFrom(environment: Environment): Placement | null {
  for (const read of launchers) {
    const placement = read(environment);
    if (placement !== null) return placement;
  }
  return null;
}

const launchers: readonly ((environment: Environment) => Placement | null)[] = [
  fromTorchVariables,
  refusePetVariables,
  fromPyTorchJob,
  fromSlurm,
  fromOpenMpi,
  fromPmi,
];

/** torchrun, `leeway launch`, and whoever sets the same: `RANK`, `WORLD_SIZE` and `LOCAL_RANK`. */
function fromTorchVariables(environment: Environment): Placement | null {
  const byTorchrun = isSet(environment, "TORCHELASTIC_RUN_ID");
  if (!byTorchrun && !["RANK", "WORLD_SIZE", "LOCAL_RANK"].every((name) => isSet(environment, name)))
    return null;
  const size = wholeIn(environment, "WORLD_SIZE", { min: 1 });
  const localSize = wholeIn(environment, "LOCAL_WORLD_SIZE", { min: 1, max: size, absent: size });
  const byLeeway = environment["LEEWAY_LAUNCH"] === "1";
  return {
    launcher: byLeeway ? "leeway" : "torchrun",
    rank: wholeIn(environment, "RANK", { max: size - 1 }),
    size,
    localRank: wholeIn(environment, "LOCAL_RANK", { max: localSize - 1 }),
    localSize,
    ...masterOf(environment),
    servedByLauncher: environment["TORCHELASTIC_USE_AGENT_STORE"] === "True",
    attempt: wholeIn(environment, "TORCHELASTIC_RESTART_COUNT", { absent: 0 }),
  };
}

/** Kubeflow's Trainer v2 says where a machine stands, not a process: it counts on a launcher inside of it. */
function refusePetVariables(environment: Environment): null {
  if (!isSet(environment, "PET_NNODES") || environment["PET_NNODES"] === "1") return null;
  const advice =
    "Let the container run: leeway launch -- train …, which starts the ranks of its machine and reads PET_*.";
  throw variableError(
    "PET_NNODES",
    "no Trainer job around a single process",
    environment["PET_NNODES"],
    advice,
  );
}

/** Kubeflow's PyTorchJob (v1): one process a pod, so it has no local rank. */
function fromPyTorchJob(environment: Environment): Placement | null {
  if (!["RANK", "WORLD_SIZE", "MASTER_ADDR"].every((name) => isSet(environment, name))) return null;
  const size = wholeIn(environment, "WORLD_SIZE", { min: 1 });
  const rank = wholeIn(environment, "RANK", { max: size - 1 });
  return alone("pytorchjob", { rank, size, ...masterOf(environment) });
}

function fromSlurm(environment: Environment): Placement | null {
  const task = slurmTask(environment);
  if (task === null) return null;
  const { index, size, localIndex, localSize, address, port, attempt } = task;
  return {
    ...{ launcher: "slurm", rank: index, size, localRank: localIndex, localSize },
    ...{ masterAddress: address, masterPort: port, servedByLauncher: false, attempt },
  };
}

function fromOpenMpi(environment: Environment): Placement | null {
  if (!isSet(environment, "OMPI_COMM_WORLD_RANK")) return null;
  return fromMpi(environment, {
    ...{ rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE" },
    ...{ localRank: "OMPI_COMM_WORLD_LOCAL_RANK", localSize: "OMPI_COMM_WORLD_LOCAL_SIZE" },
  });
}

/** MPICH and Intel MPI. */
function fromPmi(environment: Environment): Placement | null {
  if (!isSet(environment, "PMI_RANK")) return null;
  const names = {
    rank: "PMI_RANK",
    size: "PMI_SIZE",
    localRank: "MPI_LOCALRANKID",
    localSize: "MPI_LOCALNRANKS",
  };
  return fromMpi(environment, names);
}

function fromMpi(
  environment: Environment,
  names: Readonly<Record<"rank" | "size" | "localRank" | "localSize", string>>,
): Placement {
  const size = wholeIn(environment, names.size, { min: 1 });
  const localSize = wholeIn(environment, names.localSize, { min: 1, max: size, absent: size });
  const rank = wholeIn(environment, names.rank, { max: size - 1 });
  return {
    ...{ launcher: "mpi", rank, size, localSize },
    localRank: wholeIn(environment, names.localRank, { max: localSize - 1, absent: rank }),
    ...(localSize < size || isSet(environment, "MASTER_ADDR")
      ? masterOf(environment, "MPI does not say where rank 0 is: mpirun -x MASTER_ADDR=host …")
      : { masterAddress: "127.0.0.1", masterPort: portIn(environment, "MASTER_PORT") }),
    servedByLauncher: false,
    attempt: 0,
  };
}

/** One process of a launcher that starts one a machine, never anew by itself. */
function alone(
  launcher: Launcher,
  place: Pick<Placement, "rank" | "size" | "masterAddress" | "masterPort">,
): Placement {
  return { launcher, ...place, localRank: 0, localSize: 1, servedByLauncher: false, attempt: 0 };
}

function masterOf(
  environment: Environment,
  advice?: string,
): Pick<Placement, "masterAddress" | "masterPort"> {
  const masterAddress = textIn(environment, "MASTER_ADDR", "the address of rank 0", advice);
  return { masterAddress, masterPort: portIn(environment, "MASTER_PORT") };
}
