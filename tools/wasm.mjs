// Makes resample-kernel.ts of resample.wat: `npm run wasm`. With --print only the bytes are printed, base64.
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const folder = new URL("../packages/leeway/src/preparation/backbones/", import.meta.url);
const { parseWat } = await wabt();
const module = parseWat("resample.wat", readFileSync(new URL("resample.wat", folder), "utf8"), {
  simd: true,
});
module.validate();
const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64");

if (process.argv.includes("--print")) console.log(base64);
else {
  const lines = base64.match(/.{1,110}/g).map((line) => `  "${line}"`);
  const text = `/** The bytes of resample.wat, base64: npm run wasm makes them. */
export const resampleKernel =
${lines.join(" +\n")};
`;
  writeFileSync(new URL("resample-kernel.ts", folder), text);
}
