import { type Fill, plannedBatches } from "../batching.ts";
import type { Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import type { SparseRows } from "../../preparation/index.ts";

/** What a data set of sparse texts is made from. */
interface SparseTexts extends Omit<Examples, "select"> {
  readonly rows: SparseRows;
  /** F, features of a text. */
  readonly features: number;
}

/**
 * Sparse texts as a data set. A batch is the columns of its texts' features one after another [Z], their values [Z], and
 * how many each text has [N]. A selection shares the rows.
 */
export function ngramDataset({ rows, features, ...texts }: SparseTexts): Dataset {
  const dataset = (some: Pick<Examples, "labels" | "ids">, places: Uint32Array): Dataset => ({
    ...texts,
    ...some,
    input: { kind: "text", vocabulary: features, sparse: true },
    select: (indices) =>
      dataset(
        selectRows(some, indices),
        Uint32Array.from(indices, (i) => places[i]!),
      ),
    batches: (order, { batchSize, share }) =>
      plannedBatches({ labels: some.labels, order, batchSize, share }, (capacity) =>
        sparseFill(capacity, rows, places),
      ),
  });
  return dataset(texts, Uint32Array.from(texts.labels.keys()));
}

/** Copies rows into arrays that all batches share, and that grow where a batch needs more. */
function sparseFill(capacity: number, rows: SparseRows, places: Uint32Array): Fill {
  const lengths = new Int32Array(capacity);
  const offsets = new Uint32Array(capacity + 1);
  let columns = new Int32Array(0);
  let values = new Float32Array(0);
  return (positions) => {
    const { length } = positions;
    for (let i = 0; i < length; i++) {
      const place = places[positions[i]!]!; // positions of this data set
      lengths[i] = rows.offsets[place + 1]! - rows.offsets[place]!; // one more than rows
      offsets[i + 1] = offsets[i]! + lengths[i]!; // below the length
    }
    const size = offsets[length]!; // the last
    if (size > columns.length) {
      columns = new Int32Array(Math.ceil(1.2 * size));
      values = new Float32Array(columns.length);
    }
    for (let i = 0; i < length; i++) {
      const from = rows.offsets[places[positions[i]!]!]!; // as above
      const [to, end] = [offsets[i]!, from + lengths[i]!]; // below the length
      columns.set(rows.columns.subarray(from, end), to);
      values.set(rows.values.subarray(from, end), to);
    }
    const bounds = offsets.subarray(0, length + 1);
    return [
      { values: columns.subarray(0, size), shape: [size], offsets: bounds },
      { values: values.subarray(0, size), shape: [size], offsets: bounds },
      { values: lengths.subarray(0, length), shape: [length] },
    ];
  };
}
