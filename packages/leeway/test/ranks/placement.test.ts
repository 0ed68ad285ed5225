import { describe as suite, expect, test } from "vitest";
import {
  type Environment,
  firstHost,
  nodesFrom,
  placementFrom,
  placementWords,
  resumeWords,
  rankThreads,
} from "../../src/ranks/index.ts";

const torchrun = {
  ...{ RANK: "3", LOCAL_RANK: "1", WORLD_SIZE: "4", LOCAL_WORLD_SIZE: "2", GROUP_RANK: "1" },
  ...{ MASTER_ADDR: "10.0.0.1", MASTER_PORT: "29400", TORCHELASTIC_RUN_ID: "none" },
  ...{ TORCHELASTIC_USE_AGENT_STORE: "True", TORCHELASTIC_RESTART_COUNT: "2" },
};
const srun = {
  ...{ SLURM_PROCID: "2", SLURM_LOCALID: "0", SLURM_NODEID: "1", SLURM_NTASKS: "3" },
  ...{
    SLURM_STEP_NUM_TASKS: "3",
    SLURM_STEP_TASKS_PER_NODE: "2,1",
    SLURM_STEP_NODELIST: "gpu[07-09],login1",
  },
  ...{ SLURM_JOB_ID: "4711", SLURM_STEP_ID: "0", SLURM_RESTART_COUNT: "1" },
};
const openMpi = {
  ...{ OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "2" },
  ...{ OMPI_COMM_WORLD_LOCAL_RANK: "1", OMPI_COMM_WORLD_LOCAL_SIZE: "2" },
};
const pyTorchJob = { RANK: "1", WORLD_SIZE: "3", MASTER_ADDR: "job-master-0", MASTER_PORT: "23456" };
const trainer = {
  ...{ PET_NNODES: "2", PET_NODE_RANK: "1", PET_NPROC_PER_NODE: "4" },
  ...{ PET_MASTER_ADDR: "job-node-0-0.job", PET_MASTER_PORT: "29500" },
};

/** Where a process stands, in a line. */
function shortly(environment: Environment): string | null {
  const found = placementFrom(environment);
  if (found === null) return null;
  const { launcher, rank, size, localRank, localSize, masterAddress, masterPort } = found;
  return `${launcher} ${rank}/${size} ${localRank}/${localSize} ${masterAddress}:${masterPort}`;
}

suite("placementFrom", () => {
  test("is null for a process that nobody launched, a batch script of Slurm and empty variables", () => {
    expect(placementFrom({ PATH: "/usr/bin" })).toBeNull();
    expect(placementFrom({ SLURM_JOB_ID: "1", SLURM_PROCID: "0", SLURM_NTASKS: "4" })).toBeNull();
    expect(placementFrom({ RANK: "", WORLD_SIZE: "", LOCAL_RANK: "" })).toBeNull();
    expect(placementFrom({ RANK: "7" })).toBeNull();
  });
  test.for<[string, Environment, string]>([
    ["torchrun", torchrun, "torchrun 3/4 1/2 10.0.0.1:29400"],
    [
      "leeway launch",
      { ...torchrun, LEEWAY_LAUNCH: "1", TORCHELASTIC_RUN_ID: "" },
      "leeway 3/4 1/2 10.0.0.1:29400",
    ],
    ["a PyTorchJob", pyTorchJob, "pytorchjob 1/3 0/1 job-master-0:23456"],
    ["srun", srun, `slurm 2/3 0/1 gpu07:${20_000 + ((4711 * 17) % 10_000)}`],
    ["srun with an address", { ...srun, MASTER_ADDR: "n1", MASTER_PORT: "1234" }, "slurm 2/3 0/1 n1:1234"],
    ["mpirun", openMpi, "mpi 1/2 1/2 127.0.0.1:29500"],
    ["Intel MPI", { PMI_RANK: "0", PMI_SIZE: "1" }, "mpi 0/1 0/1 127.0.0.1:29500"],
    ["torchrun inside of Slurm", { ...srun, ...torchrun }, "torchrun 3/4 1/2 10.0.0.1:29400"],
  ])("finds %s", ([, environment, found]) => {
    expect(shortly(environment)).toBe(found);
  });
  test("knows who serves the store, and how often the job was started anew", () => {
    expect(placementFrom(torchrun)).toMatchObject({ servedByLauncher: true, attempt: 2 });
    expect(placementFrom({ ...torchrun, TORCHELASTIC_USE_AGENT_STORE: "False" })?.servedByLauncher).toBe(
      false,
    );
    expect(placementFrom(srun)).toMatchObject({ servedByLauncher: false, attempt: 1 });
  });
  test.for<[string, Environment, string]>([
    [
      "a rank beyond the size",
      { ...torchrun, RANK: "4" },
      'RANK: expected a whole number from 0 to 3, got "4".',
    ],
    [
      "a size that is none",
      { ...pyTorchJob, WORLD_SIZE: "two" },
      'WORLD_SIZE: expected a whole number of at least 1, got "two".',
    ],
    ["no address", { ...torchrun, MASTER_ADDR: "" }, 'MASTER_ADDR: expected the address of rank 0, got "".'],
    [
      "a port beyond all",
      { ...torchrun, MASTER_PORT: "70000" },
      'MASTER_PORT: expected a whole number from 1 to 65535, got "70000".',
    ],
    [
      "tasks that do not reach this node",
      { ...srun, SLURM_NODEID: "5" },
      "SLURM_STEP_TASKS_PER_NODE: expected tasks of each node",
    ],
    [
      "hosts that are none",
      { ...srun, SLURM_STEP_NODELIST: "gpu[" },
      "SLURM_STEP_NODELIST: expected hosts as",
    ],
    ["MPI on two machines", { ...openMpi, OMPI_COMM_WORLD_SIZE: "4" }, "mpirun -x MASTER_ADDR=host"],
    ["a bare process of Trainer v2", trainer, "leeway launch -- train"],
  ])("refuses %s by the variable's name", ([, environment, message]) => {
    expect(() => placementFrom(environment)).toThrow(message);
  });
  test("is told to a person in a sentence", () => {
    expect(placementWords(placementFrom(torchrun)!)).toBe(
      "Rank 3 of 4, 2 on this machine, started by torchrun, restart 2; the launcher's store at 10.0.0.1:29400",
    );
  });
  test("says how an interrupted run goes on: as it was started", () => {
    const words = (environment: Environment): string =>
      resumeWords("resume runs/a", placementFrom(environment));
    const ours = { ...torchrun, LEEWAY_LAUNCH: "1", RANK: "0", LOCAL_RANK: "0" };
    expect(words({})).toBe("It goes on with: leeway resume runs/a");
    expect(words({ ...ours, WORLD_SIZE: "2" })).toBe(
      "It goes on with: leeway launch --ranks 2 -- resume runs/a",
    );
    expect(words(ours)).toBe("It goes on with, on each machine: leeway launch --ranks 4 -- resume runs/a");
    expect(words(torchrun)).toBe("It goes on with: leeway resume runs/a, started by torchrun again");
  });
});

suite("firstHost", () => {
  test.for([
    ["n1", "n1"],
    ["n[1-2]", "n1"],
    ["gpu[07-09,12],login1", "gpu07"],
    ["a[3,5]b[2-4],c", "a3b2"],
    ["rack-1.cluster,rack-2.cluster", "rack-1.cluster"],
  ])("of %s is %s", ([list, host]) => {
    expect(firstHost(list!)).toBe(host);
  });
});

suite("rankThreads", () => {
  const threads = (
    environment: Environment,
    launcher: "slurm" | "torchrun" | "leeway",
    allowed: number,
  ): unknown => rankThreads(environment, { launcher, localSize: 3 }, allowed).count;
  test("are a share of the processors, and at least one", () => {
    expect(rankThreads({}, { launcher: "leeway", localSize: 3 }, 8)).toEqual({
      count: 2,
      why: "8 processors among 3 ranks",
    });
    expect(threads({}, "leeway", 2)).toBe(1);
  });
  test("are what Slurm or the user say", () => {
    expect(threads({ SLURM_CPUS_PER_TASK: "4" }, "slurm", 8)).toBe(4);
    expect(threads({ SLURM_CPUS_PER_TASK: "4" }, "slurm", 2)).toBe(2);
    expect(threads({ OMP_NUM_THREADS: "5" }, "slurm", 8)).toBe(5);
    expect(() => threads({ OMP_NUM_THREADS: "0" }, "leeway", 8)).toThrow("OMP_NUM_THREADS: expected");
  });
  test("say so where torchrun leaves processors idle", () => {
    const { why } = rankThreads({ OMP_NUM_THREADS: "1" }, { launcher: "torchrun", localSize: 2 }, 8);
    expect(why).toContain("OMP_NUM_THREADS=4 uses all processors");
  });
});

suite("nodesFrom", () => {
  test("is one machine where nobody says otherwise", () => {
    expect(nodesFrom({})).toMatchObject({ by: null, index: 0, count: 1, ranks: null });
  });
  test("reads PET_* of Trainer v2, and Slurm with a launcher a node", () => {
    expect(nodesFrom(trainer)).toEqual({
      ...{ by: "trainer", index: 1, count: 2, address: "job-node-0-0.job", port: 29_500, ranks: 4 },
    });
    expect(nodesFrom({ ...trainer, PET_NPROC_PER_NODE: "auto" }).ranks).toBeNull();
    const launchers = {
      ...srun,
      SLURM_PROCID: "1",
      SLURM_STEP_NUM_TASKS: "2",
      SLURM_STEP_TASKS_PER_NODE: "1(x2)",
    };
    expect(nodesFrom(launchers)).toMatchObject({ by: "slurm", index: 1, count: 2, address: "gpu07" });
  });
  test("refuses two launchers on a node, and a node that is not there", () => {
    expect(() => nodesFrom({ ...srun, SLURM_NODEID: "0", SLURM_PROCID: "0" })).toThrow("--ntasks-per-node=1");
    expect(() => nodesFrom({ ...trainer, PET_NODE_RANK: "2" })).toThrow("PET_NODE_RANK: expected");
  });
});
