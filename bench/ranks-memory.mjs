// node bench/ranks-memory.mjs [--rows N] [--size D] [--json]: memory of 1, 2 and 4 ranks that have read a matrix of vectors and
// seen their share of an epoch: each by itself, and read once for all. Of memory that ranks share each counts its part.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { withRanks } from "../packages/leeway/dist/cli/with-ranks.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { loadRunData } from "../packages/leeway/dist/runs/index.js";
import { wholeNumber } from "./options.mjs";

if (process.env.READING) await readAsRank(JSON.parse(process.env.READING));
else await compare();

async function compare() {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "200000" },
      size: { type: "string", default: "512" },
      json: { type: "boolean" },
    },
  });
  const [rows, size] = [wholeNumber(values, "rows"), wholeNumber(values, "size")];
  const folder = mkdtempSync(join(tmpdir(), "bench-ranks-memory-"));
  try {
    const recipe = vectorsIn(folder, { rows, size });
    const reports = [];
    for (const ranks of [1, 2, 4]) {
      for (const shared of ranks === 1 ? [false] : [false, true]) {
        const each = await readByRanks(ranks, { recipe, shared });
        const megabytes = each.reduce((sum, { pss }) => sum + pss, 0) / 1024;
        const own = each.map((rank) => Math.round(rank.own / 1024));
        reports.push({ ranks, shared, megabytes: Math.round(megabytes), own });
        if (!values.json)
          console.log(
            `${ranks} ranks, ${shared ? "read once" : "each by itself"}: ${megabytes.toFixed(0)} MB together, ` +
              `of its own each has ${own.join(", ")} MB`,
          );
      }
    }
    const data = Math.round((4 * rows * size) / 2 ** 20);
    console.log(values.json ? JSON.stringify({ data, reports }) : `the vectors: ${data} MB`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A recipe of a matrix as numpy writes it, of 4 classes. */
function vectorsIn(folder, { rows, size }) {
  const [path, labels] = [join(folder, "vectors.npy"), join(folder, "labels.csv")];
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${size}), }`.padEnd(117) + "\n";
  const file = openSync(path, "w");
  writeSync(file, Buffer.concat([Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"), Buffer.from(header)]));
  const row = new Float32Array(size);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < size; d++) row[d] = ((i * 7919 + d * 31) % 1013) / 1013;
    writeSync(file, new Uint8Array(row.buffer));
  }
  closeSync(file);
  writeFileSync(labels, ["class", ...Array.from({ length: rows }, (_, i) => "abcd"[i % 4]), ""].join("\n"));
  return {
    model: "mlp",
    source: { kind: "embedding", paths: [path], label: "class", options: { labels } },
  };
}

async function readByRanks(size, reading) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  const ranks = Array.from({ length: size }, (_, rank) => {
    const variables = { RANK: rank, LOCAL_RANK: rank, WORLD_SIZE: size, MASTER_PORT: port };
    const child = spawn(process.execPath, [import.meta.filename], {
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
        ...{ MASTER_ADDR: "127.0.0.1", OMP_NUM_THREADS: "1", READING: JSON.stringify(reading) },
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    return Promise.all([text(child.stdout), once(child, "close")]);
  });
  return (await Promise.all(ranks)).map(([said]) => JSON.parse(said));
}

async function readAsRank({ recipe, shared }) {
  const own = recipeFor("own", recipe);
  await withRanks({ quiet: true, log: () => undefined }, async ({ group, inTurn }) => {
    const data = await inTurn(own, (once) => loadRunData(own, shared ? { once } : {}));
    const [rank, size] = group === null ? [0, 1] : [group.rank, group.size];
    const order = Uint32Array.from(data.train.labels.keys()).filter((position) => position % size === rank);
    for await (const { inputs } of data.train.batches(order, { batchSize: 256 })) {
      for (const input of inputs) input.toTensor("cpu").dispose();
    }
    group?.barrier(); // all have it now
    const memory = readFileSync("/proc/self/smaps_rollup", "utf8");
    const kilobytes = (name) => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(memory)[1]);
    console.log(JSON.stringify({ pss: kilobytes("Pss"), own: kilobytes("Private_Dirty") }));
    group?.barrier();
  });
}
