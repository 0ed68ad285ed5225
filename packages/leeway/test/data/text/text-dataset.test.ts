import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { type Batch, textDataset } from "../../../src/data/index.ts";
import { lengthBuckets } from "../../../src/data/text/text-dataset.ts";
import { textExamples, textSource } from "../../../src/data/text/text-source.ts";
import { random } from "../../../src/random.ts";

/** One text of each length, of words numbered by the text's position. */
function ofLengths(lengths: readonly number[]) {
  return textDataset({
    name: "tiny",
    classNames: ["even", "odd"],
    labels: Int32Array.from(lengths, (_, i) => i % 2),
    ids: Uint32Array.from(lengths, (_, i) => 100 + i),
    input: { kind: "text", vocabulary: 1000 },
    words: lengths.map((length, i) => new Int32Array(length).fill(i + 2)),
  });
}

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 300 });
const someSize = fc.integer({ min: 1, max: 7 });

suite("lengthBuckets", () => {
  test("holds everything in the order, repeats included, in full batches but one", () => {
    fc.assert(
      fc.property(sizes, someSize, fc.boolean(), (lengths, batchSize, training) => {
        const order = lengths.flatMap((_, i) => (i % 3 === 0 ? [i, i] : [i]));
        const batches = lengthBuckets(order, lengths, { batchSize, ...(training && { random: random(0) }) });
        const held = batches.flatMap((batch) => [...batch]);
        expect(held.toSorted((a, b) => a - b)).toEqual(order);
        expect(batches.filter((batch) => batch.length !== batchSize).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("sorts everything for evaluation, the longest first", () => {
    const batches = lengthBuckets([0, 1, 2, 3], [5, 9, 5, 7], { batchSize: 3 });
    expect(batches.map((batch) => [...batch])).toEqual([[1, 3, 0], [2]]);
  });

  test("leaves little padding: less than a tenth of what batches in any order have", () => {
    const from = random(3);
    const lengths = Array.from({ length: 1000 }, () => 1 + from.below(400));
    const padded = (batches: readonly Uint32Array[]): number =>
      batches.reduce((sum, batch) => {
        const longest = Math.max(...Array.from(batch, (i) => lengths[i]!));
        return sum + batch.reduce((padding, i) => padding + longest - lengths[i]!, 0);
      }, 0);
    const asTheyCome = Array.from({ length: 50 }, (_, b) =>
      Uint32Array.from({ length: 20 }, (_, i) => 20 * b + i),
    );
    const bucketed = lengthBuckets([...lengths.keys()], lengths, { batchSize: 20, random: random(1) });
    expect(padded(bucketed)).toBeLessThan(padded(asTheyCome) / 10);
  });

  test("shuffles the batches, the same way for the same stream", () => {
    const lengths = Array.from({ length: 60 }, (_, i) => i + 1);
    const firsts = (seed: number) =>
      lengthBuckets([...lengths.keys()], lengths, { batchSize: 2, random: random(seed) }).map(
        ([first]) => first!,
      );
    expect(firsts(1)).toEqual(firsts(1));
    expect(firsts(1)).not.toEqual(firsts(2));
    expect(firsts(1)).not.toEqual(firsts(1).toSorted((a, b) => b - a));
  });

  test.for([0, -1, 1.5, NaN])("refuses a batch size of %d", (batchSize) => {
    expect(() => lengthBuckets([], [], { batchSize })).toThrow("batchSize to be a whole number");
  });
});

suite("textDataset", () => {
  test("pads with 0 up to the longest of a batch, and says where each text ends", () => {
    const [batch] = [...ofLengths([1, 3]).batches([0, 1], { batchSize: 2 })];
    expect(batch!.inputs.map(({ values, shape }) => [[...values], shape])).toEqual([
      [
        [3, 3, 3, 2, 0, 0],
        [2, 3],
      ],
      [[3, 1], [2]],
    ]);
    expect([[...batch!.targets], [...batch!.positions], batch!.length]).toEqual([[1, 0], [1, 0], 2]);
  });

  test("shows every text with its own words, label and position", () => {
    fc.assert(
      fc.property(sizes, someSize, fc.boolean(), (lengths, batchSize, training) => {
        const options = { batchSize, ...(training && { vary: { random: random(0) } }) };
        for (const batch of ofLengths(lengths).batches([...lengths.keys()], options)) {
          const [tokens, ends] = batch.inputs;
          const width = tokens!.shape[1]!;
          batch.positions.forEach((position, row) => {
            const end = lengths[position]!;
            const words = [...tokens!.values.subarray(row * width, (row + 1) * width)];
            expect(ends!.values[row]).toBe(end);
            expect(words).toEqual(Array.from({ length: width }, (_, t) => (t < end ? position + 2 : 0)));
            expect(batch.targets[row]).toBe(position % 2);
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  test("selects, and has no batch of nothing", () => {
    const selected = ofLengths([1, 2, 3]).select([2, 0]);
    expect([[...selected.ids], [...selected.labels], selected.words.length]).toEqual([[102, 100], [0, 0], 2]);
    expect([...selected.batches([], { batchSize: 2 })]).toEqual([]);
    expect(() => selected.select([2])).toThrow("indices[0]");
    expect(() => selected.batches([5], { batchSize: 1 })).toThrow("order[0]");
  });

  test("refuses cutout, which is for images", () => {
    const vary = { random: random(0), cutout: 8 };
    expect(() => ofLengths([1]).batches([0], { batchSize: 1, vary })).toThrow(
      "expected cutout not to be set for texts",
    );
  });
});

suite("textSource", () => {
  const of = (texts: readonly string[]) =>
    textExamples({ name: "t", classNames: ["a", "b"], texts, labels: new Int32Array(texts.length) });
  const source = textSource({ train: of(["Good good film", "bad film film"]), test: of(["good new film"]) });
  const options = { text: { minCount: 1 } };

  test("learns the words of the training examples it is given, and no others", () => {
    const { record } = source.prepare(source.train.select([0]), options);
    expect(record).toMatchObject({ words: ["<pad>", "<unk>", "good", "film"], documents: 1, maxLength: 400 });
  });

  test("makes numbers of other examples by those words", () => {
    const held = source.prepare(source.train, options).apply(source.test!);
    expect(held.input).toMatchObject({ kind: "text", vocabulary: 5 });
    const [batch] = [...(held.batches([0], { batchSize: 1 }) as Iterable<Batch>)];
    expect([...batch!.inputs[0]!.values]).toEqual([3, 1, 2]);
  });
});
