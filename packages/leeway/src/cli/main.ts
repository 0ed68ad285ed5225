import { Command, CommanderError } from "commander";
import { RunError, type RunErrorCode } from "../errors.ts";
import { printable } from "../report/index.ts";
import { writeErrorFile } from "./launch/error-file.ts";
import { rankWords } from "./launch/rank-words.ts";
import { helpArguments, isHelp, isHelpOnAll, shownOptions } from "./short-help.ts";
import { colorsFor } from "./terminal.ts";
import { version } from "./version.ts";

/** A command's name and line in the help, and where the rest of it is. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command. Only the requested one is loaded, so that help comes at once and needs no libtorch. */
const commands: readonly CommandEntry[] = [
  {
    name: "quickstart",
    summary: "ERM against LDAM-DRW on long-tailed Fashion-MNIST",
    load: async () => (await import("./commands/quickstart.ts")).quickstartCommand(),
  },
  {
    name: "train",
    summary: "train a classifier on imbalanced data and measure it",
    load: async () => (await import("./commands/train.ts")).trainCommand(),
  },
  {
    name: "resume",
    summary: "go on with a run that was stopped or killed, at the very step",
    load: async () => (await import("./commands/resume.ts")).resumeCommand(),
  },
  {
    name: "launch",
    summary: "start the ranks that train one network together, on one machine or many",
    load: async () => (await import("./commands/launch.ts")).launchCommand(),
  },
  {
    name: "inspect",
    summary: "what is imbalanced and suspicious in data, and what to train on it",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand(),
  },
  {
    name: "embed",
    summary: "images or texts as the vectors that a pretrained network makes of them",
    load: async () => (await import("./commands/embed.ts")).embedCommand(),
  },
  {
    name: "decide",
    summary: "thresholds or costs that turn probabilities into decisions",
    load: async () => (await import("./commands/decide.ts")).decideCommand(),
  },
  {
    name: "predict",
    summary: "classes of new examples, with probabilities",
    load: async () => (await import("./commands/predict.ts")).predictCommand(),
  },
  {
    name: "export",
    summary: "a run as ONNX, to predict without libtorch",
    load: async () => (await import("./commands/export.ts")).exportCommand(),
  },
  {
    name: "serve",
    summary: "predictions over HTTP, and a page to try them",
    load: async () => (await import("./commands/serve.ts")).serveCommand(),
  },
  {
    name: "reproduce",
    summary: "fill the paper's tables, beside its numbers",
    load: async () => (await import("./commands/reproduce.ts")).reproduceCommand(),
  },
  {
    name: "compare",
    summary: "several methods on the same data over several seeds",
    load: async () => (await import("./commands/compare.ts")).compareCommand(),
  },
  {
    name: "tune",
    summary: "the margin and the deferral of a method for your data, without the test split",
    load: async () => (await import("./commands/tune.ts")).tuneCommand(),
  },
  {
    name: "fork",
    summary: "other second stages for a run, at the cost of the second alone",
    load: async () => (await import("./commands/fork.ts")).forkCommand(),
  },
  {
    name: "errors",
    summary: "what a run gets wrong: the hardest, the false alarms, the probably mislabelled",
    load: async () => (await import("./commands/errors.ts")).errorsCommand(),
  },
  {
    name: "report",
    summary: "a page to show: what fails, into what, by how much, and what to do",
    load: async () => (await import("./commands/report.ts")).reportCommand(),
  },
  {
    name: "ui",
    summary: "all runs in a browser: tables, live curves, reports, comparisons",
    load: async () => (await import("./commands/ui.ts")).uiCommand(),
  },
  {
    name: "theory",
    summary: "margins, weights and bounds of class counts or of a trained run",
    load: async () => (await import("./commands/theory.ts")).theoryCommand(),
  },
  {
    name: "config",
    summary: "show what a run would be made from; the schema of configuration files",
    load: async () => (await import("./commands/config.ts")).configCommand(),
  },
  {
    name: "methods",
    summary: "list the methods",
    load: async () => (await import("./commands/methods.ts")).methodsCommand(),
  },
  {
    name: "datasets",
    summary: "list the data sets and where they lie",
    load: async () => (await import("./commands/datasets.ts")).datasetsCommand(),
  },
  {
    name: "models",
    summary: "list pretrained networks that are known by name, and fetch them",
    load: async () => (await import("./commands/models.ts")).modelsCommand(),
  },
  {
    name: "data",
    summary: "fetch data sets, checked",
    load: async () => (await import("./commands/data.ts")).dataCommand(),
  },
  {
    name: "setup",
    summary: "install libtorch and build the native part",
    load: async () => (await import("./commands/setup.ts")).setupCommand(),
  },
  {
    name: "doctor",
    summary: "say what is missing, and the cure",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  },
];

/** The exit code of each kind of error: part of the interface. */
const exitCodes: Readonly<Record<RunErrorCode, number>> = {
  ...{ run: 1, usage: 2, data: 3, environment: 4 },
  peer: 138, // from 128 on schedulers, such as Kubeflow's, start a process again
};

const help = `
Examples:
  $ leeway quickstart
  $ leeway train cifar10 --ratio 100 --method ldam-drw --epochs 40 --precision bf16
  $ leeway train --help

Results go to stdout, everything else to stderr.
Environment:
  LEEWAY_DATA              folder of data sets
  LEEWAY_IMAGE_CACHE       folder of decoded images (default: ~/.cache/leeway/images)
  LEEWAY_FEATURE_CACHE     folder of embedded examples (default: ~/.cache/leeway/features)
  LEEWAY_CACHE             folder of the native part, as it was built (default: ~/.cache/leeway)
  XDG_CACHE_HOME           stands for ~/.cache
  HF_ENDPOINT              where leeway models get fetches from (default: https://huggingface.co)
  LIBTORCH                 libtorch's folder, with include and lib
  CXX                      the compiler of leeway setup
  OMP_NUM_THREADS          threads, as --threads
  GLOO_SOCKET_IFNAME       the network interface by which ranks talk (default: that to the master)
  TORCHELASTIC_ERROR_FILE  where a launcher wants to read why a rank failed
  ATEN_CPU_CAPABILITY      default, avx2 or avx512: lowers the vector instructions
  LEEWAY_DEBUG=1           where an error came from
  NO_COLOR, FORCE_COLOR    no colours, or colours also in a pipe
Exit codes: 0 done, 1 a run failed, 2 wrong usage, 3 data missing or damaged, 4 libtorch or the native part
missing (cure: leeway setup), 130 or 143 interrupted, with what was done written, 138 another rank was lost.
`;

/**
 * The command line: reads arguments, does what they ask, and prints errors as one line for a person.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code, which is set as the process's, so that it ends once its output is written
 */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  try {
    if (process.env["LEEWAY_LIFELINE"]) (await import("./launch/lifeline.ts")).holdLifeline();
    const program = await programFor(argv);
    await program.parseAsync(withoutLostHelp(helpArguments(argv)), { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
  return Number(process.exitCode ?? 0);
}

/** Help on a command that there is not: the command alone, which commander then says is unknown. */
function withoutLostHelp(argv: readonly string[]): string[] {
  const [first, second] = argv;
  const known = second === undefined || second === "help" || commands.some(({ name }) => name === second);
  return first === "help" && !known ? argv.slice(1) : [...argv];
}

/** The program with the command of these arguments loaded, and the others by name. */
export async function programFor(argv: readonly string[]): Promise<Command> {
  const program = new Command("leeway")
    .description(
      "Train classifiers on imbalanced data: LDAM-DRW and its rivals, honestly evaluated, on libtorch.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .usage("<command> [options]")
    .enablePositionalOptions() // what stands after a command within a command is the inner one's
    .addHelpText("after", help)
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns || 100, 100),
      styleTitle: (title) => colorsFor(process.stdout).bold(title),
      visibleOptions: (command) => shownOptions(command, { all: isHelpOnAll(argv) || !isHelp(argv) }),
    })
    .configureOutput({
      outputError: (text, write) => {
        write(inRed(text));
      },
    })
    .showHelpAfterError("(--help shows what there is)")
    .exitOverride();
  const operands = argv.filter((argument) => !argument.startsWith("-"));
  const requested = operands[0] === "help" ? operands[1] : operands[0];
  for (const { name, summary, load } of commands) {
    const command = name === requested ? await load() : new Command(name);
    program.addCommand(command.copyInheritedSettings(program).description(summary));
    for (const part of command.commands) part.copyInheritedSettings(command);
  }
  return program;
}

/** Prints an error and gives its exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    writeErrorFile(error.message);
    return exitCodes.usage; // it has printed itself
  }
  const known = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  // Lines are ours; what else controls a terminal came from data or arguments.
  const lines = message.split("\n").map(printable).join("\n");
  const fault = known === undefined ? `unexpected: ${lines}` : lines;
  console.error(inRed(`error: ${rankWords(process.env)}${fault}`));
  const debug = Boolean(process.env["LEEWAY_DEBUG"]);
  const isOurs = known === undefined || debug; // a user's error needs no stack
  writeErrorFile(fault, isOurs && error instanceof Error ? { stack: stackOf(error) } : {});
  if (debug && error instanceof Error) console.error(stackOf(error));
  if (known === undefined && !debug)
    console.error("This is a fault of leeway. LEEWAY_DEBUG=1 shows where it came from.");
  return known ?? exitCodes.run;
}

/** The exit code of an error that a user can do something about; undefined for a fault of ours. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof RunError) return exitCodes[error.code];
  // By name, since its class would bring the whole engine with it.
  if (!(error instanceof Error) || error.name !== "TorchError" || !("code" in error)) return undefined;
  if (error.code === "missing") return exitCodes.environment;
  if (error.code === "ranks") return exitCodes.peer;
  return error.code === "memory" ? exitCodes.run : undefined;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}

function inRed(text: string): string {
  return text.replace(/^error:/, colorsFor(process.stderr).red("error:"));
}

/** `leeway methods | head -1` closes our output early: that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
