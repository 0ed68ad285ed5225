import { setThreads, threads } from "@leeway/torch";
import { expect, test } from "vitest";
import { planCells } from "../../src/cli/reproduce/run-cells.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

test("planCells sets the threads, also where nothing is left to train: figures are measured after it", async () => {
  setThreads(2);
  await planCells([], { runsDir: temporaryFolder(), threads: 1, progress: false });
  expect(threads()).toBe(1);
});
