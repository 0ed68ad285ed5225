import { Generator, scope, setThreads } from "@leeway/torch";
import { beforeAll, expect, test } from "vitest";
import { isOneLayer } from "../../src/catalogue/index.ts";
import type { InputShape } from "../../src/data/index.ts";
import { families, type Model } from "../../src/models/index.ts";

beforeAll(() => {
  setThreads(1);
});

/** An input of each kind, or two where networks of a kind take different ones. */
const inputs: readonly InputShape[] = [
  { kind: "image", channels: 3, height: 32, width: 32 },
  { kind: "text", vocabulary: 5, idf: new Float32Array(5) },
  { kind: "text", vocabulary: 5, sparse: true },
  {
    kind: "table",
    numeric: 2,
    categories: [3],
    knots: [
      [0, 1],
      [0, 1],
    ],
  },
  { kind: "embedding", size: 4 },
];

function inputOf(kind: InputShape["kind"], sparse: boolean): InputShape {
  return inputs.find((input) => input.kind === kind && "sparse" in input === sparse)!; // there is one
}

/** Whether what a network learns is its last layer and nothing else. */
function learnsLastLayerAlone(model: Model): boolean {
  return model.parameters().length === model.classifier.parameters().length;
}

const networks = families.flatMap((family) =>
  family.names.map((name) => ({ family, name, kind: family.input })),
);

test.for(networks)(
  "isOneLayer knows whether $name of $kind has layers before the last",
  ({ family, name, kind }) => {
    scope(() => {
      const model = family.build(name, {
        ...{ input: inputOf(kind, name === "ngrams") as never, classes: 3, classifier: "linear" },
        generator: new Generator(0),
      });
      expect(isOneLayer(name)).toBe(learnsLastLayerAlone(model));
      model.dispose();
    });
  },
);
