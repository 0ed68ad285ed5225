import { type Generator, nn, paddedShortcut, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";
import { type Paths, ResidualBlock, ResidualStage } from "./residual.ts";

/** What a {@link ResNetCifar} is made from. */
export interface ResNetCifarOptions {
  /** 6n + 2: 8, 14, 20, 32, 44, 56, 110. */
  readonly depth?: number;
  /** Channels of the input: 3, or 1 for grey images. */
  readonly channels?: number;
  readonly classifier?: Classifier;
  readonly generator: Generator;
}

/**
 * The residual network for small images: a 3 x 3 stem, three stages of 16, 32 and 64 channels at full,
 * half and quarter resolution, a global mean, and a last layer. Shortcuts have no parameters (option A).
 * Convolutions and a linear last layer start Kaiming-normal. ResNet-32 has 464,154 parameters for ten classes.
 *
 * @source He et al. 2016 (arXiv:1512.03385), section 4.2
 */
export class ResNetCifar extends Model {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly layer1: ResidualStage;
  readonly layer2: ResidualStage;
  readonly layer3: ResidualStage;
  readonly classifier: ClassifierLayer;

  /** @throws ArgumentError if `depth` is not 6n + 2 */
  constructor(
    classes: number,
    { depth = 32, channels = 3, classifier = "linear", generator }: ResNetCifarOptions,
  ) {
    super();
    const blocks = (depth - 2) / 6;
    if (!Number.isInteger(blocks) || blocks < 1) {
      throw expected("ResNetCifar", "depth", "to be 6n + 2", depth, "Use 8, 14, 20, 32, 44, 56 or 110.");
    }
    const stage = (from: number, to: number, stride: number): ResidualStage =>
      new ResidualStage(
        Array.from({ length: blocks }, (_, i) =>
          i === 0 ? new BasicBlock(from, to, { stride, generator }) : new BasicBlock(to, to, { generator }),
        ),
      );
    this.conv1 = this.child("conv1", conv3x3(channels, 16, 1, generator));
    this.bn1 = this.child("bn1", new nn.BatchNorm2d(16));
    this.layer1 = this.child("layer1", stage(16, 16, 1));
    this.layer2 = this.child("layer2", stage(16, 32, 2));
    this.layer3 = this.child("layer3", stage(32, 64, 2));
    this.classifier = this.child("linear", classifierLayer(classifier, [64, classes], generator));
  }

  /** [N, C, H, W] to [N, 64]. */
  features(input: Tensor): Tensor {
    let x = this.bn1.forwardTwice(this.conv1.forward(input), { relu: true }); // [N, 16, H, W]
    x = this.layer1.through(x);
    x = this.layer2.through(x); // [N, 32, H/2, W/2]
    x = this.layer3.through(x); // [N, 64, H/4, W/4]
    return x[0].mean({ dim: [2, 3] });
  }
}

/** Two 3 x 3 convolutions whose result is added to the input. */
class BasicBlock extends ResidualBlock {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  /** How the shortcut reaches the result's size; null where it has it. */
  readonly #resize: { readonly stride: number; readonly channels: number } | null;

  constructor(
    from: number,
    to: number,
    { stride = 1, generator }: { stride?: number; generator: Generator },
  ) {
    super();
    this.conv1 = this.child("conv1", conv3x3(from, to, stride, generator));
    this.bn1 = this.child("bn1", new nn.BatchNorm2d(to));
    this.conv2 = this.child("conv2", conv3x3(to, to, 1, generator));
    this.bn2 = this.child("bn2", new nn.BatchNorm2d(to));
    this.#resize = from === to ? null : { stride, channels: to };
  }

  through([branch, shortcut]: Paths): Paths {
    const x = this.bn1.forward(this.conv1.forward(branch), { relu: true });
    const residual = this.#resize ? paddedShortcut(shortcut, this.#resize) : shortcut; // option A
    return this.bn2.forwardTwice(this.conv2.forward(x), { residual, relu: true });
  }
}

function conv3x3(from: number, to: number, stride: number, generator: Generator): nn.Conv2d {
  return new nn.Conv2d(from, to, { kernelSize: 3, stride, padding: 1, bias: false, generator });
}

/** resnet8 to resnet110, for images of any size; the paper's is resnet32. */
export const resnetCifarFamily: ModelFamily<"image"> = {
  input: "image",
  names: [8, 14, 20, 32, 44, 56, 110].map((depth) => `resnet${depth}`),
  build: (name, { input, classes, classifier, generator }) =>
    new ResNetCifar(classes, {
      depth: Number(name.replace("resnet", "")),
      channels: input.channels,
      classifier,
      generator,
    }),
};
