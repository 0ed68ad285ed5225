import { allowedThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import { didYouMean } from "../../errors.ts";
import type { Field } from "../../field.ts";
import { type NodePlace, nodesFrom, placementFrom } from "../../ranks/index.ts";
import { counted } from "../../report/index.ts";
import { interruptible, type Interruption } from "../interruption.ts";
import { coordinate } from "../launch/coordinate.ts";
import { writeErrorFile } from "../launch/error-file.ts";
import { beGuest } from "../launch/guest.ts";
import { type NodeRanks, openHost } from "../launch/host.ts";
import { startRanks } from "../launch/local-ranks.ts";
import type { Failure } from "../launch/outcome.ts";
import { ranksHere, threadsHere } from "../launch/shares.ts";
import { usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addOutput, type OutputFlags } from "../options/shared.ts";

const launchFields = {
  ranks: {
    type: z.int().min(1).max(4096),
    help: "ranks on all machines together",
    default: "one for each memory node",
    group: "Ranks",
    value: "<count>",
    affects: "nothing",
    common: true,
  },
  ranksPerNode: {
    type: z.int().min(1).max(1024),
    help: "ranks on each machine",
    default: "see --ranks",
    group: "Ranks",
    value: "<count>",
    affects: "nothing",
    common: true,
  },
  restarts: {
    type: z.int().min(0).max(1000),
    help: "start all anew from the newest checkpoint, so often, after a rank was lost",
    default: "0",
    group: "Ranks",
    value: "<count>",
    affects: "nothing",
    common: true,
  },
} as const satisfies Record<string, Field>;

/** `leeway launch`: starts the ranks of this machine, and on many machines with the launchers of the others. */
export function launchCommand(): Command {
  const command = new Command("launch").argument(
    "<command...>",
    "after --: train or resume, with its options",
  );
  addFields(command, launchFields);
  return addOutput(command, ["quiet"], { quiet: { help: "print nothing but what the ranks print" } })
    .usage("[options] -- <command...>")
    .addHelpText("after", examples)
    .action(launch);
}

const examples = `
One network is trained by all ranks, with the result of one. The processors of each machine are shared out among its
ranks. What rank 0 prints is shown as it is, lines of the others with their rank in front. SIGTERM and Ctrl-C reach
all ranks, which have 30 s for a checkpoint. A rank that fails ends all, with its reason and exit code; from 128 on,
a rank that was killed or lost, --restarts starts all anew, and schedulers may.

On many machines each runs the same command; where it stands and where node 0 is say PET_NNODES, PET_NODE_RANK,
PET_MASTER_ADDR and PET_MASTER_PORT (Kubeflow's Trainer sets them) or Slurm. Under torchrun, mpirun, srun without
a launcher and in a PyTorchJob leeway train itself is a rank.

Examples:
  $ leeway launch --ranks 2 -- train photos/ --method ldam-drw
  $ leeway launch --ranks 4 --restarts 3 -- train cifar10 --ratio 100 --name long --continue
  $ srun --ntasks-per-node=1 leeway launch --ranks-per-node 2 -- train photos/
`;

type LaunchFlags = FlagsOf<typeof launchFields> & Pick<OutputFlags, "quiet">;

/** The commands that train one network, and so know of ranks. */
const ranked = ["train", "resume"];

async function launch(words: readonly string[], flags: LaunchFlags): Promise<void> {
  const { restarts = 0, quiet = false } = flags;
  const args = requireRanked(words);
  const place = nodesFrom(process.env);
  if (place.by === null) requireOutermost();
  const allowed = allowedThreads();
  const { count, why } = ranksHere(place, flags, { allowed });
  const { threads, why: whyThreads } = threadsHere(count, {
    allowed,
    requested: process.env["OMP_NUM_THREADS"],
  });
  const own: NodeRanks = {
    ranks: count,
    start: (attempt, first) => startRanks(attempt, { ranks: count, first, node: place.index, threads, args }),
  };
  await interruptible(
    async (interruption) => {
      if (!quiet) {
        const ranks = `${counted(count, "rank", "ranks")}${why === null ? "" : ` (${why})`}`;
        interruption.log(
          `${placeWords(place)}${ranks}, ${counted(threads, "thread", "threads")} each (${whyThreads})`,
        );
      }
      const failure = await ended(place, { own, restarts, interruption });
      if (failure === null) return;
      process.exitCode = interruption.exitCode() ?? failure.code;
      if (interruption.signal.aborted) return; // the ranks have said what was written, and how it goes on
      console.error(`error: ${failure.reason}`);
      writeErrorFile(failure.reason);
    },
    { message: "Stopping: all ranks finish this step and write what is done. Once more ends at once." },
  );
}

/** Trains to the end of the job, as the only machine, as node 0 or as another one. */
async function ended(
  place: NodePlace,
  {
    own,
    restarts,
    interruption,
  }: { readonly own: NodeRanks; readonly restarts: number; readonly interruption: Interruption },
): Promise<Failure | null> {
  const { signal, log } = interruption;
  if (place.index > 0) return beGuest(place, { own, signal });
  const job = new AbortController();
  const interrupt = (): void => {
    job.abort();
  };
  signal.addEventListener("abort", interrupt);
  const options = { address: place.address, restarts, signal: job.signal, log };
  if (place.count === 1) return coordinate(() => Promise.resolve([own]), options);
  const host = await openHost(place, { onInterrupted: interrupt, signal: job.signal });
  let failure: Failure | null = { code: 1, reason: "the launcher of node 0 failed", follows: false };
  try {
    failure = await coordinate(async () => [own, ...(await host.guests())], options);
    return failure;
  } finally {
    await host.finish(failure);
  }
}

const sweepAdvice = "Sweeps share their folder without a launcher: start several processes.";
const forkAdvice =
  "One process forks, also a run that ranks have trained: leeway fork without launch. To train with ranks, train the method from the start.";

/** The command that ranks run; "leeway train" is as good as "train". */
function requireRanked(words: readonly string[]): readonly string[] {
  const args = words[0] === "leeway" ? words.slice(1) : words;
  const [name] = args;
  if (name !== undefined && ranked.includes(name)) return args;
  const guess = didYouMean(name, ranked);
  const advice = name === "fork" ? forkAdvice : guess === "" ? sweepAdvice : guess;
  throw usageError("launch", `one of ${ranked.join(", ")} after --`, name, advice);
}

/** A rank of another launcher starts no ranks of its own. */
function requireOutermost(): void {
  const outer = placementFrom(process.env);
  if (outer === null) return;
  const advice = "Start leeway train instead: it is a rank by itself.";
  throw usageError("launch", "no launcher around it", outer.launcher, advice);
}

function placeWords({ by, index, count, address, port }: NodePlace): string {
  if (count === 1) return "Launching ";
  const who = by === "trainer" ? "Kubeflow's Trainer" : "Slurm";
  return `Node ${index} of ${count} by ${who}, node 0 at ${address}:${port}. Launching `;
}
