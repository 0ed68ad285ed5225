// node tools/pack-for-gpu.mjs [FILE]: packs what bench/device.mjs needs where there is a GPU and Python's PyTorch with
// CUDA, but neither Node nor a network: this Node, the built packages with their C++ sources, what they import, and a
// script that sets them up there. FILE is leeway-gpu.tar.xz by default, of at most 64 MiB. There, with g++ and python3:
//   python3 -m tarfile -e leeway-gpu.tar.xz leeway-gpu && sh leeway-gpu/run.sh [options of bench/device.mjs]
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const maxSize = 64 * 2 ** 20;
const root = fileURLToPath(new URL("../", import.meta.url));
const target = resolve(process.argv[2] ?? "leeway-gpu.tar.xz");

const script = `#!/bin/sh
# Builds Leeway's native part against Python's PyTorch, and runs bench/device.mjs with the options given.
set -e
cd "$(dirname "$0")"
export PATH="$PWD/node/bin:$PATH" LEEWAY_CACHE="$PWD/cache"
leeway() { node packages/leeway/bin/leeway.js "$@"; }
leeway setup
leeway doctor || true
exec node bench/device.mjs "$@"
`;

const folder = mkdtempSync(join(tmpdir(), "leeway-gpu-"));
try {
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], {
    cwd: root,
    stdio: "inherit",
  });
  mkdirSync(join(folder, "node/bin"), { recursive: true });
  copyFileSync(process.execPath, join(folder, "node/bin/node"));
  for (const name of ["package.json", "LICENSE", "bench"]) take(name);
  for (const name of ["torch", "leeway"]) {
    const parts = ["package.json", "dist", "src", "native", "bin", "assets"];
    for (const part of parts) take(join("packages", name, part));
  }
  for (const path of importedPackages()) take(path);
  writeFileSync(join(folder, "run.sh"), script, { mode: 0o755 });
  pack();
} finally {
  rmSync(folder, { recursive: true });
}

/** The folders of what the packages import, the links to themselves too. */
function importedPackages() {
  const listed = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = listed.split("\n").map((path) => relative(root, path));
  const links = ["node_modules/leeway", "node_modules/@leeway/torch"];
  return [...new Set([...paths.filter((path) => path.startsWith("node_modules/")), ...links])];
}

/** Copies a file or folder of the checkout, without what only people and compilers read of other packages. */
function take(path) {
  const from = join(root, path);
  if (statSync(from, { throwIfNoEntry: false }) === undefined) return;
  const isRead = (file) =>
    !path.startsWith("node_modules/") || !/\.(map|md|d\.[cm]?ts)$/.test(basename(file));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(from, join(folder, path), { recursive: true, verbatimSymlinks: true, filter: isRead });
}

function pack() {
  const compress = ["--use-compress-program", "xz -7 -T0", "--owner=0", "--group=0"];
  execFileSync("tar", [...compress, "-cf", target, "-C", folder, "."]);
  const { size } = statSync(target);
  console.log(`${target}: ${(size / 2 ** 20).toFixed(1)} MiB`);
  if (size <= maxSize) return;
  console.error(
    `pack-for-gpu: expected at most ${maxSize / 2 ** 20} MiB. Leave out what bench/device.mjs does not import.`,
  );
  process.exitCode = 1;
}
