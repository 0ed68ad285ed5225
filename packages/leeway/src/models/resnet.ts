import { type Generator, nn, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";
import { type Paths, ResidualBlock, ResidualStage } from "./residual.ts";

/** What a {@link ResNet} is made from. */
export interface ResNetOptions {
  readonly depth: 18 | 50;
  /**
   * What comes first. `imagenet`: a 7 x 7 convolution of stride 2 and a max-pool, together a quarter of the
   * resolution. `tiny`: a 3 x 3 convolution that keeps it, for images of 64 x 64 and less.
   */
  readonly stem?: "imagenet" | "tiny";
  /** Channels of the input: 3, or 1 for grey images. */
  readonly channels?: number;
  readonly classifier?: Classifier;
  readonly generator: Generator;
}

/** Residual blocks in each of the four stages. */
const stages = { 18: [2, 2, 2, 2], 50: [3, 4, 6, 3] } as const;

/**
 * The residual network for photographs: a stem, four stages of 64, 128, 256 and 512 channels (four times that
 * in ResNet-50, whose blocks widen at their end), a global mean, and a last layer. Where a block changes the
 * size, its shortcut is a 1 x 1 convolution. With 1,000 classes ResNet-18 has 11,689,512 parameters and
 * ResNet-50 25,557,032.
 *
 * Parameters have torchvision's names, so that its weights can be loaded. As there, ResNet-50 halves the
 * resolution in a block's 3 x 3 convolution, not in the 1 x 1 before it as in the paper.
 *
 * @source He et al. 2016 (arXiv:1512.03385), section 3.3 and table 1
 */
export class ResNet extends Model {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly maxpool: nn.MaxPool2d | null;
  readonly layer1: ResidualStage;
  readonly layer2: ResidualStage;
  readonly layer3: ResidualStage;
  readonly layer4: ResidualStage;
  readonly classifier: ClassifierLayer;

  /** @throws ArgumentError if there is no network of that depth */
  constructor(
    classes: number,
    { depth, stem = "imagenet", channels = 3, classifier = "linear", generator }: ResNetOptions,
  ) {
    super();
    if (!Object.hasOwn(stages, depth)) throw expected("ResNet", "depth", "to be 18 or 50", depth);
    const blocks = stages[depth];
    const tiny = stem === "tiny";
    this.conv1 = this.child(
      "conv1",
      conv(channels, 64, { kernelSize: tiny ? 3 : 7, stride: tiny ? 1 : 2, generator }),
    );
    this.bn1 = this.child("bn1", new nn.BatchNorm2d(64));
    this.maxpool = tiny ? null : new nn.MaxPool2d(3, { stride: 2, padding: 1 });

    let from = 64;
    const stage = (i: number): ResidualStage => {
      const width = 64 * 2 ** i;
      const made = Array.from({ length: blocks[i]! }, (_, j) => {
        const options = { stride: i > 0 && j === 0 ? 2 : 1, generator };
        const block =
          depth === 18 ? new BasicBlock(from, width, options) : new Bottleneck(from, width, options);
        from = depth === 18 ? width : 4 * width;
        return block;
      });
      return new ResidualStage(made);
    };
    this.layer1 = this.child("layer1", stage(0));
    this.layer2 = this.child("layer2", stage(1));
    this.layer3 = this.child("layer3", stage(2));
    this.layer4 = this.child("layer4", stage(3));
    this.classifier = this.child("fc", classifierLayer(classifier, [from, classes], generator));
  }

  /** [N, C, H, W] to [N, 512], or with 50 layers to [N, 2048]. */
  features(input: Tensor): Tensor {
    let x = this.#stem(input); // [N, 64, H/4, W/4], or tiny: H, W
    x = this.layer1.through(x);
    x = this.layer2.through(x);
    x = this.layer3.through(x);
    x = this.layer4.through(x); // an eighth of what the first stage had
    return x[0].mean({ dim: [2, 3] });
  }

  #stem(input: Tensor): Paths {
    const x = this.conv1.forward(input); // [N, 64, H/2, W/2], or tiny: H, W
    if (!this.maxpool) return this.bn1.forwardTwice(x, { relu: true });
    const pooled = this.maxpool.forward(this.bn1.forward(x, { relu: true }));
    return [pooled, pooled];
  }
}

interface BlockOptions {
  readonly stride: number;
  readonly generator: Generator;
}

/** Two 3 x 3 convolutions whose result is added to the input. */
class BasicBlock extends ResidualBlock {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;

  constructor(from: number, to: number, { stride, generator }: BlockOptions) {
    super();
    this.conv1 = this.child("conv1", conv(from, to, { kernelSize: 3, stride, generator }));
    this.bn1 = this.child("bn1", new nn.BatchNorm2d(to));
    this.conv2 = this.child("conv2", conv(to, to, { kernelSize: 3, generator }));
    this.bn2 = this.child("bn2", new nn.BatchNorm2d(to));
    const shortcut = shortcutOf(from, to, { stride, generator });
    this.downsample = shortcut && this.child("downsample", shortcut);
  }

  through([branch, shortcut]: Paths): Paths {
    const x = this.bn1.forward(this.conv1.forward(branch), { relu: true });
    const residual = this.downsample?.forward(shortcut) ?? shortcut;
    return this.bn2.forwardTwice(this.conv2.forward(x), { residual, relu: true });
  }
}

/** A 1 x 1 convolution that narrows, a 3 x 3 one, and a 1 x 1 one that widens to four times the width. */
class Bottleneck extends ResidualBlock {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;

  constructor(from: number, width: number, { stride, generator }: BlockOptions) {
    super();
    const to = 4 * width;
    this.conv1 = this.child("conv1", conv(from, width, { kernelSize: 1, generator }));
    this.bn1 = this.child("bn1", new nn.BatchNorm2d(width));
    this.conv2 = this.child("conv2", conv(width, width, { kernelSize: 3, stride, generator }));
    this.bn2 = this.child("bn2", new nn.BatchNorm2d(width));
    this.conv3 = this.child("conv3", conv(width, to, { kernelSize: 1, generator }));
    this.bn3 = this.child("bn3", new nn.BatchNorm2d(to));
    const shortcut = shortcutOf(from, to, { stride, generator });
    this.downsample = shortcut && this.child("downsample", shortcut);
  }

  through([branch, shortcut]: Paths): Paths {
    let x = this.bn1.forward(this.conv1.forward(branch), { relu: true });
    x = this.bn2.forward(this.conv2.forward(x), { relu: true });
    const residual = this.downsample?.forward(shortcut) ?? shortcut;
    return this.bn3.forwardTwice(this.conv3.forward(x), { residual, relu: true });
  }
}

/** A projection where a block changes the size (option B), null where the input can be added as it is. */
function shortcutOf(from: number, to: number, { stride, generator }: BlockOptions): nn.Sequential | null {
  if (stride === 1 && from === to) return null;
  return new nn.Sequential([conv(from, to, { kernelSize: 1, stride, generator }), new nn.BatchNorm2d(to)]);
}

/** A convolution that keeps the size but for its stride, without a bias, which the normalisation after it has. */
function conv(
  from: number,
  to: number,
  options: { readonly kernelSize: number; readonly stride?: number; readonly generator: Generator },
): nn.Conv2d {
  const padding = (options.kernelSize - 1) / 2;
  return new nn.Conv2d(from, to, { ...options, padding, bias: false, fan: "out" });
}

/** The largest side for which the tiny stem is taken: with the other, 64 pixels would be 2 at the last stage. */
const tinySide = 64;

/** resnet18 and resnet50, with the stem that suits the images' size. */
export const resnetFamily: ModelFamily<"image"> = {
  input: "image",
  names: ["resnet18", "resnet50"],
  build: (name, { input, classes, classifier, stem, generator }) =>
    new ResNet(classes, {
      depth: name === "resnet18" ? 18 : 50,
      stem: stem ?? (Math.min(input.height, input.width) <= tinySide ? "tiny" : "imagenet"),
      channels: input.channels,
      classifier,
      generator,
    }),
};
