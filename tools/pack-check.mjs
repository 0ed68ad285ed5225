// node tools/pack-check.mjs: both packages, packed and installed into a fresh project, from `npx leeway setup` to a
// trained model; and their types, without @types/node, in each way TypeScript resolves modules. The last line is
// "N passed, N failed, N skipped".
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";
import { smallTraining } from "./small-training.mjs";
import { runQuietly, runSteps } from "./steps.mjs";

prepare();
const folder = mkdtempSync(join(tmpdir(), "leeway-pack-"));
const project = join(folder, "project");
// A cache of its own: what the packages bring must be enough to build the addon.
const env = { ...process.env, LEEWAY_CACHE: join(folder, "cache") };
const inProject = (command, ...args) => runQuietly(command, args, { cwd: project, env });

runSteps("packages", [
  ["pack", pack],
  ["install into a fresh project", install],
  ["licence, page and C++ sources", requireFiles],
  ["npx leeway setup", () => void inProject("npx", "--no", "leeway", "setup", "--yes")],
  ["npx leeway train", train],
  ["a program imports every entry point", () => void inProject(process.execPath, "program.ts.mjs")],
  ...["node16", "nodenext", "bundler"].map((resolution) => [
    `types under moduleResolution ${resolution}`,
    () => checkTypes(resolution),
  ]),
  // The DOM's types are those of zod and vega, too: without them libraries are not checked, as is usual.
  ["types without those of the DOM", () => checkTypes("node16", { lib: ["es2023"], skipLibCheck: true })],
]);
rmSync(folder, { recursive: true });

function pack() {
  runQuietly("npm", ["pack", "--workspaces", "--pack-destination", folder], { cwd: root });
}

function install() {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const paths = tarballs.map((name) => join(folder, name));
  inProject("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", ...paths);
  const imports = entryPoints().map((name, i) => `import * as entry${i} from "${name}";\n`);
  const uses = entryPoints().map((_, i) => `entry${i}`);
  const program = `${imports.join("")}export const entries: readonly object[] = [${uses.join(", ")}];\n`;
  writeFileSync(join(project, "program.ts"), program);
  writeFileSync(join(project, "program.ts.mjs"), program.replace(": readonly object[]", ""));
}

/** What a package must bring and a checkout may hide. */
function requireFiles() {
  const wanted = {
    "@leeway/torch": ["LICENSE", "README.md", "native/addon.cpp"],
    leeway: ["LICENSE", "README.md"],
    "@leeway/dashboard": ["LICENSE", "README.md", "dist/report.js", "dist/report.css"],
  };
  for (const [name, files] of Object.entries(wanted)) {
    const missing = files.filter((file) => !existsSync(join(project, "node_modules", name, file)));
    if (missing.length > 0) throw new Error(`expected ${name} to bring ${missing.join(", ")}`);
  }
}

/** What the packages export by name. */
function entryPoints() {
  return ["@leeway/torch", "leeway", "@leeway/dashboard"].flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8"));
    const named = Object.keys(exports).filter((path) => !/\*|package\.json/.test(path));
    return named.map((path) => join(name, path));
  });
}

function train() {
  inProject("npx", "--no", "leeway", ...smallTraining(project));
  const runs = join(project, "runs");
  const trained = readdirSync(runs).some((name) => existsSync(join(runs, name, "summary.json")));
  if (!trained) throw new Error(`expected a finished run in ${runs}`);
}

function checkTypes(moduleResolution, options = {}) {
  const module = moduleResolution === "bundler" ? "preserve" : moduleResolution;
  const compilerOptions = {
    module,
    moduleResolution,
    target: "es2023",
    strict: true,
    types: [],
    noEmit: true,
    skipLibCheck: false,
    ...options,
  };
  const config = { compilerOptions, files: ["program.ts"] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  inProject(process.execPath, join(root, "node_modules/typescript/bin/tsc"));
}
