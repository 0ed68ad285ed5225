import type { Generator } from "@leeway/torch";
import { type InputKind, requireNetwork } from "../catalogue/index.ts";
import type { InputShape } from "../data/index.ts";
import { adapterFamily } from "./adapter.ts";
import { biLstmFamily } from "./bilstm.ts";
import type { Classifier, Model } from "./model.ts";
import { linearHeadFamily } from "./linear-head.ts";
import { mlpEmbeddingFamily, mlpTableFamily } from "./mlp.ts";
import { ngramFamily } from "./ngram-linear.ts";
import { resnetSphereFamily } from "./resnet-sphere.ts";
import { resnetFamily } from "./resnet.ts";
import { resnetCifarFamily } from "./resnet-cifar.ts";
import { tableLinearFamily } from "./table-linear.ts";
import { tabmFamily } from "./tabm.ts";
import { tfIdfFamily } from "./tfidf.ts";

/** What a network is made for. */
interface ModelOptions<I extends InputShape = InputShape> {
  readonly input: I;
  /** K. */
  readonly classes: number;
  readonly classifier: Classifier;
  /** What comes first in a ResNet-18 or 50; by default what suits the images' size. */
  readonly stem?: "imagenet" | "tiny" | undefined;
  /** Draws the first weights. */
  readonly generator: Generator;
}

/** Networks of one make: their names (those of the catalogue), what they take, and how they are made. */
export interface ModelFamily<K extends InputKind> {
  readonly input: K;
  readonly names: readonly string[];
  /** @param name one of `names` */
  build(name: string, options: ModelOptions<Extract<InputShape, { readonly kind: K }>>): Model;
}

type AnyFamily = { [K in InputKind]: ModelFamily<K> }[InputKind];

/** Every family. A new one is a file and a line here. */
export const families: readonly AnyFamily[] = [
  resnetCifarFamily,
  resnetFamily,
  resnetSphereFamily,
  mlpTableFamily,
  tabmFamily,
  tableLinearFamily,
  linearHeadFamily,
  adapterFamily,
  mlpEmbeddingFamily,
  biLstmFamily,
  tfIdfFamily,
  ngramFamily,
];

/**
 * A new network.
 *
 * @throws ArgumentError if there is none of that name for such inputs
 */
export function buildModel(name: string, options: ModelOptions): Model {
  const { kind } = options.input;
  requireNetwork(name, kind);
  const family = families.find(({ input, names }) => input === kind && names.includes(name))!; // it was required
  return family.build(name, options as never); // whose input is of the family's kind
}
