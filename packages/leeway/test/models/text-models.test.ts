import { Generator, manualSeed, memory, noGrad, scope, setThreads, type Tensor, tensor } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { BiLstm, TfIdf } from "../../src/models/index.ts";
import { parameterCount } from "./parameter-count.ts";

beforeAll(() => {
  setThreads(1);
});

const generator = (): Generator => new Generator(0);
const int64 = (rows: readonly (readonly number[])[]): Tensor =>
  tensor(BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
const lengthsOf = (...lengths: number[]): Tensor => tensor(BigInt64Array.from(lengths, BigInt));

const small = { vocabulary: 20, embeddingSize: 6, hiddenSize: 5 };

/** What `use` gives of a network that is freed afterwards. */
function withNetwork<Result>(use: (network: BiLstm) => Result): Result {
  return scope(() => {
    const network = new BiLstm(3, { ...small, generator: generator() });
    try {
      return use(network);
    } finally {
      network.dispose();
    }
  });
}

suite("BiLstm", () => {
  test("has the parameters of word vectors, two LSTM layers both ways and a last layer", () => {
    const lstm = 2 * 4 * 5 * (6 + 5 + 2) + 2 * 4 * 5 * (10 + 5 + 2);
    expect(withNetwork(parameterCount)).toBe(20 * 6 + lstm + (10 + 1) * 3);
  });

  test("names its parts as PyTorch's networks do", () => {
    const names = withNetwork((network) => network.namedParameters().map(([name]) => name));
    expect(names).toContain("lstm.weight_hh_l1_reverse");
    expect([names[0], ...names.slice(-2)]).toEqual(["embedding.weight", "linear.weight", "linear.bias"]);
  });

  test("gives the same logits of a text alone as beside longer ones", () => {
    withNetwork((network) => {
      network.train(false);
      const text = [3, 7, 9];
      const others = [
        [1, 2, 3, 4, 5, 6, 7, 8],
        [9, 8, 7, 6, 5, 0, 0, 0],
      ];
      const [alone, together] = noGrad(() => [
        network.forward(int64([text]), lengthsOf(3)).toNumbers(),
        network.forward(int64([[...text, 0, 0, 0, 0, 0], ...others]), lengthsOf(3, 8, 5)).toNumbers(),
      ]);
      // The products are those of another kernel where there is one row: the last bits may differ.
      expectClose(together.slice(0, 3), alone, { rtol: 1e-6, atol: 1e-7 });
    });
  });

  test("gives the same logits to the bit for more padding in a batch of the same texts", () => {
    withNetwork((network) => {
      network.train(false);
      const texts = Array.from({ length: 4 }, (_, i) => [i + 1, 5, i + 3, 2]);
      const ends = lengthsOf(4, 4, 4, 4);
      const padded = texts.map((text) => [...text, ...Array<number>(9).fill(0)]);
      const garbage = texts.map((text) => [...text, ...Array<number>(9).fill(17)]);
      const [plain, more, other] = [texts, padded, garbage].map((rows) =>
        noGrad(() => network.forward(int64(rows), ends).toNumbers()),
      );
      expect(more).toEqual(plain);
      expect(other).toEqual(plain);
    });
  });

  test("learns the same from padded texts", () => {
    withNetwork((network) => {
      network.train(false); // without dropout, which draws by shape
      const gradients = (rows: readonly (readonly number[])[]): number[] => {
        for (const parameter of network.parameters()) parameter.clearGrad();
        const logits = network.forward(int64(rows), lengthsOf(2, 3));
        logits.mul(logits).sum().backward();
        return network.parameters().flatMap(({ grad }) => grad!.toNumbers());
      };
      const plain = gradients([
        [4, 5, 0],
        [6, 7, 8],
      ]);
      const padded = gradients([
        [4, 5, 0, 0, 0],
        [6, 7, 8, 0, 0],
      ]);
      expectClose(padded, plain, { rtol: 1e-5, atol: 1e-7 });
      expect(padded.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]); // the vector of padding
    });
  });

  test("drops values while training, the same ones for the same seed", () => {
    withNetwork((network) => {
      const logits = (seed: number): number[] => {
        manualSeed(seed);
        return network.forward(int64([[3, 4, 5]]), lengthsOf(3)).toNumbers();
      };
      expect(logits(1)).toEqual(logits(1));
      expect(logits(1)).not.toEqual(logits(2));
    });
  });

  test("frees all it made", () => {
    const before = memory();
    withNetwork((network) => network.forward(int64([[1, 2]]), lengthsOf(2)).toNumbers());
    expect(memory()).toEqual(before);
  });
});

suite("TfIdf", () => {
  test("gives each word (1 + log count) · idf, brought to length 1; padding and other places nothing", () => {
    scope(() => {
      const network = new TfIdf(2, { idf: Float32Array.of(0, 0, 1, 2, 3), generator: generator() });
      const features = network.features(
        int64([
          [2, 3, 3, 1],
          [4, 0, 0, 0],
        ]),
      );
      const [once, twice] = [1, 2 * (1 + Math.log(2))];
      const length = Math.hypot(once, twice);
      const expected = [0, 0, once / length, twice / length, 0, 0, 0, 0, 0, 1];
      expectClose(features, expected, { rtol: 1e-6 });
      network.dispose();
    });
  });

  test("gives nothing of a text without known words", () => {
    scope(() => {
      const network = new TfIdf(2, { idf: Float32Array.of(0, 0, 1), generator: generator() });
      expect(network.features(int64([[1, 1]])).toNumbers()).toEqual([0, 0, 0]);
      network.dispose();
    });
  });

  test("keeps its idf with its weights, so that they can be read back", () => {
    scope(() => {
      const network = new TfIdf(2, { idf: Float32Array.of(0, 0, 1.5), generator: generator() });
      expect(Object.keys(network.stateDict())).toEqual(["idf", "linear.weight", "linear.bias"]);
      expect(network.stateDict()["idf"]!.toNumbers()).toEqual([0, 0, 1.5]);
      network.dispose();
    });
  });
});
