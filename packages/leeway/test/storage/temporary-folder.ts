import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder that is gone when the test is over. */
export function temporaryFolder(): string {
  return folderIn(tmpdir());
}

/** As {@link temporaryFolder}, in memory where the system has such a place: for tests that wait for the disk often. */
export function folderInMemory(): string {
  return folderIn(existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
}

function folderIn(root: string): string {
  const path = mkdtempSync(join(root, "leeway-test-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
