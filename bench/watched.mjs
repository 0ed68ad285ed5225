// Runs of leeway whose time and memory are watched: shared by the benches of large tables.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Runs leeway and watches its memory: the most that was resident, as the kernel counts it. */
export function watched(program, args) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let [stdout, peak, processor] = ["", 0, 0];
    const look = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
      processor = Math.max(processor, processorSeconds(child.pid));
    }, 100);
    child.stdout.on("data", (text) => (stdout += text));
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`leeway ${args[0]} ended with code ${code}`));
      else {
        const seconds = (performance.now() - began) / 1000;
        resolve({ stdout, seconds, processor, megabytes: Math.round(peak) });
      }
    });
  });
}

/** Megabytes; Linux alone tells them of another process. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has just ended
  }
}

/** Seconds of all threads so far, in which a busy machine shows less than in those of the clock. */
function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100; // user and system, in ticks of 10 ms
  } catch {
    return 0; // it has just ended
  }
}
