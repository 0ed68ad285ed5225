// What bench/golden.mjs keeps of runs and of what commands print: everything but clocks, paths and words.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const hashOf = (content) => createHash("sha256").update(content).digest("hex").slice(0, 24);
/** Clocks, and what bits recorded before did not have: weights hold what a gradient's norm says. */
const clocks = /^seconds$|PerSecond$|^gradientNorm$/;

/** A value without clocks, its fields in the order of their names. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([name]) => !clocks.test(name));
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, plain(each)]),
  );
}

/** Each field of an object: short ones as they are, of long ones their hash. */
function fieldsOf(object) {
  return Object.fromEntries(
    Object.entries(plain(object)).map(([name, value]) => {
      const text = JSON.stringify(value);
      return [name, text.length > 60 ? hashOf(text) : value];
    }),
  );
}

/** All runs of a folder, by method and seed, in the order in which they were made; their data lies in `root`. */
export function bitsOfRuns(runsDir, root) {
  const folders = readdirSync(runsDir)
    .map((name) => join(runsDir, name))
    .filter((path) => !lstatSync(path).isSymbolicLink() && existsSync(join(path, "run.json")));
  const records = folders
    .map((folder) => ({ folder, record: JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) }))
    .sort((a, b) => (a.record.createdAt < b.record.createdAt ? -1 : 1));
  const bits = {};
  for (const { folder, record } of records) {
    const name = `${record.recipe.method} seed${record.recipe.seed}`;
    const again = Object.keys(bits).filter((each) => each.startsWith(name)).length;
    bits[again === 0 ? name : `${name} (${again + 1})`] = bitsOfRun(folder, record, root);
  }
  return bits;
}

function bitsOfRun(folder, { recipe, data }, root) {
  const text = (name) => readFileSync(join(folder, name), "utf8");
  const epochs = text("metrics.jsonl").trimEnd().split("\n");
  // Where the data lies and what is said of it in words are no bits.
  const { source, ...fields } = recipe;
  const named = JSON.stringify({ ...source, paths: null, testPaths: null }).replaceAll(root, "");
  const said = source === undefined ? {} : { source: JSON.parse(named) };
  const numbers = { ...data, notes: null };
  return {
    weights: hashOf(readFileSync(join(folder, "model.safetensors"))),
    epochs: epochs.map((line) => hashOf(JSON.stringify(plain(JSON.parse(line)))).slice(0, 12)),
    summary: fieldsOf(JSON.parse(text("summary.json"))),
    recipe: fieldsOf({ ...fields, ...said }),
    data: fieldsOf(numbers),
  };
}

/** The hash of the numbers that a command prints as CSV or JSON, whatever they are called. */
export function bitsOfOutput(stdout) {
  const numbers = stdout.startsWith("{")
    ? numbersIn(JSON.parse(stdout))
    : stdout
        .split("\n")
        .flatMap((row) => row.split(",").filter((cell) => /^-?[\d.]+(e[-+]\d+)?$/.test(cell)));
  return `${numbers.length} numbers, ${hashOf(numbers.join(" "))}`;
}

function numbersIn(value) {
  if (typeof value === "number") return [value];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(numbersIn).sort();
}

/** The first few differences between two values: where, what was, what is. */
export function differences(before, now, at = "") {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const isObject = (value) => typeof value === "object" && value !== null;
  if (!isObject(before) || !isObject(now))
    return [`${at}: ${JSON.stringify(before)} → ${JSON.stringify(now)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => differences(before[name], now[name], at === "" ? name : `${at}.${name}`));
}
