import {
  aptCommand,
  blasCure,
  buildAddon,
  checkAddon,
  installable,
  installAdvice,
  installPackages,
  missingPackages,
  operatingSystem,
  platformWords,
  SetupError,
  existingAddon,
  type AddonCheck,
  type Blas,
  type BuiltAddon,
  type WantedPackage,
} from "@leeway/torch/setup";
import { Command } from "commander";
import { createInterface } from "node:readline/promises";
import { RunError } from "../../errors.ts";
import { colorsFor } from "../terminal.ts";

/** Options of `leeway setup`, as commander gives them. */
interface SetupOptions {
  readonly yes?: boolean;
  readonly rebuild?: boolean;
  readonly withData?: boolean;
  readonly json?: boolean;
}

/** What `leeway setup --json` prints. */
interface SetupResult {
  readonly ready: true;
  readonly installed: readonly string[];
  readonly built: boolean;
  readonly addon: string;
  readonly libtorch: BuiltAddon["libtorch"];
  readonly blas: Blas | null;
}

/** `leeway setup`: installs what is missing, builds the native part, and loads it once to see that it works. */
export function setupCommand(): Command {
  return new Command("setup")
    .description("install libtorch where the system's packages have it, and build the native part")
    .option("-y, --yes", "do not ask before using the system's package manager")
    .option("--rebuild", "compile the native part again, also where it is built")
    .option("--with-data", "also install Fashion-MNIST where the system's packages have it")
    .option("--json", "print one JSON object with what is there now")
    .addHelpText("after", examples)
    .action(setUp);
}

const examples = `
Examples:
  $ leeway setup                          # asks before it installs anything
  $ leeway setup --yes --with-data        # for scripts and containers
  $ LIBTORCH=~/libtorch leeway setup      # builds against an unpacked libtorch

Environment: LIBTORCH (folder with include/ and lib/), LEEWAY_CACHE (where the native part is kept), CXX.
Exit code: 0 ready, 2 wrong usage, 4 something is missing and the message says what to run.
`;

async function setUp(options: SetupOptions): Promise<void> {
  try {
    // First what is there: where it works, neither a compiler nor a package is needed.
    const existing = options.rebuild === true ? undefined : existingAddon();
    const check = existing && checkAddon(existing.addon);
    const works = check?.loads === true;
    if (check?.loads === false) {
      say(`The native part does not load (${reasonOf(check)}); building it again …`);
    }
    const installed = await installMissing(options, { build: !works });
    const { built, addon, libtorch, seconds } = await buildAddon({
      rebuild: options.rebuild === true || check?.loads === false,
      say,
    });
    const { blas } = works ? check : requireLoads(addon);
    const result = { ready: true, installed, built, addon, libtorch, blas: blas ?? null } as const;
    console.log(options.json === true ? JSON.stringify(result) : renderResult(result, seconds));
  } catch (error) {
    if (error instanceof SetupError) throw new RunError("environment", error.message, { cause: error });
    throw error;
  }
}

/** Loads a new addon once, in a process of its own. */
function requireLoads(addon: string): AddonCheck {
  const check = checkAddon(addon);
  if (check.loads) return check;
  throw new RunError(
    "environment",
    `setup: expected the native part to load, got: ${reasonOf(check)} (${addon})`,
    { path: addon },
  );
}

function reasonOf({ reason = "it says nothing" }: AddonCheck): string {
  return reason;
}

/** Installs the missing packages where it may; their names. */
async function installMissing(
  { yes = false, withData = false }: SetupOptions,
  { build }: { readonly build: boolean },
): Promise<string[]> {
  const person = process.stdin.isTTY && process.stdout.isTTY && !yes && !process.env["CI"];
  const system = operatingSystem({ interactive: process.stdin.isTTY });
  const missing = installable(missingPackages(system.family, { build, data: withData }));
  if (missing.length === 0) return [];
  const needed = missing.some(({ optional }) => !optional);
  if (system.family !== "debian" || system.asRoot === null) {
    if (needed)
      throw new RunError("environment", `setup: cannot install here. ${installAdvice(missing, system)}`);
    say(installAdvice(missing, system));
    return [];
  }
  for (const { name, why } of missing) say(`Missing: ${name} (${why})`);
  if (person && !(await agrees(missing))) {
    if (needed)
      throw new RunError("environment", `setup: nothing installed. To do it by hand: ${aptCommand(missing)}`);
    return [];
  }
  installPackages(missing, system, { say });
  return missing.map(({ name }) => name);
}

async function agrees(packages: readonly WantedPackage[]): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Run "${aptCommand(packages)}"? [Y/n] `);
  terminal.close();
  return ["", "y", "yes"].includes(answer.trim().toLowerCase());
}

function renderResult({ built, addon, libtorch, blas }: SetupResult, seconds: number): string {
  const colors = colorsFor(process.stdout);
  const done = built ? `built in ${seconds.toFixed(0)} s` : "already built";
  const cure = blas === null ? null : blasCure(blas);
  return [
    `libtorch     ${libtorch.version}${platformWords(libtorch)} (${libtorch.libDir})`,
    `native part  ${done} (${addon})`,
    ...(blas === null ? [] : [`BLAS         ${blas.kind}${blas.file === null ? "" : ` (${blas.file})`}`]),
    ...(cure === null ? [] : [colors.yellow(`             slow here. ${cure}`)]),
    colors.green("Ready."),
  ].join("\n");
}

/** Progress goes to stderr: stdout is for the result alone. */
function say(line: string): void {
  console.error(line);
}
