import { type Environment, isSet, portIn, textIn, variableError, wholeIn } from "./variables.ts";

/** A process that srun started, among those of its step. */
export interface SlurmTask {
  /** Of the step: 0 to size - 1. */
  readonly index: number;
  readonly size: number;
  /** Among those of its node. */
  readonly localIndex: number;
  readonly localSize: number;
  readonly address: string;
  readonly port: number;
  /** How often the job was requeued. */
  readonly attempt: number;
}

/**
 * Where a process stands in its Slurm step; null where srun did not start it. A batch script has `SLURM_PROCID=0` and
 * `SLURM_NTASKS` too, but is one process: only the variables of a step tell that there are others.
 *
 * @throws RunError with code "usage" naming an impossible variable
 */
export function slurmTask(environment: Environment): SlurmTask | null {
  if (!isSet(environment, "SLURM_STEP_NUM_TASKS") || !isSet(environment, "SLURM_PROCID")) return null;
  const size = wholeIn(environment, "SLURM_STEP_NUM_TASKS", { min: 1 });
  const index = wholeIn(environment, "SLURM_PROCID", { max: size - 1 });
  const localSize = tasksOfNode(environment, size);
  const localIndex = wholeIn(environment, "SLURM_LOCALID", { max: localSize - 1 });
  return {
    ...{ index, size, localIndex, localSize },
    address: isSet(environment, "MASTER_ADDR") ? environment["MASTER_ADDR"]! : firstNode(environment),
    port: portIn(environment, "MASTER_PORT", jobPort(environment)),
    attempt: wholeIn(environment, "SLURM_RESTART_COUNT", { absent: 0 }),
  };
}

/** Of `2(x3),1`, the tasks on each node, those on this one. */
function tasksOfNode(environment: Environment, size: number): number {
  const name = "SLURM_STEP_TASKS_PER_NODE";
  if (!isSet(environment, name)) return size;
  const text = environment[name]!;
  const counts = text.split(",").flatMap((part) => {
    const [, tasks, , nodes = "1"] = /^(\d+)(\(x(\d+)\))?$/.exec(part) ?? [];
    return tasks === undefined ? [NaN] : Array<number>(Number(nodes)).fill(Number(tasks));
  });
  const node = wholeIn(environment, "SLURM_NODEID", { absent: 0 });
  const here = counts[node] ?? NaN;
  if (here >= 1) return here;
  throw variableError(name, `tasks of each node, as 2(x3),1, with one for node ${node}`, text);
}

/**
 * The first host of a list as Slurm writes them: of `gpu[07-09,12],login1` it is `gpu07`.
 *
 * @throws RunError with code "usage" where it is none
 */
export function firstHost(list: string, name = "SLURM_JOB_NODELIST"): string {
  let first = "";
  for (let rest = list; rest !== "" && !rest.startsWith(",");) {
    const [whole = "", plain, ranges] = /^(?:([^[\],\s]+)|\[(\d+)[^\]]*\])/.exec(rest) ?? [];
    if (whole === "") throw variableError(name, "hosts as node[1-3,7],other", list);
    first += plain ?? ranges!; // one of the two has matched
    rest = rest.slice(whole.length);
  }
  if (first === "") throw variableError(name, "hosts as node[1-3,7],other", list);
  return first;
}

function firstNode(environment: Environment): string {
  const name = isSet(environment, "SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST";
  return firstHost(textIn(environment, name, "the hosts of the job", "Or set MASTER_ADDR."), name);
}

/** A port below those that systems give by themselves, another one for each job and step on shared nodes. */
function jobPort(environment: Environment): number {
  const job = wholeIn(environment, "SLURM_JOB_ID", { absent: 0 });
  const step = wholeIn(environment, "SLURM_STEP_ID", { absent: 0 });
  return 20_000 + ((job * 17 + step) % 10_000);
}
