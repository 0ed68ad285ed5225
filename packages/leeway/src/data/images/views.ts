import { imageChanges } from "@leeway/torch";
import { permutation, type Random } from "../../random.ts";
import type { ViewRules } from "../dataset.ts";
import type { ImageShape } from "./image-dataset.ts";
import type { Placement } from "./transforms.ts";

/** Where one view's draw is written. */
export interface ViewSlot {
  /** Of which a view sets whether it is mirrored. */
  readonly placement: Placement;
  /** [4], the row, column, height and width of the part that is shown. */
  readonly box: Int32Array;
  /** [2 · `count`], the number of each change and its magnitude. */
  readonly changes: Float64Array;
}

/** How further views of images are made: how many changes each has at most, and their draw. */
export interface Views {
  readonly count: number;
  readonly draw: (into: ViewSlot) => void;
}

/** Width over height of a part, at most; at least one over it. */
const maxAspect = 4 / 3;
/** How many parts are drawn before the middle is taken: some do not fit. */
const tries = 10;
/** How often colours are jittered, and how far: brightness, contrast and colour by a factor 1 ± 0.4, the hue by ± 0.1. */
const jitter = { odds: 0.8, factor: 0.4, hue: 0.1 };
const greyOdds = 0.2;
/** Deviations of the Gaussian that blurs, in pixels. */
const blurs = { min: 0.1, max: 2 };

const numberOf = (change: (typeof imageChanges)[number]): number => imageChanges.indexOf(change);
const jittered = (["brightness", "contrast", "color", "hue"] as const).map(numberOf);

/**
 * Views of images for contrastive learning: a part of random size and shape, resized to what a network sees; mirrored
 * half the time; its colours jittered, in a random order; grey now and then; and blurred, where the rules say so.
 *
 * @param shape of the images that parts are taken from
 * @source Chen et al. 2020 (arXiv:2002.05709), appendix A; torchvision's RandomResizedCrop, ColorJitter and
 *   RandomGrayscale, in their order
 */
export function viewsOf(
  { minArea, blur }: ViewRules,
  { shape, flip, random }: { readonly shape: ImageShape; readonly flip: boolean; readonly random: Random },
): Views {
  return {
    count: jittered.length + 2,
    draw: ({ placement, box, changes }) => {
      drawBox(box, shape, { minArea, random });
      placement.mirrored = random.below(2) === 1 && flip;
      changes.fill(0);
      if (random.uniform() < jitter.odds) drawJitter(changes, random);
      if (random.uniform() < greyOdds) write(changes, 4, numberOf("grey"), 0);
      if (random.uniform() < blur) write(changes, 5, numberOf("blur"), between(random, blurs.min, blurs.max));
    },
  };
}

function drawBox(
  box: Int32Array,
  { height, width }: ImageShape,
  { minArea, random }: { readonly minArea: number; readonly random: Random },
): void {
  for (let i = 0; i < tries; i++) {
    const area = height * width * between(random, minArea, 1);
    const aspect = maxAspect ** between(random, -1, 1);
    const columns = Math.round(Math.sqrt(area * aspect));
    const rows = Math.round(Math.sqrt(area / aspect));
    if (columns < 1 || columns > width || rows < 1 || rows > height) continue;
    box[0] = random.below(height - rows + 1);
    box[1] = random.below(width - columns + 1);
    box[2] = rows;
    box[3] = columns;
    return;
  }
  box[2] = Math.min(height, Math.round(width * maxAspect));
  box[3] = Math.min(width, Math.round(height * maxAspect));
  box[0] = (height - box[2]) >> 1;
  box[1] = (width - box[3]) >> 1;
}

function drawJitter(changes: Float64Array, random: Random): void {
  const { factor, hue } = jitter;
  permutation(jittered.length, random).forEach((which, place) => {
    const reach = which === 3 ? hue : factor;
    write(changes, place, jittered[which]!, between(random, -reach, reach)); // of four
  });
}

function between(random: Random, min: number, max: number): number {
  return min + (max - min) * random.uniform();
}

function write(changes: Float64Array, place: number, change: number, magnitude: number): void {
  changes[2 * place] = change;
  changes[2 * place + 1] = magnitude;
}
