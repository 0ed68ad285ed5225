// Run by npm in a package's folder before it packs it: compiles into an empty dist, where files of deleted sources
// would stay, and puts the licence beside.
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";
import { runQuietly } from "./steps.mjs";

rmSync("dist", { recursive: true, force: true });
runQuietly(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"]);
runQuietly(process.execPath, [join(root, "tools/bundle.mjs")]);
copyFileSync(join(root, "LICENSE"), "LICENSE");
