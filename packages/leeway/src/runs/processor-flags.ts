import { readFileSync } from "node:fs";

/** What the processor can do, as Linux names it: "avx512bw". Null on other systems, where nothing says so. */
export function processorFlags(path = "/proc/cpuinfo"): ReadonlySet<string> | null {
  try {
    const [, flags] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync(path, "utf8")) ?? [];
    return flags === undefined ? null : new Set(flags.trim().split(/\s+/));
  } catch {
    return null;
  }
}
