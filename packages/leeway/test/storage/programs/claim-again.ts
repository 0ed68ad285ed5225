/** Takes and releases one claim until a moment, prints how often another process had it as well: `ROOT UNTIL` */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeClaim } from "../../../src/storage/index.ts";

const [root, until] = process.argv.slice(3) as [string, string];
const held = join(root, "held");
let [holds, double] = [0, 0];
while (Date.now() < Number(until)) {
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
console.log(JSON.stringify({ holds, double }));
