import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  encodeSafetensors,
  fillInPlace,
  Generator,
  memory,
  noGrad,
  randn,
  scope,
  setThreads,
  tensor,
} from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { ResNetCifar, type ResNetCifarOptions } from "../../src/models/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { parameterCount } from "./parameter-count.ts";

beforeAll(() => {
  setThreads(1);
});

/** What `use` gives of a network that is freed afterwards. */
function withNetwork<Result>(
  options: Partial<ResNetCifarOptions> & { readonly classes?: number },
  use: (network: ResNetCifar) => Result,
): Result {
  return scope(() => {
    const { classes = 10, ...rest } = options;
    const network = new ResNetCifar(classes, { generator: new Generator(0), ...rest });
    try {
      return use(network);
    } finally {
      network.dispose();
    }
  });
}

const images = (shape: readonly number[]): ReturnType<typeof randn> =>
  randn(shape, { generator: new Generator(1) });

suite("ResNetCifar", () => {
  test.for([
    [8, 75_290],
    [20, 269_722],
    [32, 464_154],
    [56, 853_018],
  ] as const)("of depth %d has %d parameters for ten classes", ([depth, count]) => {
    expect(withNetwork({ depth }, parameterCount)).toBe(count);
  });
  test("with cosines has no bias", () => {
    expect(withNetwork({ classifier: "cosine" }, parameterCount)).toBe(464_154 - 10);
  });
  test("for grey images has a stem of one channel", () => {
    expect(withNetwork({ channels: 1 }, parameterCount)).toBe(464_154 - 2 * 16 * 9);
  });
  test.for([0, 7, 9, 33, 32.5])("refuses a depth of %d", (depth) => {
    expect(() => withNetwork({ depth }, () => null)).toThrow(
      `ResNetCifar: expected depth to be 6n + 2, got ${depth}. Use 8, 14, 20, 32, 44, 56 or 110.`,
    );
  });
  test("names its parts as PyTorch's networks do", () => {
    const block = (path: string): string[] =>
      [1, 2].flatMap((i) => [`${path}.conv${i}.weight`, `${path}.bn${i}.weight`, `${path}.bn${i}.bias`]);
    const blocks = [1, 2, 3].flatMap((layer) => block(`layer${layer}.0`));
    const names = withNetwork({ depth: 8 }, (network) => network.namedParameters().map(([name]) => name));
    expect(names).toEqual([
      ...["conv1.weight", "bn1.weight", "bn1.bias"],
      ...blocks,
      ...["linear.weight", "linear.bias"],
    ]);
    const state = withNetwork({ depth: 8 }, (network) => Object.keys(network.stateDict()));
    expect(state).toContain("layer3.0.bn2.running_var");
  });
  test("turns images into 64 features and those into logits", () => {
    const shapes = withNetwork({ depth: 8, classes: 7 }, (network) => {
      const input = images([2, 3, 32, 32]);
      return [network.features(input).shape, network.forward(input).shape];
    });
    expect(shapes).toEqual([
      [2, 64],
      [2, 7],
    ]);
  });
  test("gives cosines in [-1, 1] with the cosine classifier", () => {
    const logits = withNetwork({ depth: 8, classifier: "cosine" }, (network) =>
      network.forward(images([4, 3, 16, 16]).mul(100)).toNumbers(),
    );
    expect(Math.max(...logits.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-6);
  });
  test("starts Kaiming-normal: a deviation of √(2 / fan-in)", () => {
    const values = withNetwork({}, (network) => network.stateDict()["layer3.1.conv1.weight"]!.toNumbers());
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    // 36,864 values: the deviation's own standard error is 1 / √(2 · 36,864) = 0.4 %; five of them.
    expect(Math.abs(deviation / Math.sqrt(2 / (64 * 9)) - 1)).toBeLessThan(0.02);
  });
  test("follows from its generator's seed", () => {
    const first = (seed: number): number[] =>
      withNetwork({ depth: 8, generator: new Generator(seed) }, ({ conv1 }) => conv1.weight.toNumbers());
    expect(first(3)).toEqual(first(3));
    expect(first(3)).not.toEqual(first(4));
  });
  test("normalises by the batch while it learns and by what it remembers otherwise", () => {
    withNetwork({ depth: 8 }, (network) => {
      noGrad(() => {
        const [both, one] = [images([2, 3, 8, 8]), images([1, 3, 8, 8])];
        const firstOf = (input: typeof both): number[] => network.forward(input).toNumbers().slice(0, 10);
        const learning = firstOf(both);
        const remembered = network.bn1.stateDict()["running_mean"]!.toNumbers();
        expect(remembered).not.toEqual(new Array(16).fill(0));
        network.train(false);
        const evaluating = firstOf(both);
        expect(evaluating).not.toEqual(learning);
        expectClose(firstOf(one), evaluating, { rtol: 1e-4, atol: 1e-5 }); // alone as in company: the same image
        expect(network.bn1.stateDict()["running_mean"]!.toNumbers()).toEqual(remembered);
      });
    });
  });
  test("frees all it made", () => {
    const before = memory();
    withNetwork({ depth: 8 }, (network) => network.forward(images([1, 3, 8, 8])).toNumbers());
    expect(memory()).toEqual(before);
  });
});

suite("the shortcut of ResNetCifar", () => {
  test("takes every second pixel and adds empty channels on both sides", () => {
    withNetwork({ depth: 8 }, (network) => {
      noGrad(() => {
        // Normalisations of weight 0 silence the convolutions: layer2 is then relu(shortcut) alone.
        for (const [name, parameter] of network.layer2.namedParameters()) {
          if (name.includes("bn")) fillInPlace(parameter, 0);
        }
        const input = tensor(
          Float32Array.from({ length: 16 * 16 }, (_, i) => i),
          [1, 16, 4, 4],
        );
        const output = network.layer2.forward(input); // [1, 32, 2, 2]
        const kept = Array.from({ length: 16 }, (_, c) =>
          [0, 2, 8, 10].map((pixel) => 16 * c + pixel),
        ).flat();
        const empty = new Array<number>(8 * 4).fill(0);
        expect(output.shape).toEqual([1, 32, 2, 2]);
        expect(output.toNumbers()).toEqual([...empty, ...kept, ...empty]);
      });
    });
  });
});

/** A Python with PyTorch and numpy; undefined where there is none. */
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
);

suite("PyTorch's network with the same weights", () => {
  test("gives the same logits", ({ skip }) => {
    if (python === undefined) return skip("needs python3 with torch and numpy to compare with");
    withNetwork({}, (network) => {
      const inputs = images([4, 3, 32, 32]);
      const folder = temporaryFolder();
      const files = ["weights", "inputs"].map((name) => join(folder, `${name}.safetensors`)) as [
        string,
        string,
      ];
      writeFileSync(files[0], encodeSafetensors(network.stateDict()));
      writeFileSync(files[1], encodeSafetensors({ inputs }));
      const program = fileURLToPath(new URL("../../../../tools/reference/resnet.py", import.meta.url));
      const printed = execFileSync(python, [program, ...files], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      });
      const theirs = JSON.parse(printed) as Record<"evaluating" | "learning" | "runningMean", number[]>;
      noGrad(() => {
        // 31 convolutions in float32, summed in another order: 1e-4 of the largest logit.
        const close = (ours: number[], expected: number[]): void => {
          const largest = Math.max(...expected.map(Math.abs));
          expectClose(ours, expected, { rtol: 0, atol: 1e-4 * largest });
        };
        network.train(false);
        close(network.forward(inputs).toNumbers(), theirs.evaluating);
        network.train();
        close(network.forward(inputs).toNumbers(), theirs.learning);
        close(network.bn1.stateDict()["running_mean"]!.toNumbers(), theirs.runningMean);
      });
    });
  });
});
