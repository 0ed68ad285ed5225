import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/leeway.js", import.meta.url));

/** How a process of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What surrounds a process. */
export interface Around {
  /** Added to an environment without any setting that changes what is printed. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder it runs in; the tests' by default. */
  readonly cwd?: string;
  /** Hears stderr as far as it has come, and may send signals. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

/** Runs the compiled command line in a process of its own, as a user would, with its output in pipes. */
export function leeway(
  args: readonly string[],
  { environment = {}, cwd, onStderr }: Around = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/COLOR|^CI$|^LEEWAY_(DATA|DEBUG)$/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...environment };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env,
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => {
      stderr += text.toString();
      onStderr?.(stderr, child);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
