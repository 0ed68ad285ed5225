import { spawnSync } from "node:child_process";

type Environment = Readonly<Record<string, string | undefined>>;

/** The C++ compiler: the command that was tried, and the version it answered, null where it does not run. */
export interface Compiler {
  readonly command: string;
  readonly version: string | null;
}

/** The C++ compiler that `CXX` names, else the system's, tried by calling it. */
export function findCompiler({ env = process.env }: { readonly env?: Environment } = {}): Compiler {
  const command = env["CXX"]?.trim() || (process.platform === "darwin" ? "c++" : "g++");
  const [program, ...flags] = commandWords(command);
  const { status, stdout } = spawnSync(program, [...flags, "--version"], {
    env,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { command, version: status === 0 ? (stdout.split("\n")[0] ?? "") : null };
}

/** The program and the arguments of a command such as "ccache g++". */
export function commandWords(command: string): [program: string, ...args: string[]] {
  const [program = command, ...args] = command.trim().split(/\s+/);
  return [program, ...args];
}
