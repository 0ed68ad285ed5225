import { imageChanges } from "@leeway/torch";
import type { AugmentPolicy } from "../../catalogue/index.ts";
import type { Random } from "../../random.ts";
import type { ImageShape } from "./image-dataset.ts";

type Change = (typeof imageChanges)[number];

/** How large a change is at a level, and whether it goes either way. */
interface Scale {
  readonly magnitudes: readonly number[];
  readonly signed: boolean;
}

type Space = Partial<Readonly<Record<Change, Scale>>>;

/** A change with the odds of being made and its level of ten. */
type PolicyStep = readonly [change: Change, odds: number, level: number];

/**
 * The 25 pairs that AutoAugment found for CIFAR-10, searched on 4,000 of its images, of which every class has as many.
 *
 * @source Cubuk et al. 2019 (arXiv:1805.09501), table 7, in torchvision's reading of it
 */
// prettier-ignore
const cifar10: readonly (readonly [PolicyStep, PolicyStep])[] = [
  [["invert", 0.1, 0], ["contrast", 0.2, 6]],
  [["rotate", 0.7, 2], ["translate-x", 0.3, 9]],
  [["sharpness", 0.8, 1], ["sharpness", 0.9, 3]],
  [["shear-y", 0.5, 8], ["translate-y", 0.7, 9]],
  [["auto-contrast", 0.5, 0], ["equalize", 0.9, 0]],
  [["shear-y", 0.2, 7], ["posterize", 0.3, 7]],
  [["color", 0.4, 3], ["brightness", 0.6, 7]],
  [["sharpness", 0.3, 9], ["brightness", 0.7, 9]],
  [["equalize", 0.6, 0], ["equalize", 0.5, 0]],
  [["contrast", 0.6, 7], ["sharpness", 0.6, 5]],
  [["color", 0.7, 7], ["translate-x", 0.5, 8]],
  [["equalize", 0.3, 0], ["auto-contrast", 0.4, 0]],
  [["translate-y", 0.4, 3], ["sharpness", 0.2, 6]],
  [["brightness", 0.9, 6], ["color", 0.2, 8]],
  [["solarize", 0.5, 2], ["invert", 0.0, 0]],
  [["equalize", 0.2, 0], ["auto-contrast", 0.6, 0]],
  [["equalize", 0.2, 0], ["equalize", 0.6, 0]],
  [["color", 0.9, 9], ["equalize", 0.6, 0]],
  [["auto-contrast", 0.8, 0], ["solarize", 0.2, 8]],
  [["brightness", 0.1, 3], ["color", 0.7, 0]],
  [["solarize", 0.4, 5], ["auto-contrast", 0.9, 0]],
  [["translate-y", 0.9, 9], ["translate-y", 0.7, 9]],
  [["auto-contrast", 0.9, 0], ["solarize", 0.8, 3]],
  [["equalize", 0.8, 0], ["invert", 0.1, 0]],
  [["translate-y", 0.7, 9], ["auto-contrast", 0.9, 0]],
];

/** Writes the changes of one image: [M · 2], the number of a change and its magnitude. */
export type DrawChanges = (into: Float64Array) => void;

/** How images are changed: how many changes each has, and their draw. */
export interface Changes {
  readonly count: number;
  readonly draw: DrawChanges;
}

/**
 * How a policy changes images.
 *
 * @param shape of the images that are changed: shifts are shares of their sides
 * @source torchvision's AutoAugment, RandAugment (2 changes at level 9 of 31) and TrivialAugmentWide, in its order and bins
 */
export function policyChanges(policy: AugmentPolicy, shape: ImageShape, random: Random): Changes {
  switch (policy) {
    case "autoaugment": {
      const space = automaticSpace(10, shape);
      return {
        count: 2,
        draw: (into) => {
          const pair = cifar10[random.below(cifar10.length)]!;
          for (let i = 0; i < pair.length; i++) {
            const [change, odds, level] = pair[i]!;
            const made = random.uniform() < odds;
            const magnitude = magnitudeOf(space[change]!, level, random.below(2)); // the space has all of the pairs'
            write(into, i, made ? change : "none", magnitude);
          }
        },
      };
    }
    case "randaugment":
      return drawnChanges(2, withoutInvert(automaticSpace(31, shape)), { random, level: 9 });
    case "trivialaugment":
      return drawnChanges(1, wideSpace, { random });
  }
}

/** So many changes, each as likely as the others, at a level or at one that is drawn. */
function drawnChanges(
  count: number,
  space: Space,
  { random, level }: { readonly random: Random; readonly level?: number },
): Changes {
  const changes = Object.entries(space) as [Change, Scale][];
  return {
    count,
    draw: (into) => {
      for (let i = 0; i < count; i++) {
        const [change, scale] = changes[random.below(changes.length)]!; // there are some
        const drawn = random.below(levels);
        const sign = random.below(2);
        write(into, i, change, magnitudeOf(scale, level ?? drawn, sign));
      }
    },
  };
}

function write(into: Float64Array, i: number, change: Change, magnitude: number): void {
  into[2 * i] = numberOf[change];
  into[2 * i + 1] = magnitude;
}

function magnitudeOf({ magnitudes, signed }: Scale, level: number, sign: number): number {
  const magnitude = magnitudes[level] ?? 0; // of changes that have none
  return signed && sign === 0 ? -magnitude : magnitude;
}

const numberOf = Object.fromEntries(imageChanges.map((change, i) => [change, i])) as Readonly<
  Record<Change, number>
>;

/** Levels of RandAugment and TrivialAugment. */
const levels = 31;

const plain: Scale = { magnitudes: [], signed: false };

/** What AutoAugment and RandAugment choose from. */
function automaticSpace(bins: number, { height, width }: ImageShape): Space {
  const signed = (to: number): Scale => ({ magnitudes: evenly(0, to, bins), signed: true });
  return {
    none: plain,
    "shear-x": signed(0.3),
    "shear-y": signed(0.3),
    "translate-x": signed((150 / 331) * width),
    "translate-y": signed((150 / 331) * height),
    rotate: signed(30),
    ...{ brightness: signed(0.9), color: signed(0.9), contrast: signed(0.9), sharpness: signed(0.9) },
    ...byteChanges(bins, { bits: 4 }),
    invert: plain,
  };
}

/** What TrivialAugment chooses from, whatever the size of the images. */
const wideSpace: Space = {
  none: plain,
  ...{ "shear-x": wide(0.99), "shear-y": wide(0.99), "translate-x": wide(32), "translate-y": wide(32) },
  rotate: wide(135),
  ...{ brightness: wide(0.99), color: wide(0.99), contrast: wide(0.99), sharpness: wide(0.99) },
  ...byteChanges(levels, { bits: 6 }),
};

function wide(to: number): Scale {
  return { magnitudes: evenly(0, to, levels), signed: true };
}

/** @param bits how many are lost at the last level */
function byteChanges(bins: number, { bits }: { readonly bits: number }): Space {
  return {
    posterize: {
      magnitudes: evenly(0, bits, bins).map((lost) => 8 - halfToEven(lost)),
      signed: false,
    },
    solarize: { magnitudes: evenly(255, 0, bins), signed: false },
    "auto-contrast": plain,
    equalize: plain,
  };
}

function withoutInvert(space: Space): Space {
  return Object.fromEntries(Object.entries(space).filter(([change]) => change !== "invert"));
}

/** So many numbers from one to another, as far from each other. */
function evenly(from: number, to: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/** As PyTorch rounds. */
function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
