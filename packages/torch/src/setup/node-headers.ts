import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The prefix whose `include/node` holds the headers of the running Node, or undefined.
 *
 * Looked for beside the executable (nodesource, nvm, fnm, the docker images), then in what npm was told
 * (`nodedir`), then in `/usr` and `/usr/local`; headers of another major version do not count.
 * Where there are none, node-gyp downloads them.
 */
export function nodeHeaders({ env = process.env }: { readonly env?: Environment } = {}): string | undefined {
  const beside = dirname(dirname(realpathSync(process.execPath)));
  const told = Object.entries(env).find(([name]) => isNodedir(name))?.[1];
  return [beside, told, "/usr", "/usr/local"].find((prefix) => prefix !== undefined && fits(prefix));
}

/**
 * `env` as node-gyp should see it: without npm's `nodedir`, of which it lets even an empty one win over its own
 * option, without npm's `loglevel`, since `npm --silent` must not silence the reason of a failure, and without empty
 * variables, of which gyp would take CXX for the name of a compiler.
 */
export function nodeGypEnvironment(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => value?.trim() && !isNodedir(name) && name.toLowerCase() !== "npm_config_loglevel",
    ),
  );
}

function isNodedir(name: string): boolean {
  return name.toLowerCase() === "npm_config_nodedir";
}

function fits(prefix: string): boolean {
  const header = join(prefix, "include/node/node_version.h");
  if (!existsSync(header)) return false;
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(header, "utf8"))?.[1];
  return major === process.versions.node.split(".")[0];
}
