import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSafetensors, tensor } from "@leeway/torch";
import { openCustomData, splitSource } from "../packages/leeway/dist/data/index.js";
import { classCounts } from "../packages/leeway/dist/imbalance/index.js";

/** The tables and their columns of classes. */
export const realTables = {
  mammography: { label: "Class" },
  bank: { label: "y" },
  churn: { label: "Class" },
  kc1: { label: "Class" },
  telco: { label: "Churn" },
  wilt: { label: "Class" },
  "oil-spill": { label: "column50", header: false },
  "wine-white": { label: "column12", header: false },
};

/** Where the tables are: a folder, or an archive that is unpacked until `remove`; undefined where there is neither. */
export function findTables(path) {
  if (!existsSync(path)) return undefined;
  if (statSync(path).isDirectory())
    return { path: (name) => join(path, `${name}.csv`), remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "leeway-tables-"));
  const { status } = spawnSync("tar", ["-xzf", path, "-C", folder], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`bench: expected ${path} to be a .tar.gz of tables.`);
  return {
    path: (name) => join(folder, "tables", `${name}.csv`),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * A table, and its rows as a run with this seed splits them: a fifth is the test, a tenth of the rest the validation
 * split. With `inside` the test rows are left out, and a quarter of the others is tested on.
 */
export async function readSplits(path, { label, header = true, seed, inside }) {
  const custom = { kind: "table", paths: [path], label, options: header ? {} : { header } };
  const source = await openCustomData(custom);
  const whole = { testFraction: 0.2, validationFraction: 0.1, seed };
  const outer = splitSource(source, inside ? { ...whole, validationFraction: 0 } : whole);
  const parts = inside
    ? splitSource({ ...source, train: outer.train }, { ...whole, testFraction: 0.25, seed: seed + 100 })
    : outer;
  return {
    path,
    custom,
    seed,
    source,
    parts,
    counts: classCounts(parts.train.labels, source.train.classNames.length),
  };
}

/** Writes a table's columns as they were read, and which rows are which, for the peers. */
export function writeColumns({ source, parts }, folder) {
  const { table, ids, labels, classNames } = source.train;
  const rows =
    Math.max(
      ...["train", "validation", "test"].map((part) => parts[part].ids.reduce((a, b) => Math.max(a, b))),
    ) + 1;
  const classOf = new BigInt64Array(rows);
  ids.forEach((id, i) => {
    if (id < rows) classOf[id] = BigInt(labels[i]);
  });
  const stacked = (columns, Kind, valueOf) => {
    const all = new Kind(Math.max(1, columns.length) * rows);
    columns.forEach((values, c) => {
      for (let row = 0; row < rows; row++) all[c * rows + row] = valueOf(values[row]);
    });
    return tensor(all, [Math.max(1, columns.length), rows]);
  };
  const integers = (values) => tensor(BigInt64Array.from(values, BigInt));
  const path = join(folder, "columns.safetensors");
  const numeric = table.numeric.map(({ values }) => values);
  const codes = table.categorical.map((column) => column.codes);
  const tensors = {
    numeric: stacked(numeric, Float32Array, (value) => value),
    codes: stacked(codes, BigInt64Array, (code) => BigInt(code)),
    classes: tensor(classOf),
    train: integers(parts.train.ids),
    validation: integers(parts.validation.ids),
    test: integers(parts.test.ids),
  };
  writeFileSync(path, encodeSafetensors(tensors));
  return { path, numeric: numeric.length, categorical: codes.length, classes: classNames.length };
}
