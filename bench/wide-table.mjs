// The wide tables of bench/table.mjs: numbers, as of gene expression and spectra, one column in a hundred telling.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { seeded } from "./seeded.mjs";

/** Rows and columns. */
export const wideTables = [
  { rows: 400, columns: 250 },
  { rows: 400, columns: 1000 },
  { rows: 400, columns: 5000 },
  { rows: 400, columns: 20_000 },
  { rows: 100_000, columns: 1000 },
];

/** Writes a table as CSV, a fifth of it positive. */
export async function makeWide(path, { rows, columns }) {
  const random = seeded(1);
  const normal = () => random() + random() + random() + random() - 2;
  const noise = Array.from({ length: 200_003 }, () => normal().toFixed(4)); // a prime
  const file = createWriteStream(path);
  const write = async (line) => {
    if (!file.write(`${line}\n`)) await once(file, "drain");
  };
  await write([...Array.from({ length: columns }, (_, c) => `g${c}`), "label"].join(","));
  for (let row = 0; row < rows; row++) {
    const positive = random() < 0.2;
    const from = (row * 7919) % noise.length; // no two rows are the same
    const values = Array.from({ length: columns }, (_, c) =>
      positive && c % 100 === 0 ? (normal() + 1).toFixed(4) : noise[(from + c) % noise.length],
    );
    await write([...values, positive ? 1 : 0].join(","));
  }
  file.end();
  await once(file, "finish");
}
