/** Claims pieces of work, lives until as many processes as told have asked, prints what it got: `ROOT PROCESSES WORK ...` */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { takeClaim } from "../../../src/storage/index.ts";

const [root, processes, ...works] = process.argv.slice(3) as [string, string, ...string[]];
const taken = works.filter((work) => takeClaim(root, work).taken);
writeFileSync(join(root, `${process.pid}.asked`), "");
const asked = (): number => readdirSync(root).filter((name) => name.endsWith(".asked")).length;
while (asked() < Number(processes)) await setTimeout(20);
console.log(JSON.stringify(taken));
