import { ones, type Tensor } from "@leeway/torch";
import { networkNames } from "../catalogue/index.ts";
import type { Model } from "./model.ts";

/** Tensors by their names, as a file has them. */
export type GivenState = Readonly<Record<string, Tensor>>;

/** A network that weights are of. */
export interface NamedNetwork {
  readonly model: string;
  /** What comes first in a ResNet-18 or 50. */
  readonly stem?: "imagenet" | "tiny";
}

/** What frameworks put before the names of a network that is inside another: DataParallel, timm, Lightning. */
const prefixes = /^(?:(?:module|model|backbone|encoder)\.)+/;

/**
 * A state under our names. They are torchvision's and timm's, whose residual networks have `conv1`, `bn1`,
 * `layer1.0.conv1`, `layer2.0.downsample.0` and `fc`: only what stands before them is left out.
 */
export function withOurNames(state: GivenState): GivenState {
  return Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => [name.replace(prefixes, ""), tensor]),
  );
}

/**
 * The residual network that weights are of, by their names and shapes; a text that says what they are of where it is
 * none of ours.
 *
 * @param state under our names
 */
export function networkOf(state: GivenState): NamedNetwork | string {
  const kernel = state["conv1.weight"]?.shape;
  if (kernel?.length !== 4) {
    return `${Object.keys(state).length} tensors, ${firstNames(Object.keys(state))}`;
  }
  const blocks = [1, 2, 3, 4].map((stage) => blocksOf(state, stage));
  const isBottleneck = state["layer1.0.conv3.weight"] !== undefined;
  const [first = 0, , , last = 0] = blocks;
  const layout = `${isBottleneck ? "bottleneck" : "basic"} blocks ${blocks.filter((n) => n > 0).join(", ")}`;
  const names: Readonly<Record<string, string>> = {
    "basic blocks 2, 2, 2, 2": "resnet18",
    "bottleneck blocks 3, 4, 6, 3": "resnet50",
  };
  // Of small images: three stages of as many blocks, without projections.
  const isSmall = last === 0 && layout === `basic blocks ${first}, ${first}, ${first}`;
  const model = isSmall ? `resnet${6 * first + 2}` : names[layout];
  if (model === undefined || !networkNames("image").includes(model)) {
    return `a residual network of ${layout}`;
  }
  return isSmall ? { model } : { model, stem: kernel[2] === 7 ? "imagenet" : "tiny" };
}

function blocksOf(state: GivenState, stage: number): number {
  const pattern = new RegExp(`^layer${stage}\\.(\\d+)\\.`);
  const found = Object.keys(state).flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return new Set(found).size;
}

/** "conv1.weight, bn1.weight, … 40 more". */
export function firstNames(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown}, … ${names.length - 4} more` : shown;
}

/** Which tensors of a network a state fills. */
export interface StateMatch {
  /** By the network's names. */
  readonly loaded: GivenState;
  /** Of the network, those that begin as they are; the last layer's where its classes are others. */
  readonly fresh: readonly string[];
  /** Of the state, those that are not used. */
  readonly leftOver: readonly string[];
  /** How many tensors the network has before its last layer, and those of them that are not filled. */
  readonly body: number;
  readonly missing: readonly string[];
}

/** Counters of batches, which nothing reads. */
const isCounter = (name: string): boolean => name.endsWith("num_batches_tracked");

/**
 * Matches a state with a network: same names and shapes. The first convolution may have another number of channels, and
 * is adapted; the last layer is taken over where it has the same kind and classes.
 *
 * @param state     under our names
 * @param sameClasses false where the classes are known to be others, however many
 */
export function matchState(
  model: Model,
  state: GivenState,
  { sameClasses = true }: { readonly sameClasses?: boolean } = {},
): StateMatch {
  const own = model.stateDict();
  const ofHead = new Set(Object.values(model.classifier.stateDict()));
  const names = Object.keys(own);
  const head = names.filter((name) => ofHead.has(own[name]!));
  const body = names.filter((name) => !ofHead.has(own[name]!));
  const given = Object.entries(state);
  const parent = head[0]!.slice(0, head[0]!.lastIndexOf(".") + 1); // a last layer has weights
  const keepsHead =
    sameClasses &&
    head.every((name) => sameShape(own[name]!, state[name])) &&
    given.every(([name]) => !name.startsWith(parent) || head.includes(name));
  const filled = [...body, ...(keepsHead ? head : [])].flatMap((name): [string, Tensor][] => {
    const tensor = fitted(name, own[name]!, state[name]);
    return tensor === undefined ? [] : [[name, tensor]];
  });
  const loaded = Object.fromEntries(filled);
  const isFresh = (name: string): boolean => !Object.hasOwn(loaded, name) && !isCounter(name);
  return {
    loaded,
    fresh: names.filter(isFresh),
    leftOver: Object.keys(state).filter((name) => !Object.hasOwn(loaded, name) && !isCounter(name)),
    body: body.filter((name) => !isCounter(name)).length,
    missing: body.filter(isFresh),
  };
}

function sameShape(own: Tensor, given: Tensor | undefined): boolean {
  return own.shape.join() === given?.shape.join();
}

/** The tensor that fills another; undefined where it does not fit. */
function fitted(name: string, own: Tensor, given: Tensor | undefined): Tensor | undefined {
  if (sameShape(own, given)) return given;
  if (given === undefined || name !== "conv1.weight" || own.shape.length !== 4) return undefined;
  const [to, channels, ...kernel] = own.shape;
  const [from, givenChannels = 0, ...givenKernel] = given.shape;
  if (to !== from || kernel.join() !== givenKernel.join()) return undefined;
  return ofChannels(given, channels!, givenChannels); // a kernel has channels
}

/**
 * A first convolution for another number of channels: each of them has the mean of the kernels, times what keeps the
 * sum's size.
 */
function ofChannels(kernel: Tensor, channels: number, given: number): Tensor {
  const mean = kernel.mean({ dim: [1], keepdim: true }).mul(given / channels); // [to, 1, k, k]
  return mean.mul(ones([1, channels, 1, 1]));
}
