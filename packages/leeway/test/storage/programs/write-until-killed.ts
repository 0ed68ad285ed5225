/** Writes a file again and again, each time a megabyte of one other digit: `PATH`. Says so after the first. */
import { writeFileAtomically } from "../../../src/storage/index.ts";

const path = process.argv[3]!;
for (let i = 0; ; i++) {
  writeFileAtomically(path, String(i % 10).repeat(2 ** 20));
  if (i === 0) console.log("written");
}
