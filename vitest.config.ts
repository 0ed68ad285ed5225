import { defineConfig } from "vitest/config";

const source = ["@leeway/source", "module", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    globalSetup: ["./tools/bundle.mjs", "./tools/bundle-predict.mjs"],
    pool: "forks",
    reporters: ["default", "./tools/plain-reporter.mjs"],
    // Two files at a time, each on one thread: most tests wait for a process or the compiler, not for libtorch.
    maxWorkers: 2,
    env: { OMP_NUM_THREADS: "1" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
