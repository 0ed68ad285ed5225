import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  installable,
  installAdvice,
  installPackages,
  missingPackages,
  SetupError,
} from "@leeway/torch/setup";
import type { OperatingSystem, WantedPackage } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { libtorchFiles, scratchFolder, writeFiles, writeProgram } from "./scratch.ts";

// apt-get and apt-cache are stand-ins here: a test must not install anything.

const compiler: WantedPackage = { name: "g++", why: "the C++ compiler", optional: false };
const libtorch: WantedPackage = { name: "libtorch-dev", why: "libtorch with its headers", optional: false };
const images: WantedPackage = { name: "dataset-fashion-mnist", why: "images", optional: true };
const debian: OperatingSystem = { family: "debian", title: "Debian", asRoot: [] };

suite("missingPackages", () => {
  test("wants a compiler where none answers, and no make or python3", () => {
    const bin = scratchFolder();
    const root = scratchFolder();
    writeFiles(root, libtorchFiles());
    const names = missingPackages("debian", { env: { PATH: bin, LIBTORCH: root } }).map(({ name }) => name);
    expect(names).toContain("g++");
    for (const name of ["make", "python3", "libnode-dev", "libtorch-dev"]) expect(names).not.toContain(name);
  });

  test("takes a compiler of another name for a compiler", () => {
    const CXX = writeProgram(scratchFolder(), "clang++", "echo clang 18");
    const names = missingPackages("debian", { env: { PATH: "/bin:/usr/bin", CXX } }).map(({ name }) => name);
    expect(names).not.toContain("g++");
  });
});

suite("missingPackages where the native part works", () => {
  test("wants nothing that only a build needs", () => {
    const env = { PATH: scratchFolder(), LIBTORCH: "/no/libtorch" };
    expect(missingPackages("debian", { env, build: false })).toEqual([]);
    const names = missingPackages("debian", { env, build: false, data: true }).map(({ name }) => name);
    expect(["", "dataset-fashion-mnist"]).toContain(names.join());
  });
});

suite("installable", () => {
  test("drops what is optional and unknown to apt", () => {
    const { env } = apt({ known: ["libtorch-dev"] });
    expect(installable([libtorch, images], { env })).toEqual([libtorch]);
  });

  test("keeps all while apt has no lists yet", () => {
    const { env } = apt({ known: [] });
    expect(installable([libtorch, images], { env })).toEqual([libtorch, images]);
  });
});

suite("installPackages", () => {
  test("refreshes the lists, then installs without questions", () => {
    const { env, calls } = apt({ known: ["g++", "dataset-fashion-mnist"] });
    const said: string[] = [];
    installPackages([compiler, images], debian, { env, say: (line) => said.push(line) });
    expect(calls()).toEqual([
      "noninteractive -q -o DPkg::Lock::Timeout=300 update",
      "noninteractive -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends g++ dataset-fashion-mnist",
    ]);
    expect(said[0]).toBe("Refreshing apt's package lists …");
    expect(said[1]).toMatch(/^Installing g\+\+, dataset-fashion-mnist/);
    expect(said[1]).not.toContain("libtorch");
  });

  test("says how much libtorch brings where it is installed", () => {
    const { env } = apt({ known: ["g++", "libtorch-dev"] });
    const said: string[] = [];
    installPackages([compiler, libtorch], debian, { env, say: (line) => said.push(line) });
    expect(said[1]).toContain("libtorch brings some hundred megabytes");
  });

  test("goes through sudo where it must", () => {
    const { env, calls } = apt({ known: ["g++"] });
    writeProgram(env["PATH"]!.split(":")[0]!, "sudo", 'echo "sudo $1" >> "$CALLS"; shift; exec "$@"');
    installPackages([compiler], { ...debian, asRoot: ["sudo", "-n"] }, { env });
    expect(calls()[0]).toBe("sudo -n");
  });

  test("quotes apt and gives the command to run by hand when it fails", () => {
    const { env } = apt({ known: ["g++"], failure: "E: Unable to locate package g++" });
    const install = () => {
      installPackages([compiler], debian, { env });
    };
    expect(install).toThrow(SetupError);
    expect(install).toThrow("expected apt-get to install g++, got exit status 100");
    expect(install).toThrow("apt-get update && ");
    expect(install).toThrow("  E: Unable to locate package g++");
  });

  test("gives the command to run where it may not become root", () => {
    const install = () => {
      installPackages([compiler], { ...debian, asRoot: null });
    };
    expect(install).toThrow("apt-get install -y --no-install-recommends g++");
  });
});

suite("installAdvice", () => {
  test.each([
    ["debian", "apt-get install -y --no-install-recommends g++ libtorch-dev"],
    ["fedora", "sudo dnf install gcc-c++"],
    ["arch", "sudo pacman -S --needed python-pytorch"],
    ["macos", "xcode-select --install\n  brew install pytorch"],
    ["alpine", "apk add g++"],
    ["other", "activate && python3 -m pip install torch"], // into an environment of its own, as PEP 668 asks
  ] as const)("knows what to run on %s", (family, command) => {
    expect(installAdvice([compiler, libtorch], { family, title: "X" })).toContain(command);
  });
});

/** An environment whose apt is a script, and what the script was called with. */
function apt({ known, failure }: { known: readonly string[]; failure?: string }) {
  const bin = scratchFolder();
  const log = join(bin, "calls");
  const fail = failure === undefined ? "" : `case "$*" in *install*) echo "${failure}" >&2; exit 100;; esac`;
  writeProgram(bin, "apt-get", `echo "$DEBIAN_FRONTEND $*" >> "$CALLS"\n${fail}`);
  const lists = known.length === 0 ? "" : `[ $# = 1 ] && echo " 500 http://deb.example/debian stable/main"`;
  const candidate = known.map((name) => `[ "$2" = "${name}" ] && echo "  Candidate: 1.0"`).join("\n");
  writeProgram(bin, "apt-cache", `${lists}\n${candidate}\nexit 0`);
  const env: Record<string, string> = { PATH: `${bin}:/usr/bin:/bin`, CALLS: log };
  return { env, calls: () => readFileSync(log, "utf8").trim().split("\n") };
}
