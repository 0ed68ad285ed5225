import { Socket } from "node:net";
import { exitAfter } from "./time-limits.ts";

/** The descriptor that a launched rank holds one end of; the other end closes with the launcher, however it dies. */
export const lifelineDescriptor = 3;

/**
 * Ends this process with its launcher, also where that was killed and could say nothing: first as SIGTERM does, which
 * leaves a checkpoint, and 30 s later at once.
 */
export function holdLifeline(): void {
  const line = new Socket({ fd: lifelineDescriptor, readable: true, writable: false });
  line.on("error", () => undefined); // it closes, too
  line.on("close", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(143), exitAfter.signal).unref();
  });
  line.resume();
  line.unref();
}
