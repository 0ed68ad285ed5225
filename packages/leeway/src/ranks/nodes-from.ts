import { slurmTask } from "./slurm.ts";
import { type Environment, isSet, portIn, textIn, variableError, wholeIn } from "./variables.ts";

/** Where a machine stands among those on each of which a `leeway launch` starts ranks. */
export interface NodePlace {
  /** Whose variables say so: Kubeflow's Trainer v2, Slurm, or nobody. */
  readonly by: "trainer" | "slurm" | null;
  readonly index: number;
  readonly count: number;
  /** Where the launcher of node 0 listens for the others. */
  readonly address: string;
  readonly port: number;
  /** The ranks of this machine, where the variables say how many. */
  readonly ranks: number | null;
}

/**
 * Where this machine stands, by the variables of Kubeflow's Trainer v2 (`PET_*`), of Slurm with one launcher a node, or
 * of nobody: the only one.
 *
 * @throws RunError with code "usage" naming a variable that is impossible or missing
 */
export function nodesFrom(environment: Environment): NodePlace {
  if (isSet(environment, "PET_NNODES")) return trainerNode(environment);
  const task = slurmTask(environment);
  if (task !== null) {
    const { index, size, localSize, address, port } = task;
    if (localSize > 1) {
      const what = "one leeway launch a node, which starts the ranks of its node";
      const advice =
        "Say srun --ntasks-per-node=1 leeway launch …, or srun leeway train … without the launcher.";
      throw variableError("SLURM_STEP_TASKS_PER_NODE", what, localSize, advice);
    }
    return { by: "slurm", index, count: size, address, port, ranks: null };
  }
  return { by: null, index: 0, count: 1, address: "127.0.0.1", port: 0, ranks: null };
}

function trainerNode(environment: Environment): NodePlace {
  const count = wholeIn(environment, "PET_NNODES", { min: 1 });
  const index = wholeIn(environment, "PET_NODE_RANK", { max: count - 1, ...(count === 1 && { absent: 0 }) });
  const address = count === 1 ? "127.0.0.1" : textIn(environment, "PET_MASTER_ADDR", "the address of node 0");
  return {
    by: "trainer",
    index,
    count,
    address,
    port: portIn(environment, "PET_MASTER_PORT"),
    ranks: perNode(environment),
  };
}

/** A number; the words that torchrun takes too, `auto` and `cpu`, leave the choice to us. */
function perNode(environment: Environment): number | null {
  const name = "PET_NPROC_PER_NODE";
  if (!isSet(environment, name) || ["auto", "cpu", "gpu"].includes(environment[name]!)) return null;
  return wholeIn(environment, name, { min: 1, max: 1024 });
}
