import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, Generator, memory, noGrad, randn, scope, setThreads } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { buildModel, ResNet, type ResNetOptions } from "../../src/models/index.ts";
import { python, referenceOf } from "../python.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { parameterCount } from "./parameter-count.ts";

beforeAll(() => {
  setThreads(1);
});

/** What `use` gives of a network that is freed afterwards. */
function withNetwork<Result>(
  options: Omit<ResNetOptions, "generator"> & { readonly classes?: number },
  use: (network: ResNet) => Result,
): Result {
  return scope(() => {
    const { classes = 10, ...rest } = options;
    const network = new ResNet(classes, { generator: new Generator(0), ...rest });
    try {
      return use(network);
    } finally {
      network.dispose();
    }
  });
}

const images = (shape: readonly number[]): ReturnType<typeof randn> =>
  randn(shape, { generator: new Generator(1) });

suite("ResNet", () => {
  test.for([
    [18, 11_689_512],
    [50, 25_557_032],
  ] as const)("of depth %d has torchvision's %d parameters for 1,000 classes", ([depth, count]) => {
    expect(withNetwork({ depth, classes: 1000 }, parameterCount)).toBe(count);
  });

  test("has a smaller stem for tiny images", () => {
    const all = withNetwork({ depth: 18, classes: 1000, stem: "tiny" }, parameterCount);
    expect(all).toBe(11_689_512 - 64 * 3 * (49 - 9));
  });

  test("names its parts as torchvision does", () => {
    const names = withNetwork({ depth: 18 }, (network) => network.namedParameters().map(([name]) => name));
    const block = (path: string): string[] =>
      [1, 2].flatMap((i) => [`${path}.conv${i}.weight`, `${path}.bn${i}.weight`, `${path}.bn${i}.bias`]);
    const shortcut = ["0.weight", "1.weight", "1.bias"].map((name) => `downsample.${name}`);
    const layer = (n: number): string[] => [
      ...block(`layer${n}.0`),
      ...(n === 1 ? [] : shortcut.map((name) => `layer${n}.0.${name}`)),
      ...block(`layer${n}.1`),
    ];
    expect(names).toEqual([
      ...["conv1.weight", "bn1.weight", "bn1.bias"],
      ...[1, 2, 3, 4].flatMap(layer),
      ...["fc.weight", "fc.bias"],
    ]);
  });

  test("of depth 50 projects in the first block of every stage", () => {
    const state = withNetwork({ depth: 50 }, (network) => network.stateDict());
    const projections = Object.keys(state).filter((name) => name.endsWith("downsample.0.weight"));
    expect(projections).toEqual([1, 2, 3, 4].map((n) => `layer${n}.0.downsample.0.weight`));
    expect(Object.keys(state)).toContain("layer3.5.bn3.running_var");
  });

  test.for([
    [18, "imagenet", 64, 512],
    [18, "tiny", 16, 512],
    [50, "imagenet", 64, 2048],
  ] as const)("of depth %d with the %s stem turns images of %d into %d features", (row) => {
    const [depth, stem, side, features] = row;
    const shapes = withNetwork({ depth, stem, classes: 7 }, (network) =>
      noGrad(() => {
        const input = images([2, 3, side, side]);
        return [network.features(input).shape, network.forward(input).shape];
      }),
    );
    expect(shapes).toEqual([
      [2, features],
      [2, 7],
    ]);
  });

  test("keeps the resolution in the tiny stem and quarters it in the other", () => {
    const before = (stem: "tiny" | "imagenet"): readonly number[] =>
      withNetwork({ depth: 18, stem }, ({ conv1, maxpool }) => {
        const x = conv1.forward(images([1, 3, 32, 32]));
        return (maxpool?.forward(x) ?? x).shape;
      });
    expect(before("tiny")).toEqual([1, 64, 32, 32]);
    expect(before("imagenet")).toEqual([1, 64, 8, 8]);
  });

  test("starts Kaiming-normal by the outputs: a deviation of √(2 / fan-out)", () => {
    const values = withNetwork({ depth: 18 }, (network) =>
      network.stateDict()["layer2.0.conv1.weight"]!.toNumbers(),
    );
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    // 73,728 values: the deviation's own standard error is 0.26 %; fan-in would be off by 41 %.
    expect(Math.abs(deviation / Math.sqrt(2 / (128 * 9)) - 1)).toBeLessThan(0.02);
  });

  test.for([
    [64, 3],
    [65, 7],
    [224, 7],
  ] as const)("is built by name, for images of %d with a stem of %d", ([side, kernel]) => {
    const shape = scope(() => {
      const input = { kind: "image", channels: 1, height: side, width: side } as const;
      const generator = new Generator(0);
      const network = buildModel("resnet18", { input, classes: 5, classifier: "cosine", generator });
      try {
        return network.stateDict()["conv1.weight"]!.shape;
      } finally {
        network.dispose();
      }
    });
    expect(shape).toEqual([64, 1, kernel, kernel]);
  });

  test("refuses another depth", () => {
    expect(() => withNetwork({ depth: 34 as 18 }, () => null)).toThrow(
      "ResNet: expected depth to be 18 or 50, got 34.",
    );
  });

  test("frees all it made", () => {
    const before = memory();
    withNetwork({ depth: 18, classifier: "cosine" }, (network) =>
      network.forward(images([1, 3, 32, 32])).toNumbers(),
    );
    expect(memory()).toEqual(before);
  });
});

suite("PyTorch's functions with the same weights", () => {
  test.for([
    [18, "tiny", 32],
    [50, "imagenet", 64],
  ] as const)("give the same logits at depth %d with the %s stem", ([depth, stem, side], { skip }) => {
    if (python === undefined) return skip("needs python3 with torch and numpy to compare with");
    withNetwork({ depth, stem }, (network) => {
      noGrad(() => {
        const inputs = images([2, 3, side, side]);
        network.forward(inputs); // running statistics that are not those of the start
        network.train(false);
        const ours = network.forward(inputs).toNumbers();
        const folder = temporaryFolder();
        const [weights, given] = [join(folder, "weights"), join(folder, "inputs")];
        writeFileSync(weights, encodeSafetensors(network.stateDict()));
        writeFileSync(given, encodeSafetensors({ inputs }));
        const theirs = referenceOf("torchvision_resnet.py", [weights, given]) as number[];
        // Up to 53 convolutions in float32, summed in another order: 1e-4 of the largest logit.
        expectClose(ours, theirs, { rtol: 0, atol: 1e-4 * Math.max(...theirs.map(Math.abs)) });
      });
    });
  });
});
