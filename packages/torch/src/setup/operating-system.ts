import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

type Environment = Readonly<Record<string, string | undefined>>;

/** The family of a system, as far as installing goes. */
export type SystemFamily = "debian" | "fedora" | "arch" | "alpine" | "macos" | "other";

/** The system this runs on, and how it may install packages. */
export interface OperatingSystem {
  readonly family: SystemFamily;
  /** For people: "Debian GNU/Linux 12 (bookworm)". */
  readonly title: string;
  /** What to put before a command that needs root: nothing as root, sudo where it may be used, null where neither. */
  readonly asRoot: readonly string[] | null;
}

/** Reads the family and title from the text of `/etc/os-release`; children of Debian and Ubuntu count as "debian". */
export function readOsRelease(text: string): Pick<OperatingSystem, "family" | "title"> {
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  const ids = [value("ID"), ...value("ID_LIKE").split(" ")];
  const is = (...names: string[]) => names.some((name) => ids.includes(name));
  const families: readonly [SystemFamily, boolean][] = [
    ["debian", is("debian", "ubuntu")],
    ["fedora", is("fedora", "rhel")],
    ["arch", is("arch")],
    ["alpine", is("alpine")],
  ];
  const family = families.find(([, fits]) => fits)?.[0] ?? "other";
  return { family, title: value("PRETTY_NAME") || value("ID") || "an unknown Linux" };
}

/**
 * The system this process runs on.
 *
 * @param interactive whether somebody could type a password for sudo
 */
export function operatingSystem({
  env = process.env,
  interactive = false,
  osRelease = "/etc/os-release",
}: {
  readonly env?: Environment;
  readonly interactive?: boolean;
  readonly osRelease?: string;
} = {}): OperatingSystem {
  if (process.platform === "darwin") return { family: "macos", title: "macOS", asRoot: null };
  const said = readOsRelease(existsSync(osRelease) ? readFileSync(osRelease, "utf8") : "");
  return { ...said, asRoot: wayToRoot(env, interactive) };
}

function wayToRoot(env: Environment, interactive: boolean): readonly string[] | null {
  if (process.getuid?.() === 0) return [];
  const succeeds = (...args: string[]) => spawnSync("sudo", args, { env, stdio: "ignore" }).status === 0;
  if (succeeds("-n", "true")) return ["sudo", "-n"];
  return interactive && succeeds("-V") ? ["sudo"] : null;
}
