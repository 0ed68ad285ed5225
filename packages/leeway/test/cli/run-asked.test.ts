import { setThreads, threads } from "@leeway/torch";
import { expect, test } from "vitest";
import { planAsked } from "../../src/cli/reproduce/run-asked.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

test("planAsked sets the threads, also where nothing is left to train: figures are measured after it", async () => {
  setThreads(2);
  await planAsked([], { runsDir: temporaryFolder(), threads: 1, progress: false });
  expect(threads()).toBe(1);
});
