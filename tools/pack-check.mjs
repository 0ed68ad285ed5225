// node tools/pack-check.mjs: the packages, packed and installed into a fresh project, from `npx leeway setup` to a
// trained model and its export; their types, without @types/node, in each way TypeScript resolves modules; and
// @leeway/predict in another project, which has neither libtorch nor leeway, where twelve lines predict with the export.
// The last line is "N passed, N failed, N skipped".
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
const predicting = join(folder, "predicting");
// A cache of its own: what the packages bring must be enough to build the addon.
const env = { ...process.env, LEEWAY_CACHE: join(folder, "cache") };
const inProject = (command, ...args) => runQuietly(command, args, { cwd: project, env });
const inPredicting = (command, ...args) => runQuietly(command, args, { cwd: predicting });
const tsc = join(root, "node_modules/typescript/bin/tsc");

runSteps("packages", [
  ["pack", pack],
  ["install into a fresh project", install],
  ["licence, page, C++ sources and nothing of development", requireFiles],
  ["npx leeway setup", () => void inProject("npx", "--no", "leeway", "setup", "--yes")],
  ["npx leeway train", train],
  ["npx leeway export", exportRun],
  ["install @leeway/predict alone into another project", installPredict],
  ["twelve lines predict with the export", () => checkPrediction("node16")],
  ...["nodenext", "bundler"].map((resolution) => [
    `types of @leeway/predict under moduleResolution ${resolution}`,
    () => checkPrediction(resolution),
  ]),
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
    const brought = readdirSync(join(project, "node_modules", name), { recursive: true });
    const stray = brought.filter((file) =>
      /tsbuildinfo|tsconfig|\.test\.|(^|\/)(test|fixtures)\//.test(file),
    );
    if (stray.length > 0) throw new Error(`expected ${name} without ${stray.slice(0, 5).join(", ")}`);
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

function exportRun() {
  mkdirSync(predicting);
  inProject("npx", "--no", "leeway", "export", "runs/latest", "--output", join(predicting, "model"));
}

function installPredict() {
  writeFileSync(join(predicting, "package.json"), '{ "private": true, "type": "module" }\n');
  const tarball = readdirSync(folder).find((name) => name.startsWith("leeway-predict-"));
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const runtime = `onnxruntime-node@${devDependencies["onnxruntime-node"]}`;
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  inPredicting("npm", "install", ...flags, join(folder, tarball), runtime);
  const installed = readdirSync(join(predicting, "node_modules"));
  const wrong = ["leeway", "sharp", "onnxruntime-web"].filter((name) => installed.includes(name));
  if (wrong.length > 0) throw new Error(`expected no ${wrong.join(", ")} beside @leeway/predict`);
  const missing = ["LICENSE", "README.md", "dist/LICENSES.txt", "dist/browser.js"].filter(
    (file) => !existsSync(join(predicting, "node_modules/@leeway/predict", file)),
  );
  if (missing.length > 0) throw new Error(`expected @leeway/predict to bring ${missing.join(", ")}`);
}

/** Twelve lines of TypeScript, compiled and run. */
function checkPrediction(moduleResolution) {
  const program = `import { load, type Prediction, RunError } from "@leeway/predict";

const model = await load("model");
const { numeric, categorical } = JSON.parse(process.argv[2] ?? "{}");
const row: Record<string, unknown> = Object.fromEntries([...numeric, ...categorical].map(({ name }) => [name, null]));
const one: Prediction = await model.predict(row);
const many: Prediction[] = await model.predict([row, row], { prior: "training" });
const sum = Object.values(one.probabilities).reduce((all, p) => all + p, 0);
if (many.length !== 2 || Math.abs(sum - 1) > 1e-5) throw new RunError("run", JSON.stringify(one));
await model.close();

declare const process: { readonly argv: readonly string[] };
`;
  writeFileSync(join(predicting, "program.ts"), program);
  const module = moduleResolution === "bundler" ? "preserve" : moduleResolution;
  const compilerOptions = { module, moduleResolution, target: "es2022", strict: true, types: [] };
  const config = { compilerOptions, files: ["program.ts"] };
  writeFileSync(join(predicting, "tsconfig.json"), JSON.stringify(config));
  inPredicting(process.execPath, tsc);
  const preparation = readFileSync(join(predicting, "model/preparation.json"), "utf8");
  inPredicting(process.execPath, "program.js", preparation);
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
  inProject(process.execPath, tsc);
}
