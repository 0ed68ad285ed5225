// npm run test:asan: the addon, built with AddressSanitizer in a folder of its own, under all tests that load it and
// under a training from the command line. Fails on any report, of a wrong access or of a leak. Linux and GCC only.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";
import { smallTraining } from "./small-training.mjs";

const compiler = process.env.CXX ?? "g++";
const library = (name) => execFileSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
const sanitizer = process.platform === "linux" ? library("libasan.so") : "";
if (!existsSync(sanitizer)) {
  console.error(`test:asan: expected GCC with its libasan.so on Linux, got none from ${compiler}. Set CXX.`);
  process.exit(1);
}

prepare();
const { buildAddon } = await import("@leeway/torch/setup");
const cache = join(root, "build/asan");
const { addon, libtorch } = await buildAddon({
  env: {
    ...process.env,
    LEEWAY_CACHE: cache, // where builtAddonPath then finds this one, and only this one
    CXXFLAGS: "-fsanitize=address -fno-omit-frame-pointer -g",
    LDFLAGS: "-fsanitize=address",
  },
  say: console.log,
});
const gcc = execFileSync(compiler, ["-dumpfullversion"], { encoding: "utf8" }).trim();
console.log(`${addon}: libtorch ${libtorch.version}, GCC ${gcc}, Node ${process.versions.node}`);

const reports = join(cache, "reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

// Every file in a worker thread of one process. Node ends a worker's environment with all finalizers, so that whatever
// our addon has not freed by then is lost; a fork would be killed by vitest before its leaks are looked for.
// The set-up's tests load no addon.
const inWorkers = watched("tests in worker threads", [
  "node_modules/vitest/vitest.mjs",
  ...["run", "--pool", "threads", "--no-file-parallelism", "packages/torch/test"],
  ...["--exclude", "packages/torch/test/setup/**"],
]);
const scratch = mkdtempSync(join(tmpdir(), "leeway-asan-"));
const onMain = watched("a training on the main thread", [
  "packages/leeway/bin/leeway.js",
  ...smallTraining(scratch),
]);
rmSync(scratch, { recursive: true });
const found = showReports();
const clean = found === 0 && inWorkers === 0 && onMain === 0;
console.log(
  `${clean ? "Clean" : "Not clean"}: ${found} reports; exit codes ${inWorkers} (tests), ${onMain} (training).`,
);
process.exitCode = clean ? 0 : 1;

/** Runs Node with the sanitizer loaded before all else; its exit code, 1 where a signal ended it. */
function watched(name, args) {
  console.log(`\n${name} …`);
  const options = {
    detect_leaks: 1,
    // GCC 12's replacement for the stack does not align vectors of 64 bytes: a store to one would end the process.
    detect_stack_use_after_return: 0,
    fast_unwind_on_malloc: 0, // libtorch has no frame pointers: a stack would end in it, before it names us
    allocator_may_return_null: 1, // a test asks for 2^52 bytes, to see libtorch's own refusal
    quarantine_size_mb: 32, // freed memory is held back this long; a test watches the resident set
    log_path: join(reports, "report"),
  };
  const child = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      OMP_NUM_THREADS: "1",
      ...process.env,
      LEEWAY_CACHE: cache,
      // libstdc++ too: the sanitizer looks for its __cxa_throw as it starts, when Node may not have loaded it.
      LD_PRELOAD: `${sanitizer} ${library("libstdc++.so.6")}`,
      ASAN_OPTIONS: Object.entries(options)
        .map((option) => option.join("="))
        .join(":"),
      LSAN_OPTIONS: `suppressions=${join(root, "tools/native/leaks.supp")}`,
    },
  });
  return child.status ?? 1;
}

/** Prints every report but mere warnings; how many there are. */
function showReports() {
  const texts = readdirSync(reports).map((name) => readFileSync(join(reports, name), "utf8"));
  const errors = texts.filter((text) => /^==\d+==ERROR: /m.test(text));
  for (const text of errors) console.error(text);
  return errors.length;
}
