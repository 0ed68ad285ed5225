import { nn, type Tensor } from "@leeway/torch";

/**
 * One tensor for the two paths through a residual block. Given twice by the normalisation that made it, so that the
 * gradients of both paths are added there.
 */
export type Paths = readonly [branch: Tensor, shortcut: Tensor];

/** A block whose convolutions' result is added to its input, or to a projection of it. */
export abstract class ResidualBlock extends nn.Module {
  abstract through(paths: Paths): Paths;

  override forward(input: Tensor): Tensor {
    return this.through([input, input])[0];
  }
}

/** Blocks one after another, named "0", "1", … */
export class ResidualStage extends nn.Module {
  readonly blocks: readonly ResidualBlock[];

  constructor(blocks: readonly ResidualBlock[]) {
    super();
    this.blocks = blocks.map((block, index) => this.child(String(index), block));
  }

  through(paths: Paths): Paths {
    return this.blocks.reduce((x, block) => block.through(x), paths);
  }

  override forward(input: Tensor): Tensor {
    return this.through([input, input])[0];
  }
}
