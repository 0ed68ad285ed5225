import { spawnSync } from "node:child_process";

type Environment = Readonly<Record<string, string | undefined>>;

/** A program the native build calls: the command that was tried and the version it answered, null where it is missing. */
export interface Tool {
  readonly name: "compiler" | "make" | "python3";
  readonly command: string;
  readonly version: string | null;
}

/** The three programs node-gyp needs, each tried by calling it: a C++ compiler (`CXX`), make, Python 3 (`PYTHON`). */
export function buildTools({ env = process.env }: { readonly env?: Environment } = {}): Tool[] {
  const compiler = named(env, "CXX") ?? (process.platform === "darwin" ? "c++" : "g++");
  return [
    tool("compiler", compiler, env),
    tool("make", named(env, "MAKE") ?? "make", env),
    tool("python3", named(env, "PYTHON") ?? "python3", env),
  ];
}

/** The command a variable names; an empty one names none. */
function named(env: Environment, variable: string): string | undefined {
  return env[variable]?.trim() || undefined;
}

function tool(name: Tool["name"], command: string, env: Environment): Tool {
  // CXX may carry a launcher or flags: "ccache g++".
  const [program = command, ...flags] = command.split(/\s+/);
  const { status, stdout } = spawnSync(program, [...flags, "--version"], {
    env,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { name, command, version: status === 0 ? (stdout.split("\n")[0] ?? "") : null };
}
