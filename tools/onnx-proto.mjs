// Makes packages/leeway/src/onnx/onnx_pb.ts of ONNX's own description of its files:
//
//     node tools/onnx-proto.mjs path/to/onnx.proto
//
// The description is onnx/onnx.proto of https://github.com/onnx/onnx (Apache-2.0); Debian's python3-onnx has it in
// /usr/lib/python3/dist-packages/onnx. It needs protoc, and fetches protoc-gen-es of the version of @bufbuild/protobuf.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [proto] = process.argv.slice(2);
if (proto === undefined) throw new Error("onnx-proto: expected the path of onnx.proto.");
const { dependencies } = createRequire(import.meta.url)("../packages/leeway/package.json");
const generator = `@bufbuild/protoc-gen-es@${dependencies["@bufbuild/protobuf"]}`;
const target = fileURLToPath(new URL("../packages/leeway/src/onnx/onnx_pb.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "onnx-proto-"));
try {
  copyFileSync(proto, join(folder, "onnx.proto"));
  const plugin = join(folder, "protoc-gen-es");
  writeFileSync(plugin, `#!/bin/sh\nexec npx -y ${generator}\n`, { mode: 0o755 });
  execFileSync(
    "protoc",
    [
      `--plugin=protoc-gen-es=${plugin}`,
      `--es_out=${folder}`,
      "--es_opt=target=ts,import_extension=ts",
      "onnx.proto",
    ],
    { cwd: folder, stdio: "inherit" },
  );
  writeFileSync(target, erasable(readFileSync(join(folder, "onnx_pb.ts"), "utf8")));
} finally {
  rmSync(folder, { recursive: true });
}

/** The code with constant objects in place of enums, which are more than types and so not allowed here. */
function erasable(code) {
  const source =
    "// Made by tools/onnx-proto.mjs from onnx/onnx.proto of https://github.com/onnx/onnx, Apache-2.0.\n";
  const objects = code.replaceAll(/^export enum (\w+) \{\n([\s\S]*?)^\}\n/gm, (_, name, body) => {
    const members = body.replaceAll(/^( {2}\w+) = (\d+),$/gm, "$1: $2,");
    const type = `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
    return `export const ${name} = {\n${members}} as const;\n${type}`;
  });
  return source + objects.replace(/^\/\/\n\/\/ WARNING:.*\n\/\/\n\n/, "");
}
