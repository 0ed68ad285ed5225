/** Waits for as many processes as told, takes and releases one claim so many times, prints how often another one had it as well: `ROOT PROCESSES TIMES` */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { takeClaim } from "../../../src/storage/index.ts";

const [root, processes, times] = process.argv.slice(3) as [string, string, string];
writeFileSync(join(root, `${process.pid}.begun`), "");
const begun = (): number => readdirSync(root).filter((name) => name.endsWith(".begun")).length;
while (begun() < Number(processes)) await setTimeout(10);

const held = join(root, "held");
let [holds, double] = [0, 0];
while (holds < Number(times)) {
  const claim = takeClaim(root, "work");
  if (!claim.taken) continue;
  holds++;
  try {
    writeFileSync(held, "", { flag: "wx" });
    rmSync(held);
  } catch {
    double++;
  }
  claim.release();
}
console.log(double);
