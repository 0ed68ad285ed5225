import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

/** How a rank's process ended, and what it printed. */
export interface EndedRank {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The lines of stdout that are JSON, parsed. */
  readonly told: readonly unknown[];
  readonly stderr: string;
}

/** Ranks while they run. */
export interface Ranks {
  readonly processes: readonly ChildProcess[];
  /** All of them, once the last has ended. */
  readonly ended: Promise<readonly EndedRank[]>;
}

/** Starts one process for each rank, with torchrun's variables, one thread each, and the built packages. */
export async function spawnRanks(
  size: number,
  command: readonly string[],
  { env = {}, port }: { readonly env?: NodeJS.ProcessEnv; readonly port?: number } = {},
): Promise<Ranks> {
  const masterPort = String(port ?? (await freePort()));
  const processes = Array.from({ length: size }, (_, rank) =>
    spawn(process.execPath, command, {
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        OMP_NUM_THREADS: "1",
        ...{ RANK: String(rank), WORLD_SIZE: String(size), LOCAL_RANK: String(rank) },
        ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: masterPort, ...env },
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  return { processes, ended: Promise.all(processes.map(endOf)) };
}

/** A program of the built package for {@link spawnRanks}: `group` is joined, and `tell(value)` prints JSON. */
export function rankProgram(body: string): string[] {
  const torch = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
  const program = `
    import * as torch from ${JSON.stringify(torch)};
    const tell = (value) => console.log(JSON.stringify(value));
    const group = await torch.distributed.initProcessGroup({
      rank: Number(process.env.RANK), size: Number(process.env.WORLD_SIZE),
      masterAddress: process.env.MASTER_ADDR, masterPort: Number(process.env.MASTER_PORT), timeout: 60,
    });
    try { ${body} } catch (error) { tell({ code: error.code, message: error.message }); process.exit(1); }`;
  return ["--input-type=module", "-e", program];
}

/** A port that nothing listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string")
    throw new Error("freePort: expected a port, got none.");
  return address.port;
}

async function endOf(child: ChildProcess): Promise<EndedRank> {
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout?.on("data", (part) => out.push(String(part)));
  child.stderr?.on("data", (part) => err.push(String(part)));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const lines = out.join("").split("\n");
  const told = lines.filter((line) => /^[[{]/.test(line)).map((line): unknown => JSON.parse(line));
  return { code, signal, told, stderr: err.join("") };
}
