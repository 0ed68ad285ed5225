import { Generator, rand, randn, scope, tensor, type Tensor, trace } from "@leeway/torch";
import type { InputShape } from "../data/index.ts";
import { posthocLogits, type Session } from "../training/index.ts";
import { type AxisSizes, type Program, programOf, type SizedTrace } from "./program.ts";

/** Sizes without a common divisor, of which no number of a network is a multiple by chance in both. */
const traced: readonly [AxisSizes, AxisSizes] = [
  { batch: 3, length: 7 },
  { batch: 5, length: 11 },
];

/** A network as a program: from its prepared inputs to the logits that its method reads, in float32. */
export function networkProgram(session: Session, input: InputShape): Program {
  session.model.train(false);
  const names = new Map(Object.entries(session.model.stateDict()).map(([name, each]) => [each, name]));
  const [first, second] = traced.map((sizes): SizedTrace => {
    const inputs = scope(() => exampleInputs(input, sizes));
    try {
      const body = (...given: Tensor[]): Tensor => networkLogits(session, given);
      return { sizes, trace: trace(body, inputs, { names }) };
    } finally {
      for (const each of inputs) each.dispose();
    }
  }) as [SizedTrace, SizedTrace];
  return programOf(first, second);
}

/** The logits as the method reads them, computed in float32 whatever the run's precision. */
export function networkLogits(session: Session, inputs: readonly Tensor[]): Tensor {
  return posthocLogits(session, session.model.forward(...inputs));
}

/**
 * Inputs of a network of the given sizes, any that it might be given: of a batch, and of every text, none of which is
 * padded, so that their rows without padding are as many as both sizes say.
 */
export function exampleInputs(input: InputShape, { batch, length }: AxisSizes): Tensor[] {
  const generator = new Generator(batch);
  const whole = (count: number, value: (i: number) => number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => value(i));
  const anyOf = (count: number, i: number): number => (31 * i + 7) % count;
  const int64 = (values: Int32Array, shape: readonly number[]): Tensor =>
    tensor(values, shape, { dtype: "int64" });
  switch (input.kind) {
    case "image":
      return [randn([batch, input.channels, input.height, input.width], { generator })];
    case "embedding":
      return [randn([batch, input.size], { generator })];
    case "table": {
      const groups = input.categories.length;
      const codes = whole(batch * groups, (i) => anyOf(input.categories[i % groups]!, i)); // G of them
      return [randn([batch, input.numeric], { generator }), int64(codes, [batch, groups])];
    }
    case "text": {
      const vocabulary = Math.max(1, input.vocabulary);
      const lengths = whole(batch, () => length);
      if (input.sparse === true) {
        const columns = whole(batch * length, (i) => anyOf(vocabulary, i));
        return [
          int64(columns, [batch * length]),
          rand([batch * length], { generator }),
          int64(lengths, [batch]),
        ];
      }
      const tokens = whole(batch * length, (i) => anyOf(vocabulary, i));
      return [int64(tokens, [batch, length]), int64(lengths, [batch])];
    }
  }
}
